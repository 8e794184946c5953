import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { expectAnswer, recordAnswer } from '../../answerstates.ts';
import { drop, inherit, park, postpone } from '../../deliveries/deliverystates.ts';
import { reserve } from '../../budgets/reservestates.ts';
import type { LedgerTimes } from '../../ledger.ts';
import { peek } from '../../peek.ts';
import { claim, markUnconfirmed, release, renew, settle } from '../../states.ts';
import type { CallArguments, LedgerCall } from '../calls.ts';
import { type AdminCall, AdminTable, isAdminCall } from './admintable.ts';
import { BudgetTable } from './budgettable.ts';
import { type DeliveryCall, DeliveryTable, isDeliveryCall } from './deliverytable.ts';
import { EntryTable } from './entrytable.ts';
import { EntryWriter } from './entrywriter.ts';
import { type OutboxCall, OutboxTable, isOutboxCall } from './outboxtable.ts';
import { readStatement } from './sqlfiles.ts';

/** Expired entries that one transaction deletes at most: more would hold up the calls behind it. */
const mostExpired = 500;
/** So often expired entries are deleted at most, in milliseconds: looking for them takes as long as a call. */
const sweepMs = 1000;

/** A call that names an entry which is there. */
type KnownCall = Exclude<
  LedgerCall,
  | DeliveryCall
  | AdminCall
  | OutboxCall
  | Readonly<{ name: 'claim' | 'peek' | 'recordMax' | 'readMax' | 'check' | 'spent' }>
>;

/** The tables of the ledger: reads an entry, makes a transition of it, and stores what that gives. */
export class Store {
  readonly #database: DatabaseSync;
  readonly #times: LedgerTimes;
  readonly #entries: EntryTable;
  readonly #deliveries: DeliveryTable;
  readonly #admin: AdminTable;
  readonly #budgets: BudgetTable;
  readonly #outbox: OutboxTable;
  readonly #deleteExpiredEntries: StatementSync;
  readonly #deleteExpiredFacts: StatementSync;
  readonly #findFact: StatementSync;
  readonly #storeFact: StatementSync;
  readonly #storeTime: StatementSync;
  /** Whether the transaction under way changes anything besides entries. */
  #isChanged = false;
  #sweptAt = -Infinity;
  /** The ledger's time of the call under way. */
  #now = 0;

