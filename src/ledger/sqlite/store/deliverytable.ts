import type { StatementSync } from 'node:sqlite';
import {
  type DeliveryCount,
  type DueTenant,
  type TakenDelivery,
  mostChanged,
} from '../../deliveries/deliveries.ts';
import { newlyParked, wake } from '../../deliveries/deliverystates.ts';
import type { LedgerTimes } from '../../ledger.ts';
import { giveUp, take } from '../../states.ts';
import { isSeparate, ownKeyOf, triedSinceOf } from '../../deliveries/storeddelivery.ts';
import type { Moment, StoredDelivery, StoredEntry } from '../../storedentry.ts';
import { type Transition, live } from '../../transition.ts';
import type { CallArguments, LedgerCall } from '../calls.ts';
import type { EntryTable, Prepare } from './entrytable.ts';

const names = ['parkNew', 'takeDue', 'dueTenants', 'wake', 'giveUp', 'counts'] as const;

/** A call about deliveries that no claim names. */
export type DeliveryCall = Extract<LedgerCall, Readonly<{ name: (typeof names)[number] }>>;

export function isDeliveryCall(call: LedgerCall): call is DeliveryCall {
  return names.some((name) => name === call.name);
}

/** The deliveries among the entries, by what they wait for. */
export class DeliveryTable {
  readonly #entries: EntryTable;
  readonly #times: LedgerTimes;
  readonly #findDue: StatementSync;
  readonly #dueTenants: StatementSync;
  readonly #findWaiting: StatementSync;
  readonly #findOld: StatementSync;
  readonly #count: StatementSync;

  constructor(prepare: Prepare, entries: EntryTable, times: LedgerTimes) {
    this.#entries = entries;
    this.#times = times;
    this.#findDue = prepare('find-due');
    this.#dueTenants = prepare('due-tenants');
    this.#findWaiting = prepare('find-waiting');
    this.#findOld = prepare('find-old');
    this.#count = prepare('count-deliveries');
  }

  answer(call: DeliveryCall): unknown {
    const { at } = call;
    switch (call.name) {
      case 'parkNew':
        return this.#parkNew(call.with, at);
      case 'takeDue':
        return this.#takeDue(call.with, at);
      case 'dueTenants':
        return this.#dueTenants.all().map(({ tenant, due_at }): DueTenant => {
          return { tenant: String(tenant), dueInMs: Math.max(0, Number(due_at) - at.now) };
        });
      case 'wake':
        return this.#wake(call.with, at);
      case 'giveUp':
        return this.#giveUp(call.with, at);
      case 'counts':
        return this.#count.all().map((row) => ({ ...row }) as unknown as DeliveryCount);
    }
  }

  #parkNew({ parked, keepMs }: CallArguments['parkNew'], at: Moment): string {
    const known = this.#entries.get(parked.key);
    const stored = live(known?.entry, at);
    if (stored?.delivery && stored.state !== 'discarded') return stored.delivery.id;
    const entry = newlyParked(parked, keepMs, at, stored?.delivery);
    this.#entries.put(parked.key, entry, null);
    return entry.delivery.id;
  }

  #takeDue({ tenant, most, owner }: CallArguments['takeDue'], at: Moment): readonly TakenDelivery[] {
    return keysOf(this.#findDue.all({ $tenant: tenant, $now: at.now, $most: most }))
      .map((key) => this.#take(key, owner, at))
      .filter((taken) => taken !== undefined);
  }

  #take(key: string, owner: string, at: Moment): TakenDelivery | undefined {
    const known = this.#entries.get(key);
    if (known?.entry.delivery === undefined) return undefined;
    const own = isSeparate(known.entry.delivery, at) ? ownKeyOf(key, known.entry.delivery) : key;
    const { entry, answer: held } = take(known.entry, { key: own, owner }, at, this.#times);
    const { delivery } = entry ?? {};
    if (held === null || !entry || !delivery?.webhook) return undefined;
    if (own !== key) this.#entries.put(key, undefined, null);
    this.#entries.put(own, entry, known.generatedId);
    const { id, tenant, webhook, attempts, lapses, since } = delivery;
    const { fingerprint } = entry;
    const isReleased = entry.state !== 'issued' && entry.released === fingerprint;
    const counted = { attempts, lapses, since, triedSince: triedSinceOf(delivery), isReleased };
    const content = { ...clearContentOf(delivery), webhook };
    return { held, id, tenant, ...content, fingerprint, externalId: known.generatedId, ...counted };
  }

  #wake({ tenant, reasons }: CallArguments['wake'], at: Moment): number {
    const waiting = this.#findWaiting.all({
      $tenant: tenant,
      $reasons: JSON.stringify(reasons),
      $now: at.now,
      $most: mostChanged,
    });
    return this.#changeAll(keysOf(waiting), (stored) => wake(stored, at));
  }

  #giveUp({ tenant, acceptedBefore, keepMs }: CallArguments['giveUp'], at: Moment): number {
    const old = this.#findOld.all({
      $tenant: tenant,
      $now: at.now,
      $accepted_before: acceptedBefore,
      $most: mostChanged,
    });
    return this.#changeAll(keysOf(old), (stored) => giveUp(stored, keepMs, at));
  }

  /** Gives how many of them are changed. */
  #changeAll(
    keys: readonly string[],
    make: (stored: StoredEntry | undefined) => Transition<boolean>,
  ): number {
    return keys.filter((key) => this.#entries.change({ key, externalId: '' }, make)).length;
  }
}

/** What is there of the content of a delivery, whether it was read or not. */
function clearContentOf({
  action = '',
  summary = '{}',
}: StoredDelivery): Pick<TakenDelivery, 'action' | 'summary'> {
  return { action, summary };
}

function keysOf(rows: readonly Record<string, unknown>[]): readonly string[] {
  return rows.map(({ key }) => String(key));
}
