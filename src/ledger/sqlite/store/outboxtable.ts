import type { StatementSync } from 'node:sqlite';
import type { OutboxCount, OutboxItem } from '../../deliveries/outbox.ts';
import { byAge, outboxItemOf } from '../../deliveries/outboxrow.ts';
import type { Moment } from '../../storedentry.ts';
import type { CallArguments, LedgerCall } from '../calls.ts';
import type { Prepare } from './entrytable.ts';

const names = ['outboxTenants', 'takeOutbox', 'postponeOutbox', 'removeOutbox', 'countOutbox'] as const;

/** A call about the outbox. */
export type OutboxCall = Extract<LedgerCall, Readonly<{ name: (typeof names)[number] }>>;

export function isOutboxCall(call: LedgerCall): call is OutboxCall {
  return names.some((name) => name === call.name);
}

/** The entries whose outcome Klaviyo is still to be told. */
export class OutboxTable {
  readonly #tenants: StatementSync;
  readonly #take: StatementSync;
  readonly #postpone: StatementSync;
  readonly #remove: StatementSync;
  readonly #count: StatementSync;
  readonly #changed: () => void;

  /** `changed` is called at each change of a row. */
  constructor(prepare: Prepare, changed: () => void) {
    this.#tenants = prepare('outbox/tenants');
    this.#take = prepare('outbox/take');
    this.#postpone = prepare('outbox/postpone');
    this.#remove = prepare('outbox/remove');
    this.#count = prepare('outbox/count');
    this.#changed = changed;
  }

  answer(call: OutboxCall): unknown {
    const { at } = call;
    switch (call.name) {
      case 'outboxTenants':
        return this.#tenants.all({ $now: at.now }).map(({ tenant }) => String(tenant));
      case 'takeOutbox':
        return this.#takeDue(call.with, at);
      case 'postponeOutbox':
        this.#postponeOne(call.with, at);
        return undefined;
      case 'removeOutbox':
        this.#takeOut(call.with);
        return undefined;
      case 'countOutbox':
        return this.#count.all().map((row) => ({ ...row }) as unknown as OutboxCount);
    }
  }

  #takeDue(
    { tenant, most, leaseMs }: CallArguments['takeOutbox'],
    { now, date }: Moment,
  ): readonly OutboxItem[] {
    const rows = this.#take.all({
      $tenant: tenant,
      $now: now,
      $most: most,
      $due_at: now + leaseMs,
      $date: date,
    });
    if (rows.length > 0) this.#changed();
    return rows.map(outboxItemOf).sort(byAge);
  }

  #postponeOne({ deliveryId, outcome, dueInMs }: CallArguments['postponeOutbox'], { now }: Moment): void {
    const { changes } = this.#postpone.run({
      $delivery: deliveryId,
      $is_issued: Number(outcome.kind === 'issued'),
      $due_at: now + dueInMs,
    });
    if (changes > 0) this.#changed();
  }

  #takeOut({ deliveryId, outcome }: CallArguments['removeOutbox']): void {
    const { changes } = this.#remove.run({
      $delivery: deliveryId,
      $is_issued: Number(outcome.kind === 'issued'),
    });
    if (changes > 0) this.#changed();
  }
}
