import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';
import type { Reservation, Reserved } from '../budgets/budgets.ts';
import { reserve } from '../budgets/reservestates.ts';
import type {
  Claim,
  ClaimResult,
  UnconfirmedAttempt,
  Entry,
  AnswerOutcome,
  Ledger,
  LedgerTimes,
  Receipt,
  Spent,
} from '../ledger.ts';
import { expectAnswer, recordAnswer } from '../answerstates.ts';
import { type Peeked, peek } from '../peek.ts';
import { claim, markUnconfirmed, release, renew, settle } from '../states.ts';
import type { Moment, StoredEntry } from '../storedentry.ts';
import type { Transition } from '../transition.ts';
import { MemoryBudgets } from './budgets.ts';
import { IssuedEntries, UnsettledEntries } from './entries.ts';

/** Facts that are recorded, as many as entries or these; the one that was used longest ago makes room for a new one. */
const fewestNotes = 10_000;

/**
 * The embedded ledger: for one replica, gone with the process (Omneo's `external_id` is then what is left).
 * Bounded: an issued entry, the oldest first, makes room for a new one, those that are kept briefly last; after them
 * an unconfirmed one that a look-up alone settles by now. An entry under way never does.
 */
export class MemoryLedger implements Ledger {
  readonly #open = new UnsettledEntries();
  readonly #issued = new IssuedEntries();
  readonly #budgets: MemoryBudgets;
  readonly #notes: LRUCache<string, number>;
  readonly #clock: Clock;
  readonly #times: LedgerTimes;
  readonly #maxEntries: number;
  #owners = 0;

  constructor(options: { clock: Clock; times: LedgerTimes; maxEntries: number }) {
    this.#clock = options.clock;
    this.#times = options.times;
    this.#maxEntries = options.maxEntries;
    // An entry may need one: where its create was sent. A cache with `max` would take the memory for all of them at once.
    this.#notes = new LRUCache({
      maxSize: Math.max(fewestNotes, options.maxEntries),
      sizeCalculation: () => 1,
    });
    this.#budgets = new MemoryBudgets(options.maxEntries);
  }

  /** How many entries are remembered. */
  get size(): number {
    return this.#open.size + this.#issued.size;
  }

  /** A webhook that it brings is not stored: what is gone with the process can accept nothing. */
  claim({ delivery, ...entry }: Entry): Promise<ClaimResult> {
    return this.#change(entry.key, (stored, at) => {
      if (stored === undefined && !this.#makeRoom(entry.tenant, at.now))
        return { entry: undefined, answer: { result: 'full' } };
      return claim(stored, { entry, owner: String(++this.#owners) }, at, this.#times);
    });
  }

  peek(key: string): Promise<Peeked> {
    return this.#change(key, peek);
  }

  renew(held: Claim): Promise<Claim | null> {
    return this.#change(held.key, (stored, at) => renew(stored, held, at, this.#times));
  }

  async reserve(held: Claim, reservation: Reservation): Promise<Reserved> {
    this.#budgets.expire(this.#clock.monotonic());
    const spentOf = (budget: string): Omit<Spent, 'budget'> => this.#budgets.spentOf(budget);
    return await this.#change(held.key, (stored, at) => reserve(stored, { held, reservation }, spentOf, at));
  }

  spent(budgets: readonly string[]): Promise<readonly Spent[]> {
    this.#budgets.expire(this.#clock.monotonic());
    const all = budgets.map((budget) => ({ budget, ...this.#budgets.spentOf(budget) }));
    return Promise.resolve(all.filter(({ rewards, cents }) => rewards > 0 || cents > 0));
  }

  settle(held: Claim, receipt: Receipt, keepMs = this.#times.retentionMs): Promise<boolean> {
    return this.#change(held.key, (stored, at) => settle(stored, { held, receipt, keepMs }, at));
  }

  async markUnconfirmed(held: Claim, unconfirmed: UnconfirmedAttempt): Promise<void> {
    await this.#change(held.key, (stored, at) =>
      markUnconfirmed(stored, { held, ...unconfirmed }, at, this.#times),
    );
  }

  async release(held: Claim): Promise<void> {
    await this.#change(held.key, (stored, at) => release(stored, held, at));
  }

  recordAnswer(key: string, externalId: string, outcome: AnswerOutcome): Promise<void> {
    return this.#change(key, (stored, at) =>
      recordAnswer(stored, { externalId, ...outcome }, at, this.#times),
    );
  }

  expectAnswer(key: string, externalId: string, keepMs: number): Promise<void> {
    return this.#change(key, (stored, at) => expectAnswer(stored, { externalId, keepMs }, at));
  }

  /** The process's own memory takes every write. */
  check(): Promise<void> {
    return Promise.resolve();
  }

  recordMax(name: string, value: number): Promise<void> {
    this.#notes.set(name, Math.max(value, this.#notes.get(name) ?? 0));
    return Promise.resolve();
  }

  readMax(name: string): Promise<number> {
    return Promise.resolve(this.#notes.get(name) ?? 0);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Makes one transition at once. */
  #change<Answer>(
    key: string,
    make: (stored: StoredEntry | undefined, at: Moment) => Transition<Answer>,
  ): Promise<Answer> {
    const at = { now: this.#clock.monotonic(), date: this.#clock.now() };
    this.#open.expire(at.now);
    this.#issued.expire(at.now);
    const found = this.#issued.get(key) ?? this.#open.get(key);
    // What its time is over for may still lie behind others.
    const stored = found && found.expiresAt <= at.now ? undefined : found;
    const made = make(stored, at);
    if (made.givenBack !== undefined || made.charged !== undefined)
      this.#budgets.change(tenantOf(stored), made, at.now);
    if (made.entry !== found) this.#store(key, made.entry, at);
    return Promise.resolve(made.answer);
  }

  #store(key: string, entry: StoredEntry | undefined, { now }: Moment): void {
    if (entry === undefined || entry.state === 'issued') this.#open.delete(key);
    else this.#open.set(key, entry);
    if (entry === undefined) this.#issued.delete(key);
    else if (entry.state === 'issued')
      this.#issued.set(key, entry, entry.expiresAt === now + this.#times.retentionMs);
  }

  #makeRoom(tenant: string, now: number): boolean {
    if (!this.#open.hasShareLeft(tenant, this.#maxEntries) && !this.#open.dropSettled(now, tenant))
      return false;
    return this.size < this.#maxEntries || this.#issued.dropOldest() || this.#open.dropSettled(now);
  }
}

/** Whose entry it is: what is issued charges nothing, and gives nothing back. */
function tenantOf(stored: StoredEntry | undefined): string {
  return stored === undefined || stored.state === 'issued' ? '' : stored.tenant;
}
