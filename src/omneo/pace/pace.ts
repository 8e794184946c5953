import type { Clock } from '../../lib/clock.ts';
import { type Admission, type AttemptKind, admit, givenBack } from './admission.ts';
import { answered, called } from './answers.ts';
import { readThrottleHeaders } from './headerlimit.ts';
import { type PaceLimit, type PaceState, limitNow, newPaceState } from './pacestate.ts';

const minuteMs = 60_000;

/** The pace as it is shown. */
export type PaceReading = PaceLimit & Readonly<{ isPaused: boolean }>;

type Answered = Readonly<{ status: number; header: (name: string) => string | undefined }>;

/** What a client reports of its calls. */
export type CallCounter = Readonly<{
  /** A call is made now; returns when that is. */
  called: () => number;
  /** Omneo has answered the call that was made at `sentAt`. */
  answered: (sentAt: number, answer: Answered) => void;
}>;

/**
 * The pace of calls to one Omneo: as many as it takes, learned from its answers. It neither waits nor queues. `most` is
 * the limit of the tenant's spec in calls a minute; undefined: there is none.
 */
export class Pace implements CallCounter {
  readonly #clock: Clock;
  #state: PaceState;
  readonly #scale: number;

  /** `windowMs`: for so long Omneo's limit counts calls, in milliseconds. All that is said of a minute is of that time. */
  constructor(clock: Clock, windowMs = minuteMs) {
    this.#clock = clock;
    this.#scale = minuteMs / windowMs;
    this.#state = newPaceState(this.#now());
  }

  /** Whether an attempt may begin. If so its calls are reserved until it makes them. */
  admit(kind: AttemptKind, most: number | undefined): Admission {
    const { state, admission } = admit(this.#state, { kind, most, now: this.#now() });
    this.#state = state;
    if (admission.ok) return admission;
    return { ...admission, retryInMs: Math.ceil(admission.retryInMs / this.#scale) };
  }

  /** In milliseconds, of which a window has as many as a minute. */
  #now(): number {
    return this.#clock.monotonic() * this.#scale;
  }

  /** Takes the admission of so many attempts at what waits back: nothing was there to attempt. */
  giveBack(attempts: number, most: number | undefined): void {
    const now = this.#now();
    this.#state = givenBack(this.#state, { attempts, most, now });
  }

  called(): number {
    const now = this.#now();
    this.#state = called(this.#state, now);
    return now;
  }

  answered(sentAt: number, { status, header }: Answered): void {
    const shown = readThrottleHeaders(header, this.#clock.now());
    const retryAfterMs = shown.retryAfterMs && shown.retryAfterMs * this.#scale;
    const answer = { sentAt, isRefused: status === 429, headers: { ...shown, retryAfterMs } };
    this.#state = answered(this.#state, answer, this.#now());
  }

  /** What is known now. */
  read(most: number | undefined): PaceReading {
    const now = this.#now();
    const { pause } = this.#state;
    return { ...limitNow(this.#state, most, now), isPaused: pause !== undefined && now < pause.until };
  }
}
