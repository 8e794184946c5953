import { type ClaimResult, type Ledger, LedgerUnavailable } from '../ledger/ledger.ts';
import type { Clock } from '../lib/clock.ts';
import type { IdempotentRequest } from './idempotentrequest.ts';

type ClaimerParts = Readonly<{
  ledger: Pick<Ledger, 'claim'>;
  clock: Pick<Clock, 'monotonic' | 'sleep'>;
  /** How long a copy of a webhook waits for the one that is under way, in milliseconds. */
  waitMs: number;
}>;

/** Called with the ledger's answer to the claim. */
export type OnClaimed = (claimed: ClaimResult | Readonly<{ result: 'unavailable' }>) => void;

/** A webhook without an id that finds its like issued waits this long, in milliseconds: the like may just be being answered. */
const answeringMs = 300;

/** Claims the keys of webhooks that arrive. */
export class Claimer {
  readonly #parts: ClaimerParts;

  constructor(parts: ClaimerParts) {
    this.#parts = parts;
  }

  /**
   * Claims the request's key. While another copy holds it, waits for that one's result.
   *
   * @throws LedgerUnavailable
   */
  async claim(request: IdempotentRequest, onClaimed: OnClaimed): Promise<ClaimResult> {
    try {
      const claimed = await this.#claimOrWait(request);
      onClaimed(claimed);
      return claimed;
    } catch (error) {
      if (error instanceof LedgerUnavailable) onClaimed({ result: 'unavailable' });
      throw error;
    }
  }

  async #claimOrWait({ entry, withoutId }: IdempotentRequest): Promise<ClaimResult> {
    const { ledger, clock, waitMs } = this.#parts;
    const begun = clock.monotonic();
    for (let pause = 20; ; pause = Math.min(pause * 2, 320)) {
      const claimed = await ledger.claim(entry);
      const waited = clock.monotonic() - begun;
      const answering = claimed.result === 'issued' && withoutId && waited < answeringMs;
      if (!(claimed.result === 'busy' || answering) || waited + pause > waitMs) return claimed;
      await clock.sleep(pause);
      // Slept through a pause of the process: the caller is gone, and what it then sent elsewhere may be done and dropped.
      if (clock.monotonic() - begun > waitMs) return claimed;
    }
  }
}
