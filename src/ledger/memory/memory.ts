import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';
import { IssuedEntries } from './issued.ts';
import type {
  Claim,
  ClaimResult,
  UnconfirmedAttempt,
  Entry,
  AnswerOutcome,
  Ledger,
  LedgerTimes,
  Receipt,
} from '../ledger.ts';
import { type Open, OpenEntries } from './openentries.ts';

/** Facts that are recorded; the one that was used longest ago makes room for a new one. */
const mostNotes = 10_000;

/**
 * The embedded ledger: for one replica, gone with the process (Omneo's `external_id` is then what is left).
 * Bounded: an issued entry, the oldest first, makes room for a new one, those that are kept briefly last; after them
 * an unconfirmed one that a look-up alone settles by now. An entry under way never does.
 */
export class MemoryLedger implements Ledger {
  readonly #open: OpenEntries;
  readonly #issued: IssuedEntries;
  readonly #notes = new LRUCache<string, number>({ max: mostNotes });
  readonly #clock: Clock;
  readonly #times: LedgerTimes;
  readonly #maxEntries: number;
  #owners = 0;

  constructor(options: { clock: Clock; times: LedgerTimes; maxEntries: number }) {
    this.#clock = options.clock;
    this.#times = options.times;
    this.#maxEntries = options.maxEntries;
    this.#open = new OpenEntries(options.times.settleWindowMs);
    this.#issued = new IssuedEntries(options.clock, options.times.retentionMs);
  }

  /** How many entries are remembered. */
  get size(): number {
    return this.#open.size + this.#issued.size;
  }

  claim(entry: Entry): Promise<ClaimResult> {
    this.#expire();
    return Promise.resolve(this.#claim(entry));
  }

  renew(claim: Claim): Promise<Claim | null> {
    const open = this.#held(claim);
    if (open === undefined) return Promise.resolve(null);
    open.leaseEnds = this.#clock.monotonic() + this.#times.leaseMs;
    this.#touch(claim.key, open);
    return Promise.resolve(Object.freeze({ ...claim, leasedUntil: open.leaseEnds }));
  }

  settle(claim: Claim, receipt: Receipt, keepMs?: number): Promise<boolean> {
    const open = this.#held(claim);
    if (open === undefined) return Promise.resolve(false);
    const { fingerprint, externalId } = open;
    this.#open.delete(claim.key);
    this.#issued.store(claim.key, { fingerprint, externalId, receipt, told: false }, keepMs);
    return Promise.resolve(true);
  }

  markUnconfirmed(claim: Claim, { attempt, isFindable }: UnconfirmedAttempt): Promise<void> {
    const open = this.#held(claim);
    if (open !== undefined) {
      open.owner = null;
      open.attemptedAt = this.#clock.monotonic();
      open.attempt = attempt;
      open.isFindable = isFindable;
      this.#touch(claim.key, open);
    }
    return Promise.resolve();
  }

  release(claim: Claim): Promise<void> {
    const open = this.#held(claim);
    if (open?.attemptedAt === null) this.#open.delete(claim.key);
    else if (open !== undefined) {
      open.owner = null;
      this.#open.index(claim.key, open);
    }
    return Promise.resolve();
  }

  recordAnswer(key: string, externalId: string, outcome: AnswerOutcome): Promise<void> {
    this.#issued.recordAnswer(key, externalId, outcome);
    return Promise.resolve();
  }

  expectAnswer(key: string, externalId: string, keepMs: number): Promise<void> {
    this.#issued.expectAnswer(key, externalId, keepMs);
    return Promise.resolve();
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

  #newOwner(): string {
    this.#owners += 1;
    return String(this.#owners);
  }

  #claim(entry: Entry): ClaimResult {
    const issued = this.#issued.get(entry.key);
    if (issued !== undefined) {
      const { fingerprint, receipt, externalId } = issued;
      if (fingerprint !== entry.fingerprint) return { result: 'mismatch' };
      return { result: 'issued', receipt, externalId };
    }
    const open = this.#open.get(entry.key);
    return open === undefined ? this.#claimNew(entry) : this.#claimAgain(entry, open);
  }

  #claimNew({ key, tenant, fingerprint, externalId }: Entry): ClaimResult {
    if (!this.#makeRoom(tenant)) return { result: 'full' };
    const owner = this.#newOwner();
    const leaseEnds = this.#clock.monotonic() + this.#times.leaseMs;
    this.#open.set(key, {
      tenant,
      fingerprint,
      claimedAt: this.#clock.now(),
      externalId,
      owner,
      leaseEnds,
      attemptedAt: null,
      attempt: 'unknown',
      isFindable: false,
      expiresAt: this.#expiry(),
    });
    return { result: 'won', claim: Object.freeze({ key, owner, externalId, leasedUntil: leaseEnds }) };
  }

  #claimAgain({ key, fingerprint }: Entry, open: Open): ClaimResult {
    const now = this.#clock.monotonic();
    if (open.owner !== null) {
      if (now < open.leaseEnds) return { result: 'busy' };
      // Its holder crashed or was paused: a create may have been under way until the lease ended.
      open.attemptedAt = open.leaseEnds;
      open.isFindable = false;
      if (open.attempt === 'refused') open.attempt = 'sent';
    }
    if (open.fingerprint !== fingerprint) {
      open.fingerprint = fingerprint;
      open.claimedAt = this.#clock.now();
      open.attempt = 'unknown';
    }
    const owner = this.#newOwner();
    open.owner = owner;
    open.leaseEnds = now + this.#times.leaseMs;
    this.#touch(key, open);
    const believeMissIn = Math.max(0, (open.attemptedAt ?? now) + this.#times.settleWindowMs - now);
    const claim = Object.freeze({ key, owner, externalId: open.externalId, leasedUntil: open.leaseEnds });
    const { attempt, claimedAt } = open;
    return { result: 'unconfirmed', claim, believeMissIn, attempt, claimedAt };
  }

  #held(claim: Claim): Open | undefined {
    this.#expire();
    const open = this.#open.get(claim.key);
    return open?.owner === claim.owner ? open : undefined;
  }

  #touch(key: string, open: Open): void {
    open.expiresAt = this.#expiry();
    this.#open.set(key, open);
  }

  #expiry(): number {
    return this.#clock.monotonic() + this.#times.retentionMs;
  }

  #expire(): void {
    const now = this.#clock.monotonic();
    this.#open.expire(now);
    this.#issued.expire(now);
  }

  #makeRoom(tenant: string): boolean {
    const now = this.#clock.monotonic();
    if (!this.#open.hasShareLeft(tenant, this.#maxEntries) && !this.#open.dropSettled(now, tenant))
      return false;
    return this.size < this.#maxEntries || this.#issued.dropOldest() || this.#open.dropSettled(now);
  }
}
