import type { StatementSync } from 'node:sqlite';
import { discard, erase, replay } from '../../deliveries/adminstates.ts';
import type { Discardable } from '../../deliveries/deliveryadmin.ts';
import { isOfHeld } from '../../deliveries/listing.ts';
import type { LedgerTimes } from '../../ledger.ts';
import type { Moment } from '../../storedentry.ts';
import type { Stored, Transition } from '../../transition.ts';
import type { AdminAnswers, AdminArguments } from '../admincalls.ts';
import type { LedgerCall } from '../calls.ts';
import { AdminReader, digestValues } from './adminreader.ts';
import type { EntryTable, Prepare } from './entrytable.ts';

const names = [
  'list',
  'find',
  'webhookOf',
  'replayAll',
  'replayOne',
  'discardAll',
  'discardOne',
  'erase',
  'activity',
] as const satisfies readonly (keyof AdminArguments)[];

/** A call of people who look at deliveries, or decide about them. */
export type AdminCall = Extract<LedgerCall, Readonly<{ name: (typeof names)[number] }>>;

export function isAdminCall(call: LedgerCall): call is AdminCall {
  return names.some((name) => name === call.name);
}

/** The deliveries among the entries, as people look at them and decide about them. */
export class AdminTable {
  readonly #entries: EntryTable;
  readonly #times: LedgerTimes;
  readonly #reader: AdminReader;
  readonly #findKey: StatementSync;
  readonly #findWorkedOn: StatementSync;
  readonly #findPerson: StatementSync;

  constructor(prepare: Prepare, entries: EntryTable, times: LedgerTimes) {
    this.#entries = entries;
    this.#times = times;
    this.#reader = new AdminReader(prepare);
    this.#findKey = prepare('admin/find-key');
    this.#findWorkedOn = prepare('admin/find-worked-on');
    this.#findPerson = prepare('admin/find-person');
  }

  answer(call: AdminCall): unknown {
    const { at } = call;
    switch (call.name) {
      case 'list':
        return this.#reader.list(call.with, at);
      case 'find':
        return this.#reader.find(call.with, at);
      case 'webhookOf':
        return this.#reader.webhookOf(call.with, at);
      case 'replayAll':
        return this.#replayAll(call.with, at);
      case 'replayOne':
        return this.#decide(call.with.id, at, (stored) => replay(stored, call.with, at));
      case 'discardAll':
        return this.#discardAll(call.with, at);
      case 'discardOne':
        return this.#decide(call.with.id, at, (stored) =>
          this.#discarded(stored, { ...call.with, what: 'unfinished' }, at),
        );
      case 'erase':
        return this.#erase(call.with, at);
      case 'activity':
        return this.#reader.activity(call.with);
    }
  }

  /** While its webhook goes on under another key, what is worked on would bring it back. */
  #discarded(
    stored: Stored,
    { id, decision, what }: AdminArguments['discardOne'] & Readonly<{ what: Discardable }>,
    at: Moment,
  ): Transition<boolean> {
    const isWorkedOn = this.#findWorkedOn.get({ $id: id, $now: at.now }) !== undefined;
    if (isWorkedOn) return { entry: stored, answer: false };
    return discard(stored, { decision, what }, at, this.#times);
  }

  #replayAll({ filter, decision, limit }: AdminArguments['replayAll'], at: Moment): number {
    const ids = this.#reader.decidableIds(filter, 'parked', limit, at);
    return this.#decideAll(ids, at, (stored) => replay(stored, { decision }, at));
  }

  #discardAll({ filter, decision, limit }: AdminArguments['discardAll'], at: Moment): number {
    const what = isOfHeld(filter) ? 'held' : 'parked';
    const ids = this.#reader.decidableIds(filter, what, limit, at);
    return this.#decideAll(ids, at, (stored, id) => this.#discarded(stored, { id, decision, what }, at));
  }

  /** Gives how many of them are changed. */
  #decideAll(
    ids: readonly string[],
    at: Moment,
    make: (stored: Stored, id: string) => Transition<boolean>,
  ): number {
    return ids.filter((id) => this.#decide(id, at, (stored) => make(stored, id))).length;
  }

  #decide(id: string, at: Moment, make: (stored: Stored) => Transition<boolean>): boolean {
    const key = this.#findKey.get({ $id: id, $now: at.now })?.['key'];
    return typeof key === 'string' && this.#entries.change({ key, externalId: '' }, make);
  }

  #erase({ tenant, digests, decision, limit }: AdminArguments['erase'], at: Moment): AdminAnswers['erase'] {
    const keys = (isPending: boolean, most: number): readonly string[] =>
      this.#findPerson
        .all({
          ...{ ...digestValues(digests), $tenant: tenant, $now: at.now },
          ...{ $is_pending: Number(isPending), $most: most },
        })
        .map(({ key }) => String(key));
    const erased = keys(false, limit).filter((key) =>
      this.#entries.change({ key, externalId: '' }, (stored) => erase(stored, { decision }, at, this.#times)),
    );
    return { erased: erased.length, underWay: keys(true, -1).length };
  }
}
