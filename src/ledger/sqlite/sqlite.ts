import { randomUUID } from 'node:crypto';
import type { Clock } from '../../lib/clock.ts';
import { type Log, errorNames } from '../../lib/log.ts';
import type { Reservation, Reserved } from '../budgets/budgets.ts';
import type { DeliveryLedger } from '../deliveries/deliveries.ts';
import { Listeners } from '../deliveries/listeners.ts';
import type { AttemptNote } from '../deliveries/deliveryadmin.ts';
import {
  type AnswerOutcome,
  type Claim,
  type ClaimResult,
  type Entry,
  type Ledger,
  type LedgerTimes,
  LedgerUnavailable,
  type Receipt,
  type SettleDetails,
  type Spent,
  type UnconfirmedAttempt,
} from '../ledger.ts';
import type { LedgerStats } from '../ledgerstats.ts';
import type { Peeked } from '../peek.ts';
import { sqliteAdmin } from './admin.ts';
import { Batches } from './batches.ts';
import type { CallAnswers, CallArguments, CallName, Executor, LedgerCall } from './calls.ts';
import { readFileStats } from './filestats.ts';

/** So often the ledger writes something though nothing is asked, in milliseconds: its time goes on, and entries expire. */
const tickMs = 10_000;
/** A holder counts its lease shorter by this, in milliseconds: more than what rounding may take from the ledger's count. */
const roundingMs = 1;

type Options = Readonly<{
  executor: Executor;
  /** Where the database lies. */
  path: string;
  clock: Clock;
  times: LedgerTimes;
  log: Log;
}>;

/**
 * The embedded ledger that survives the process: for one replica, on its own disk. Whatever was answered is on disk
 * before. It has no bound of its own; a full disk is LedgerUnavailable.
 */
export class SqliteLedger implements Ledger {
  readonly #executor: Executor;
  readonly #batches: Batches;
  readonly #path: string;
  readonly #clock: Clock;
  readonly #times: LedgerTimes;
  readonly #log: Log;
  /** What the ledger's time is ahead of this process's monotonic clock, in milliseconds. */
  readonly #ahead: number;
  readonly #due = new Listeners();
  #cancelTick: () => void;
  #isClosed = false;

  constructor({ executor, path, clock, times, log }: Options) {
    this.#executor = executor;
    this.#batches = new Batches(executor, clock);
    this.#path = path;
    this.#clock = clock;
    this.#times = times;
    this.#log = log;
    this.#ahead = executor.openedAt - clock.monotonic();
    this.#cancelTick = this.#planTick();
  }

  async claim(entry: Entry): Promise<ClaimResult> {
    const result = await this.#ask('claim', { entry, owner: randomUUID() });
    return 'claim' in result ? this.#toHolderOf(result) : result;
  }

  peek(key: string): Promise<Peeked> {
    return this.#ask('peek', { key });
  }

  async renew(held: Claim): Promise<Claim | null> {
    const renewed = await this.#ask('renew', { held });
    return renewed && this.#toHolder(renewed);
  }

  reserve(held: Claim, reservation: Reservation): Promise<Reserved> {
    return this.#ask('reserve', { held, reservation });
  }

  spent(budgets: readonly string[]): Promise<readonly Spent[]> {
    return this.#ask('spent', { budgets });
  }

  settle(
    held: Claim,
    receipt: Receipt,
    keepMs = this.#times.retentionMs,
    details: SettleDetails = {},
  ): Promise<boolean> {
    return this.#ask('settle', { held, receipt, keepMs, ...details });
  }

  async markUnconfirmed(held: Claim, unconfirmed: UnconfirmedAttempt, note?: AttemptNote): Promise<void> {
    await this.#ask('markUnconfirmed', { held, ...unconfirmed, note });
  }

  async release(held: Claim): Promise<void> {
    await this.#ask('release', { held });
    if (held.deliveryId !== undefined) this.#due.tell();
  }

  recordAnswer(key: string, externalId: string, outcome: AnswerOutcome): Promise<void> {
    return this.#ask('recordAnswer', { key, externalId, ...outcome });
  }

