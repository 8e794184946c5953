import type { Clock } from '../../lib/clock.ts';
import type { Grant } from './grant.ts';
import { UpstreamError } from '../client/upstream.ts';

/** A token is not used in its last seconds: it might expire on the way. In milliseconds. */
const skewMs = 5_000;
/** A failing token endpoint is not asked again for this long, doubled with each failure, so that nobody hammers it. In milliseconds. */
const pauseMs = { first: 200, most: 5_000 };
/** Assumed when the server does not say how long a token lives, in seconds. A 401 drops it earlier. */
const defaultLifetime = 600;

type Held = { token: string; refreshAt: number; expiresAt: number };

type Options = Readonly<{
  /** A static token, or what fetches one. */
  source: string | (() => Promise<Grant>);
  clock: Clock;
  random: () => number;
  /** How long refused credentials are not tried again, in milliseconds. */
  refusedForMs: number;
  observe: Readonly<{
    /** The result of every fetch. */
    fetched: (result: string) => void;
    /** What was not as it should be in a token's answer, each time it is something new. */
    deviation: (deviations: string) => void;
    /** Omneo begins, or ceases, to refuse the credentials; `fields` are the names that it complains about. */
    refused: (refused: boolean, fields: readonly string[]) => void;
  }>;
}>;

/**
 * The access token of one tenant. Fetched on first use by one caller for all, refreshed early and with jitter
 * while the old one still serves, dropped when Omneo answers 401 to it. Credentials that Omneo refuses are
 * remembered as refused for a while.
 */
export class TokenSource {
  readonly #options: Options;
  #held: Held | undefined;
  #pending: Promise<Held> | undefined;
  #failure: { error: UpstreamError; until: number } | undefined;
  /** How often in a row no token could be fetched. */
  #failures = 0;
  #refused = false;
  readonly #deviations = new Set<string>();
  /** A token was refused and none was accepted since: the next refusal means the credentials, not that token. */
  #suspicious = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** A token to use now. Throws UpstreamError. */
  async get(): Promise<string> {
    const now = this.#options.clock.monotonic();
    const held = this.#held;
    if (held !== undefined && now < held.expiresAt) {
      if (now >= held.refreshAt && !this.#isPaused(now)) void this.#fetch().catch(() => undefined); // kept in #failure
      return held.token;
    }
    if (this.#failure !== undefined && this.#isPaused(now)) throw this.#failure.error;
    return (await this.#fetch()).token;
  }

  /** Omneo took the token. */
  accept(token: string): void {
    if (this.#held?.token !== token) return;
    this.#suspicious = false;
    if (this.#failure?.error.fault !== 'refused') this.#setRefused(false);
  }

  /**
   * Omneo answered 401 to the token; `again` when it had done so once to the same call. A newer token than the
   * caller's stays, and so does a static one until it is refused again: there is no other to ask with.
   */
  refuse(token: string, again: boolean): void {
    if (this.#held?.token !== token) return;
    const isStatic = typeof this.#options.source === 'string';
    if (isStatic && !again) return;
    this.#held = undefined;
    if (isStatic || this.#suspicious) {
      this.#fail(new UpstreamError('refused', "Omneo refuses the tenant's token"));
    }
    this.#suspicious = true;
  }

  #isPaused(now: number): boolean {
    return this.#failure !== undefined && now < this.#failure.until;
  }

  #fetch(): Promise<Held> {
    this.#pending ??= this.#request().finally(() => {
      this.#pending = undefined;
    });
    return this.#pending;
  }

  async #request(): Promise<Held> {
    const { source, observe } = this.#options;
    try {
      const grant = typeof source === 'string' ? staticGrant(source) : await source();
      if (typeof source !== 'string') observe.fetched('issued');
      this.#report(grant.deviations);
      this.#failure = undefined;
      this.#failures = 0;
      this.#held = this.#hold(grant);
      return this.#held;
    } catch (error) {
      const failure =
        error instanceof UpstreamError
          ? error
          : new UpstreamError('unavailable', 'no token could be fetched', { cause: error });
      observe.fetched(failure.fault);
      this.#fail(failure);
      throw failure;
    }
  }

  #report(deviations: readonly string[]): void {
    const unknown = deviations.filter((deviation) => !this.#deviations.has(deviation));
    for (const deviation of unknown) this.#deviations.add(deviation);
    if (unknown.length > 0) this.#options.observe.deviation(unknown.join(', '));
  }

  #hold({ token, lifetime = defaultLifetime }: Grant): Held {
    const now = this.#options.clock.monotonic();
    const lifetimeMs = lifetime * 1000;
    const usableMs = Math.max(lifetimeMs - skewMs, lifetimeMs / 2);
    const refreshAt = now + usableMs * (0.75 + 0.15 * this.#options.random());
    return { token, refreshAt, expiresAt: now + usableMs };
  }

  #fail(error: UpstreamError): void {
    const refused = error.fault === 'refused';
    const pause = Math.min(pauseMs.first * 2 ** this.#failures, pauseMs.most);
    this.#failures += 1;
    const wait = refused ? this.#options.refusedForMs : (error.retryAfter ?? 0) * 1000 || pause;
    this.#failure = { error, until: this.#options.clock.monotonic() + wait };
    if (refused) this.#setRefused(true, error.fields);
  }

  #setRefused(refused: boolean, fields: readonly string[] = []): void {
    if (this.#refused === refused) return;
    this.#refused = refused;
    this.#options.observe.refused(refused, fields);
  }
}

function staticGrant(token: string): Grant {
  return { token, lifetime: Infinity, deviations: [] };
}
