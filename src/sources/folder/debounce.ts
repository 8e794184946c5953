import type { Clock } from '../../lib/clock.ts';

type Options = Readonly<{ clock: Clock; act: () => Promise<void> }>;

/** How long after the last event it acts, in milliseconds. */
const quiet = 50;
/** How long events may put that off. */
const longest = 500;

/** Acts once for events that come in a burst. */
export class Debounce {
  readonly #options: Options;
  #state: 'idle' | 'waiting' | 'again' = 'idle';

  constructor(options: Options) {
    this.#options = options;
  }

  /** There was an event. */
  async trigger(): Promise<void> {
    if (this.#state !== 'idle') {
      this.#state = 'again';
      return;
    }
    const { clock, act } = this.#options;
    const deadline = clock.monotonic() + longest;
    do {
      this.#state = 'waiting';
      await clock.sleep(quiet);
    } while (this.#isTriggeredAgain() && clock.monotonic() < deadline);
    this.#state = 'idle';
    await act();
  }

  #isTriggeredAgain(): boolean {
    return this.#state === 'again';
  }
}
