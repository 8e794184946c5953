/** When Klaviyo sends a webhook again. It documents how often and for how long; that pauses double is a guess. */
import { mostRetries } from '../../test/scenario/klaviyo.ts';

const firstPauseMs = 10_000;
/** Nothing is sent any more so long after the first time, in milliseconds. */
export const givenUpAfterMs = 24 * 3_600_000;
/** A pause with jitter is up to this share of it shorter or longer. */
export const jitterShare = 0.25;

type Sent = Readonly<{
  /** When it was first sent, and when it was answered last, in milliseconds. */
  first: number;
  last: number;
  /** How often it was sent again by now. */
  retries: number;
}>;

/** When a webhook is sent again that was answered with a code for that; null: never. `spread`, from -1 to 1, is the jitter's. */
export function nextRetry({ first, last, retries }: Sent, spread: number): number | null {
  const pause = firstPauseMs * 2 ** retries * (1 + jitterShare * spread);
  const isOver = retries === mostRetries || last + pause - first > givenUpAfterMs;
  return isOver ? null : last + pause;
}
