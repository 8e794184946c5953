import type { Clock } from '../clock.ts';
import { Ageing } from './ageing.ts';
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

type Issued = Readonly<{
  fingerprint: string;
  externalId: string;
  receipt: Receipt;
  /** Its answer is known to be out. */
  told: boolean;
  expiresAt: number;
}>;

/**
 * The embedded ledger: for one replica, gone with the process (Omneo's `external_id` is then what is left).
 * Bounded: an issued entry, the oldest first, makes room for a new one, those that are kept briefly last; an entry
 * under way never does.
 */
export class MemoryLedger implements Ledger {
  /** Each in order of the last change, which is the order in which they expire; of the brief ones, roughly. */
  readonly #open = new Ageing<Open>();
  readonly #issued = new Ageing<Issued>();
  /** Those issued that are kept for less than the retention. */
  readonly #brief = new Ageing<Issued>();
  readonly #clock: Clock;
  readonly #times: LedgerTimes;
  readonly #maxEntries: number;

  constructor(options: { clock: Clock; times: LedgerTimes; maxEntries: number }) {
    this.#clock = options.clock;
    this.#times = options.times;
    this.#maxEntries = options.maxEntries;
  }

  #owners = 0;

  /** How many entries are remembered. */
  get size(): number {
    return this.#open.size + this.#issued.size + this.#brief.size;
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
    this.#store(claim.key, { fingerprint, externalId, receipt, told: false }, keepMs);
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
    const issued = this.#stillIssued(key);
    if (issued?.externalId === externalId) this.#keep(key, issued, fate);
    return Promise.resolve();
  }

  tell(key: string, externalId: string, keepMs: number): Promise<void> {
    const issued = this.#stillIssued(key);
    if (issued?.externalId === externalId && !issued.told) this.#remember(key, issued, keepMs);
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
    const issued = this.#stillIssued(entry.key);
    const known = issued ?? this.#open.get(entry.key);
    if (known !== undefined && known.fingerprint !== entry.fingerprint) return { result: 'mismatch' };
    if (issued !== undefined)
      return { result: 'issued', receipt: issued.receipt, externalId: issued.externalId };
    const open = this.#open.get(entry.key);
    return open === undefined ? this.#claimNew(entry) : this.#claimAgain(entry.key, open);
  }

  #stillIssued(key: string): Issued | undefined {
    const issued = this.#issued.get(key) ?? this.#brief.get(key);
    if (issued === undefined || issued.expiresAt > this.#clock.monotonic()) return issued;
    // What its time is over for may still lie behind others.
    this.#forget(key);
    return undefined;
  }

  #keep(key: string, issued: Issued, { isOut, keepMs }: Fate): void {
    if (!isOut && !issued.told) this.#remember(key, issued);
    else if (!issued.told || this.#clock.monotonic() + keepMs > issued.expiresAt)
      this.#remember(key, { ...issued, told: true }, keepMs);
  }

  #remember(key: string, issued: Omit<Issued, 'expiresAt'>, keepMs?: number): void {
    this.#forget(key);
    if (keepMs !== 0) this.#store(key, issued, keepMs);
  }

  #store(key: string, issued: Omit<Issued, 'expiresAt'>, keepMs?: number): void {
    const entries = keepMs === undefined ? this.#issued : this.#brief;
    const expiresAt = this.#clock.monotonic() + (keepMs ?? this.#times.retentionMs);
    entries.set(key, { ...issued, expiresAt });
  }

  /** What was issued under the key; a key is in one map at most. */
  #forget(key: string): void {
    this.#issued.delete(key);
    this.#brief.delete(key);
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
    for (const entries of [this.#open, this.#issued, this.#brief]) {
      for (let oldest = entries.oldest(); oldest && oldest[1].expiresAt <= now; oldest = entries.oldest())
        entries.delete(oldest[0]);
    }
  }

  #makeRoom(): boolean {
    if (this.size < this.#maxEntries) return true;
    const entries = this.#issued.size > 0 ? this.#issued : this.#brief;
    const oldest = entries.oldest();
    return oldest !== undefined && entries.delete(oldest[0]);
  }
}
