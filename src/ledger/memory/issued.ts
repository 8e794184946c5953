import type { Clock } from '../../lib/clock.ts';
import { Ageing, expire } from './ageing.ts';
import type { AnswerOutcome, Receipt } from '../ledger.ts';

/** An entry whose reward exists. */
type Issued = Readonly<{
  fingerprint: string;
  externalId: string;
  receipt: Receipt;
  /** Its answer is known to be out. */
  told: boolean;
}>;

type Kept = Issued & Readonly<{ expiresAt: number }>;

/** The issued entries of the memory ledger: each is kept for the retention, or briefly. */
export class IssuedEntries {
  /** Each in order of the last change, which is the order in which they expire; of the brief ones, roughly. */
  readonly #long = new Ageing<Kept>();
  readonly #brief = new Ageing<Kept>();
  readonly #clock: Clock;
  readonly #retentionMs: number;

  constructor(clock: Clock, retentionMs: number) {
    this.#clock = clock;
    this.#retentionMs = retentionMs;
  }

  get size(): number {
    return this.#long.size + this.#brief.size;
  }

  /** What was issued under the key, unless its time is over. */
  get(key: string): Kept | undefined {
    const issued = this.#long.get(key) ?? this.#brief.get(key);
    if (issued === undefined || issued.expiresAt > this.#clock.monotonic()) return issued;
    // What its time is over for may still lie behind others.
    this.#forget(key);
    return undefined;
  }

  /** Keeps it for so long, or for the retention unless that is given; `keep` and `tell` may change it. */
  store(key: string, issued: Issued, keepMs?: number): void {
    const entries = keepMs === undefined ? this.#long : this.#brief;
    const expiresAt = this.#clock.monotonic() + (keepMs ?? this.#retentionMs);
    entries.set(key, { ...issued, expiresAt });
  }

  /** As the ledger's `keep`. */
  recordAnswer(key: string, externalId: string, { isSent, keepMs }: AnswerOutcome): void {
    const issued = this.get(key);
    if (issued?.externalId !== externalId) return;
    if (!isSent && !issued.told) this.#storeAnew(key, issued);
    else if (!issued.told || this.#clock.monotonic() + keepMs > issued.expiresAt)
      this.#storeAnew(key, { ...issued, told: true }, keepMs);
  }

  /** As the ledger's `tell`. */
  expectAnswer(key: string, externalId: string, keepMs: number): void {
    const issued = this.get(key);
    if (issued?.externalId === externalId && !issued.told) this.#storeAnew(key, issued, keepMs);
  }

  /** Forgets what its time is over for, as far as it lies behind nothing else. */
  expire(now: number): void {
    expire(this.#long, now);
    expire(this.#brief, now);
  }

  /** Makes room: forgets the oldest, those that are kept briefly last. False if there is none. */
  dropOldest(): boolean {
    const entries = this.#long.size > 0 ? this.#long : this.#brief;
    const oldest = entries.oldest();
    return oldest !== undefined && entries.delete(oldest[0]);
  }

  #storeAnew(key: string, issued: Issued, keepMs?: number): void {
    this.#forget(key);
    if (keepMs !== 0) this.store(key, issued, keepMs);
  }

  /** A key is in one map at most. */
  #forget(key: string): void {
    this.#long.delete(key);
    this.#brief.delete(key);
  }
}