  constructor(database: DatabaseSync, times: LedgerTimes) {
    this.#database = database;
    this.#times = times;
    const prepare = (name: string): StatementSync => database.prepare(readStatement(name));
    this.#budgets = new BudgetTable(prepare);
    this.#entries = new EntryTable(prepare, new EntryWriter(database), (made) => {
      this.#budgets.change(made, this.#now);
    });
    this.#deliveries = new DeliveryTable(prepare, this.#entries, times);
    this.#admin = new AdminTable(prepare, this.#entries, times);
    this.#outbox = new OutboxTable(prepare, () => {
      this.#isChanged = true;
    });
    this.#deleteExpiredEntries = prepare('delete-expired-entries');
    this.#deleteExpiredFacts = prepare('delete-expired-facts');
    this.#findFact = prepare('find-fact');
    this.#storeFact = prepare('store-fact');
    this.#storeTime = prepare('store-time');
  }

  /** Runs calls in their order, all in one transaction: it is on disk when this returns, or nothing is when it throws. */
  run(calls: readonly LedgerCall[]): unknown[] {
    this.#isChanged = false;
    this.#entries.isChanged = false;
    return inTransaction(this.#database, () => {
      const answers = calls.map((call) => this.#answer(call));
      // What changes nothing, as most duplicates, waits for no disk.
      if (this.#isChanged || this.#entries.isChanged) this.#keepUp(calls.at(-1)?.at.now ?? 0);
      return answers;
    });
  }

  #answer(call: LedgerCall): unknown {
    const { name, at } = call;
    this.#now = at.now;
    switch (name) {
      case 'claim':
        return this.#claim(call.with, at);
      case 'peek':
        return this.#entries.changeWithoutContent({ ...call.with, externalId: '' }, (stored) =>
          peek(stored, at),
        );
      case 'recordMax':
        this.#recordMax(call.with, at.now);
        return undefined;
      case 'readMax':
        return this.#findFact.get({ $name: call.with.name, $now: at.now })?.['value'] ?? 0;
      case 'spent':
        return this.#budgets.spent(call.with.budgets, at.now);
      case 'check':
        // The ledger's time is stored again: a write, and nothing else changes.
        this.#isChanged = true;
        return undefined;
      default:
        if (isAdminCall(call)) return this.#admin.answer(call);
        if (isOutboxCall(call)) return this.#outbox.answer(call);
        return isDeliveryCall(call) ? this.#deliveries.answer(call) : this.#answerKnown(call);
    }
  }

  #answerKnown(call: KnownCall): unknown {
    const { name, at } = call;
    const times = this.#times;
    switch (name) {
      case 'renew':
        return this.#entries.changeWithoutContent(call.with.held, (stored) =>
          renew(stored, call.with.held, at, times),
        );
      case 'reserve':
        return this.#reserve(call.with, at);
      case 'settle':
        return this.#entries.changeWithoutContent(call.with.held, (stored) => settle(stored, call.with, at));
      case 'markUnconfirmed':
        return this.#entries.changeWithoutContent(call.with.held, (stored) =>
          markUnconfirmed(stored, call.with, at, times),
        );
      case 'release':
        return this.#entries.changeWithoutContent(call.with.held, (stored) =>
          release(stored, call.with.held, at),
        );
      case 'postpone':
        return this.#entries.changeWithoutContent(call.with.held, (stored) =>
          postpone(stored, call.with, at),
        );
      case 'park':
        return this.#entries.changeWithoutContent(call.with.held, (stored) => park(stored, call.with, at));
      case 'drop':
        return this.#drop(call.with, at);
      case 'recordAnswer':
        this.#entries.changeWithoutContent(call.with, (stored) => recordAnswer(stored, call.with, at, times));
        return undefined;
      case 'expectAnswer':
        this.#entries.changeWithoutContent(call.with, (stored) => expectAnswer(stored, call.with, at));
        return undefined;
    }
  }

  #reserve({ held, reservation }: CallArguments['reserve'], at: LedgerCall['at']): unknown {
    const spentOf = (budget: string): ReturnType<BudgetTable['spentOf']> =>
      this.#budgets.spentOf(budget, at.now);
    return this.#entries.changeWithoutContent(held, (stored) =>
      reserve(stored, { held, reservation }, spentOf, at),
    );
  }

  #drop({ held, heirKey }: CallArguments['drop'], at: LedgerCall['at']): boolean {
    const from = this.#entries.get(held.key)?.entry.delivery;
    const isDropped = this.#entries.change(held, (stored) => drop(stored, { held }, at));
    if (isDropped && heirKey !== undefined)
      this.#entries.change({ key: heirKey, externalId: '' }, (stored) => inherit(stored, from, at));
    return isDropped;
  }

  #claim({ entry, owner }: CallArguments['claim'], at: LedgerCall['at']): unknown {
    return this.#entries.change(
      entry,
      (stored) => claim(stored, { entry, owner }, at, this.#times),
      (answer, kept) => {
        if (answer.result !== 'won') return kept;
        // That of the first claim, if this one takes an entry over: it is what its holder issues under.
        return entry.isGenerated === true ? answer.claim.externalId : null;
      },
    );
  }

  #recordMax({ name, value, keepMs }: CallArguments['recordMax'], now: number): void {
    this.#isChanged = true;
    this.#storeFact.run({
      $name: name,
      $value: value,
      $now: now,
      $expires_at: now + keepMs,
    });
  }

  /** Stores how far the ledger's time has come, and deletes some of what that has made expire. */
  #keepUp(now: number): void {
    this.#storeTime.run({ $now: now });
    if (now < this.#sweptAt + sweepMs) return;
    this.#sweptAt = now;
    this.#deleteExpiredEntries.run({ $now: now, $most: mostExpired });
    this.#deleteExpiredFacts.run({ $now: now });
    this.#budgets.deleteExpired(now);
  }
}

/** Runs `steps` as one transaction; undone when they throw, or the commit fails. */
export function inTransaction<T>(database: DatabaseSync, steps: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = steps();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    // Some failures, as that of a full disk, may have undone it already.
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