  expectAnswer(key: string, externalId: string, keepMs: number): Promise<void> {
    return this.#ask('expectAnswer', { key, externalId, keepMs });
  }

  check(): Promise<void> {
    return this.#ask('check', null);
  }

  recordMax(name: string, value: number, keepMs = this.#times.retentionMs): Promise<void> {
    return this.#ask('recordMax', { name, value, keepMs });
  }

  readMax(name: string): Promise<number> {
    return this.#ask('readMax', { name });
  }

  readonly deliveries: DeliveryLedger = Object.freeze({
    postpone: async (held, reason, dueInMs, note) => {
      const isHeld = await this.#ask('postpone', { held, reason, dueInMs, note });
      if (isHeld && dueInMs <= 0) this.#due.tell();
      return isHeld;
    },
    park: (held, parking, note) => this.#ask('park', { held, ...parking, note }),
    drop: (held, heirKey) => this.#ask('drop', { held, heirKey }),
    parkNew: (parked, keepMs) => this.#ask('parkNew', { parked, keepMs }),
    takeDue: async (tenant, most) => {
      const taken = await this.#ask('takeDue', { tenant, most, owner: randomUUID() });
      return taken.map((each) => ({ ...each, held: this.#toHolderOf(each.held) }));
    },
    dueTenants: () => this.#ask('dueTenants', null),
    wake: (tenant, reasons) => this.#dueNow(this.#ask('wake', { tenant, reasons })),
    onDue: (listener) => this.#due.add(listener),
    giveUp: (tenant, parking) => this.#ask('giveUp', { tenant, ...parking }),
    counts: () => this.#ask('counts', null),
    outbox: {
      tenants: () => this.#ask('outboxTenants', null),
      take: (tenant, most, leaseMs) => this.#ask('takeOutbox', { tenant, most, leaseMs }),
      postpone: ({ deliveryId, outcome }, dueInMs) =>
        this.#ask('postponeOutbox', { deliveryId, outcome, dueInMs }),
      remove: ({ deliveryId, outcome }) => this.#ask('removeOutbox', { deliveryId, outcome }),
      counts: () => this.#ask('countOutbox', null),
    },
    admin: sqliteAdmin(
      (name, args) => this.#ask(name, args),
      () => {
        this.#due.tell();
      },
    ),
  } satisfies DeliveryLedger);

  /** Not by the thread, which may be waiting for the disk. */
  stats(): Promise<LedgerStats> {
    return readFileStats(this.#path, this.#clock.now());
  }

  /** What was asked for before is carried out first. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelTick();
    await this.#batches.drained();
    await this.#executor.close();
  }

  #ask<Name extends CallName>(name: Name, args: CallArguments[Name]): Promise<CallAnswers[Name]> {
    // What goes on behind a webhook may still ask. The thread would find its database closed, and end the process.
    if (this.#isClosed) return Promise.reject(new LedgerUnavailable('the ledger is closed'));
    const at = { now: this.#clock.monotonic() + this.#ahead, date: this.#clock.now() };
    const call = { name, with: args, at } as LedgerCall;
    return this.#batches.ask(call) as Promise<CallAnswers[Name]>;
  }

  /** Says so if any of them is due now. */
  async #dueNow(changed: Promise<number>): Promise<number> {
    const count = await changed;
    if (count > 0) this.#due.tell();
    return count;
  }

  #toHolderOf<Held extends { claim: Claim }>(held: Held): Held {
    return { ...held, claim: this.#toHolder(held.claim) };
  }

  /** The claim with the end of its lease by the clock of this process. */
  #toHolder(claim: Claim): Claim {
    return Object.freeze({ ...claim, leasedUntil: claim.leasedUntil - this.#ahead - roundingMs });
  }

  #planTick(): () => void {
    return this.#clock.after(tickMs, () => {
      this.#cancelTick = this.#planTick();
      // A webhook that needs the ledger meanwhile fails by itself, and says why.
      this.check().catch((error: unknown) => {
        this.#log.debug({ error: errorNames(error) }, 'the SQLite ledger could not write');
      });
    });
  }
}
