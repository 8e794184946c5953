import type { AttemptKind } from '../../../src/omneo/pace/admission.ts';
import { Pace, type PaceReading } from '../../../src/omneo/pace/pace.ts';
import { type ManualClock, manualClock } from '../time.ts';

export type Headers = Readonly<Record<string, string>>;

/** An answer as the client gets it. */
export function answerOf(status: number, headers: Headers = {}) {
  return { status, header: (name: string) => headers[name] };
}

/** As Laravel's throttle shows what is left. */
export function leftOf(limit: number, remaining: number): Headers {
  return { 'x-ratelimit-limit': String(limit), 'x-ratelimit-remaining': String(remaining) };
}

/** A pace, and a clock that is moved by hand. */
export class Driver {
  readonly clock: ManualClock = manualClock();
  readonly pace = new Pace(this.clock);
  /** The limit of the spec, in calls a minute. */
  most: number | undefined;

  admits(kind: AttemptKind = 'arrives'): boolean {
    return this.pace.admit(kind, this.most).ok;
  }

  /** In how many milliseconds to ask again; 0: an attempt was admitted. */
  retryInMs(kind: AttemptKind = 'arrives'): number {
    const admission = this.pace.admit(kind, this.most);
    return admission.ok ? 0 : admission.retryInMs;
  }

  /** One call, which is answered at once. */
  call(status = 200, headers: Headers = {}): void {
    this.pace.answered(this.pace.called(), answerOf(status, headers));
  }

  /** Attempts of three calls, one after the other, for as long as they are admitted; gives how many. */
  attempts(most: number, kind: AttemptKind = 'arrives', headers: Headers = {}): number {
    for (let made = 0; made < most; made += 1) {
      if (!this.admits(kind)) return made;
      for (let call = 0; call < 3; call += 1) this.call(200, headers);
    }
    return most;
  }

  /** So many calls that Omneo takes, and one that it refuses. */
  untilRefused(calls: number, retryAfter?: number): void {
    for (let made = 0; made < calls; made += 1) this.call();
    this.call(429, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) });
  }

  /** The limit as it is shown, in whole calls a minute. */
  get limit(): number {
    return Math.round(this.read().callsPerMinute);
  }

  read(): PaceReading {
    return this.pace.read(this.most);
  }

  advance(ms: number): void {
    this.clock.advance(ms);
  }
}
