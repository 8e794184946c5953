import type { Clock } from '../lib/clock.ts';
import { Backoff } from '../lib/backoff.ts';
import { type Ledger, LedgerUnavailable } from './ledger.ts';
import { type Log, errorNames } from '../lib/log.ts';

/** How long one check may take, in milliseconds: a ledger that hangs counts as one that cannot be used. */
const checkMs = 10_000;
const backoff = { baseMs: 250, capMs: 10_000 };

type Parts = Readonly<{ ledger: Pick<Ledger, 'check'>; clock: Clock; random: () => number; log: Log }>;

/**
 * Whether the ledger took a write once. A replica that cannot write there must not be ready, or a rollout with a wrong
 * address or password would replace every replica that can.
 */
export class LedgerCheck {
  readonly #parts: Parts;
  readonly #backoff: Backoff;
  #hasPassed = false;
  #isStopped = false;
  /** What the log says last of why it fails. */
  #said = '';
  #underWay: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#backoff = new Backoff({ ...backoff, random: parts.random });
  }

  /** Stays true: a ledger that goes later would else take every replica out of service at once. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  /** Checks the ledger until it took a write, or until it is stopped. */
  async run(): Promise<void> {
    while (!this.#isStopped && !(await this.#passes())) await this.#parts.clock.sleep(this.#backoff.next());
  }

  stop(): void {
    this.#isStopped = true;
  }

  /** Checks the ledger now; who asks at the same time shares one check. Throws LedgerUnavailable. */
  now(): Promise<void> {
    this.#underWay ??= this.#check().finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #passes(): Promise<boolean> {
    try {
      await this.now();
    } catch (error) {
      this.#failed(errorNames(error));
      return false;
    }
    this.#hasPassed = true;
    if (this.#said !== '') this.#parts.log.info({}, 'the ledger takes writes');
    return true;
  }

  async #check(): Promise<void> {
    const late = Promise.withResolvers<never>();
    const cancel = this.#parts.clock.after(checkMs, () => {
      late.reject(new LedgerUnavailable('the ledger does not answer in time'));
    });
    try {
      await Promise.race([this.#parts.ledger.check(), late.promise]);
    } finally {
      cancel();
    }
  }

  #failed(error: string): void {
    if (error === this.#said || this.#isStopped) return;
    this.#said = error;
    this.#parts.log.error({ error }, 'the ledger takes no writes; not ready, and webhooks get 503');
  }
}
