import type { Clock } from '../clock.ts';
import { Ageing, expire } from './ageing.ts';
import { IssuedEntries } from './issued.ts';
import type { Claim, ClaimResult, Entry, Fate, Ledger, LedgerTimes, Receipt } from './ledger.ts';

type Open = {
  fingerprint: string;
  externalId: string;
  /** Who holds it; null: nobody, so the entry is unconfirmed. */
  owner: string | null;
  leaseEnds: number;
  /** When a create may last have been under way; null: never. */
  attemptedAt: number | null;
  expiresAt: number;
};

/**
 * The embedded ledger: for one replica, gone with the process (Omneo's `external_id` is then what is left).
 * Bounded: an issued entry, the oldest first, makes room for a new one, those that are kept briefly last; an entry
 * under way never does.
 */
export class MemoryLedger implements Ledger {
  /** In order of the last change, which is the order in which they expire. */
  readonly #open = new Ageing<Open>();
  readonly #issued: IssuedEntries;
  readonly #clock: Clock;
  readonly #times: LedgerTimes;
  readonly #maxEntries: number;
  #owners = 0;

  constructor(options: { clock: Clock; times: LedgerTimes; maxEntries: number }) {
    this.#clock = options.clock;
    this.#times = options.times;
    this.#maxEntries = options.maxEntries;
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

  doubt(claim: Claim): Promise<void> {
    const open = this.#held(claim);
    if (open !== undefined) {
      open.owner = null;
      open.attemptedAt = this.#clock.monotonic();
      this.#touch(claim.key, open);
    }
    return Promise.resolve();
  }

  release(claim: Claim): Promise<void> {
    const open = this.#held(claim);
    if (open?.attemptedAt === null) this.#open.delete(claim.key);
    else if (open !== undefined) open.owner = null;
    return Promise.resolve();
  }

  keep(key: string, externalId: string, fate: Fate): Promise<void> {
    this.#issued.keep(key, externalId, fate);
    return Promise.resolve();
  }

  tell(key: string, externalId: string, keepMs: number): Promise<void> {
    this.#issued.tell(key, externalId, keepMs);
    return Promise.resolve();
  }

  /** The process's own memory takes every write. */
  check(): Promise<void> {
    return Promise.resolve();
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
    const known = issued ?? this.#open.get(entry.key);
    if (known !== undefined && known.fingerprint !== entry.fingerprint) return { result: 'mismatch' };
    if (issued !== undefined)
      return { result: 'issued', receipt: issued.receipt, externalId: issued.externalId };
    const open = this.#open.get(entry.key);
    return open === undefined ? this.#claimNew(entry) : this.#claimAgain(entry.key, open);
  }

  #claimNew({ key, fingerprint, externalId }: Entry): ClaimResult {
    if (!this.#makeRoom()) return { result: 'full' };
    const owner = this.#newOwner();
    const leaseEnds = this.#clock.monotonic() + this.#times.leaseMs;
    const open = { fingerprint, externalId, owner, leaseEnds, attemptedAt: null, expiresAt: this.#expiry() };
    this.#open.set(key, open);
    return { result: 'won', claim: Object.freeze({ key, owner, externalId, leasedUntil: leaseEnds }) };
  }

  #claimAgain(key: string, open: Open): ClaimResult {
    const now = this.#clock.monotonic();
    if (open.owner !== null) {
      if (now < open.leaseEnds) return { result: 'busy' };
      // Its holder crashed or was paused: a create may have been under way until the lease ended.
      open.attemptedAt = open.leaseEnds;
    }
    const owner = this.#newOwner();
    open.owner = owner;
    open.leaseEnds = now + this.#times.leaseMs;
    this.#touch(key, open);
    const believeMissIn = Math.max(0, (open.attemptedAt ?? now) + this.#times.settleWindowMs - now);
    const claim = Object.freeze({ key, owner, externalId: open.externalId, leasedUntil: open.leaseEnds });
    return { result: 'unconfirmed', claim, believeMissIn };
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
    expire(this.#open, now);
    this.#issued.expire(now);
  }

  #makeRoom(): boolean {
    return this.size < this.#maxEntries || this.#issued.dropOldest();
  }
}
