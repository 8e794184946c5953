import type { Clock } from '../../../lib/clock.ts';
import {
  type DeliveryCount,
  type DeliveryLedger,
  type DueTenant,
  type GivingUp,
  type NewParked,
  type Parking,
  type TakenDelivery,
  type WaitingReason,
  mostChanged,
} from '../../deliveries/deliveries.ts';
import type { AttemptNote, DeliveryAdmin } from '../../deliveries/deliveryadmin.ts';
import type { Outbox } from '../../deliveries/outbox.ts';
import type { Claim, LastAttempt, LedgerTimes } from '../../ledger.ts';
import type { Notices, Query, ResultRow } from '../database.ts';
import { Owners, leaseFromNow } from '../lease.ts';
import { statements } from '../statements.ts';
import { PostgresAdmin } from './admin.ts';
import { PostgresOutbox } from './outbox.ts';

type Parts = Readonly<{
  query: Query;
  notices: Notices;
  clock: Pick<Clock, 'monotonic'>;
  times: LedgerTimes;
}>;

/** The deliveries of the ledger in PostgreSQL; each method is one statement. */
export class PostgresDeliveries implements DeliveryLedger {
  readonly #query: Query;
  readonly #notices: Notices;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #times: LedgerTimes;
  readonly #owners = new Owners();
  readonly admin: DeliveryAdmin;
  readonly outbox: Outbox;

  constructor({ query, notices, clock, times }: Parts) {
    this.admin = new PostgresAdmin({ query, notices, times });
    this.outbox = new PostgresOutbox(query);
    this.#query = query;
    this.#notices = notices;
    this.#clock = clock;
    this.#times = times;
  }

  async postpone(
    { key, owner }: Claim,
    reason: WaitingReason,
    dueInMs: number,
    note?: AttemptNote,
  ): Promise<boolean> {
    const values = [key, owner, reason, dueInMs, noteText(note)];
    const postponed = await this.#query(statements.postpone, values);
    return dueInMs <= 0 ? this.#dueNow(postponed) > 0 : postponed.length > 0;
  }

  async park(
    { key, owner }: Claim,
    { reason, keepMs, attempt, toOutbox = false }: Parking,
    note?: AttemptNote,
  ): Promise<boolean> {
    const values = [key, owner, reason, keepMs, attempt ?? null, noteText(note), toOutbox];
    return (await this.#query(statements.park, values)).length > 0;
  }

  async drop({ key, owner }: Claim, heirKey?: string): Promise<boolean> {
    return (await this.#query(statements.drop, [key, owner, heirKey ?? null])).length > 0;
  }

  async parkNew({ key, tenant, delivery, reason }: NewParked, keepMs: number): Promise<string> {
    const { id, action, webhook, summary, digests } = delivery;
    const found = [digests.id, digests.person, digests.email];
    const values = [key, tenant, id, action, webhook, summary, ...found, reason, keepMs];
    await this.#query(statements.parkNew, values);
    const [stored] = await this.#query(statements.findDelivery, [key]);
    return typeof stored?.['delivery_id'] === 'string' ? stored['delivery_id'] : id;
  }

  async takeDue(tenant: string, most: number): Promise<readonly TakenDelivery[]> {
    const owner = this.#owners.next();
    const leasedUntil = leaseFromNow(this.#clock, this.#times);
    const { leaseMs, settleWindowMs } = this.#times;
    const rows = await this.#query(statements.takeDue, [owner, tenant, most, leaseMs, settleWindowMs]);
    return rows.map((row) => takenOf(row, owner, leasedUntil));
  }

  async dueTenants(): Promise<readonly DueTenant[]> {
    const rows = await this.#query(statements.dueTenants, []);
    return rows.map((row) => ({ tenant: String(row['tenant']), dueInMs: Number(row['due_in_ms']) }));
  }

  async wake(tenant: string, reasons: readonly WaitingReason[]): Promise<number> {
    return this.#dueNow(await this.#query(statements.wake, [tenant, reasons, mostChanged]));
  }

  onDue(listener: () => void): () => void {
    return this.#notices.onNotice(listener);
  }

  async giveUp(tenant: string, { acceptedBefore, keepMs }: GivingUp): Promise<number> {
    return (await this.#query(statements.giveUp, [tenant, acceptedBefore, keepMs, mostChanged])).length;
  }

  async counts(): Promise<readonly DeliveryCount[]> {
    const rows = await this.#query(statements.counts, []);
    return rows.map((row) => ({
      tenant: String(row['tenant']),
      state: row['state'] === 'parked' ? 'parked' : 'waiting',
      reason: String(row['reason']),
      count: Number(row['count']),
      oldest: Number(row['oldest']),
    }));
  }

  /** Says so if any of them is due now; gives how many they are. */
  #dueNow({ length }: readonly ResultRow[]): number {
    if (length > 0) this.#notices.send();
    return length;
  }
}

/** A note about an attempt, as statements take it. */
export function noteText(note: AttemptNote | undefined): string | null {
  return note === undefined ? null : JSON.stringify(note);
}

function takenOf(row: ResultRow, owner: string, leasedUntil: number): TakenDelivery {
  const id = String(row['delivery_id']);
  const externalId = typeof row['external_id'] === 'string' ? row['external_id'] : null;
  const claim: Claim = Object.freeze({
    ...{ key: String(row['key']), owner, externalId: externalId ?? '', leasedUntil },
    deliveryId: id,
  });
  return {
    held: heldOf(row, claim),
    id,
    tenant: String(row['tenant']),
    action: String(row['action']),
    webhook: row['webhook'] instanceof Uint8Array ? row['webhook'] : new Uint8Array(),
    summary: String(row['summary']),
    fingerprint: String(row['fingerprint']),
    externalId,
    attempts: Number(row['attempts']),
    lapses: Number(row['lapses']),
    since: Number(row['since']),
    triedSince: Number(row['tried_since']),
    isReleased: row['is_released'] === true,
  };
}

/** A delivery that no create was ever attempted for has no window to wait for. */
function heldOf(row: ResultRow, claim: Claim): TakenDelivery['held'] {
  const claimedAt = Number(row['claimed_at']);
  if (row['miss_conclusive_in'] === null) return { result: 'won', claim, claimedAt };
  return {
    result: 'unconfirmed',
    claim,
    missConclusiveIn: Number(row['miss_conclusive_in']),
    attempt: row['attempt'] as LastAttempt,
    claimedAt,
  };
}
