import { notReady } from '../lib/problem.ts';
import type { Step } from './webhookstate.ts';

/** Webhooks under way, and the work that goes on after some of them were answered; awaited before the process ends. */
export class InFlight {
  readonly #work = new Set<Promise<void>>();
  #isDraining = false;

  /** Whether new webhooks are refused. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /** From now on new webhooks are refused. */
  beginDrain(): void {
    this.#isDraining = true;
  }

  /**
   * Follows `work` to its end, good or bad, and calls `ended` then. A failure is not logged here: the answer to the
   * webhook names it, or the log line of what outlived that answer.
   */
  track(work: Promise<unknown>, ended: () => void = () => undefined): void {
    const end = (): void => {
      this.#work.delete(tracked);
      ended();
    };
    const tracked = work.then(end, end);
    this.#work.add(tracked);
  }

  get size(): number {
    return this.#work.size;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#work.size > 0) await Promise.all(this.#work);
  }
}

/** Counts a webhook as under way until it is answered, and refuses it once the process is about to end. */
export function countInFlight(inFlight: InFlight): Step {
  return function countInFlight(_, next) {
    if (inFlight.isDraining) throw notReady('this replica is stopping');
    const handled = next();
    inFlight.track(handled);
    return handled;
  };
}
