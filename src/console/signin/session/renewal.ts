import { LRUCache } from 'lru-cache';
import type { Clock } from '../../../lib/clock.ts';
import { type Log, errorNames } from '../../../lib/log.ts';
import { ConsoleProblem } from '../../consoleproblem.ts';
import type { Provider } from '../provider/provider.ts';
import { type ProviderFault, providerFaultOf } from '../provider/providerfault.ts';
import type { Session } from './session.ts';

/** Claims of this age are asked for anew, and hold while that fails for whatever reason. In milliseconds. */
const renewAfterMs = 10 * 60_000;
/** Claims older than this count for nothing. In milliseconds. */
const claimsHoldMs = 15 * 60_000;
/** A browser goes on sending its old cookie until it has the new one. In milliseconds. */
const keptMs = { renewed: 60_000, failed: 5_000 };

type Parts = Readonly<{
  provider: Pick<Provider, 'refresh'>;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  log: Pick<Log, 'warn'>;
}>;

/** One renewal, which all requests of the session share that come meanwhile and soon after. */
type Renewal = { outcome: Promise<Session | ProviderFault>; session?: Session; keptUntil: number };

/**
 * Asks the provider anew who a user is and in which groups, for sessions with a refresh token, so that a group that is
 * taken away is gone from the session within 15 minutes. It is asked once for all requests at a time, since many
 * providers take the same refresh token only once.
 */
export class SessionRenewal {
  readonly #parts: Parts;
  readonly #renewals = new LRUCache<string, Renewal>({ max: 1000 });

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * The session as it holds now.
   *
   * @throws ConsoleProblem `unauthenticated` if the provider has ended it, `unavailable` if that cannot be known
   */
  async current(session: Session): Promise<Session> {
    const { refreshToken } = session;
    const age = this.#parts.clock.now() - session.claimsAt;
    if (refreshToken === undefined || age < renewAfterMs) return session;
    const outcome = await this.#shared(session, refreshToken).outcome;
    if (!(outcome instanceof Error)) return outcome;
    if (age < claimsHoldMs) return session;
    throw problemOf(outcome);
  }

  /** What the session was renewed to, if it was just now. */
  renewedOf(session: Session): Session | undefined {
    return this.#kept(session)?.session;
  }

  #shared(session: Session, refreshToken: string): Renewal {
    const kept = this.#kept(session);
    if (kept !== undefined) return kept;
    const renewal: Renewal = { outcome: this.#renew(session, refreshToken), keptUntil: Infinity };
    this.#renewals.set(nameOf(session), renewal);
    void renewal.outcome.then((outcome) => {
      const isRenewed = !(outcome instanceof Error);
      if (isRenewed) renewal.session = outcome;
      renewal.keptUntil = this.#parts.clock.monotonic() + (isRenewed ? keptMs.renewed : keptMs.failed);
    });
    return renewal;
  }

  #kept(session: Session): Renewal | undefined {
    const renewal = this.#renewals.get(nameOf(session));
    return renewal !== undefined && this.#parts.clock.monotonic() < renewal.keptUntil ? renewal : undefined;
  }

  async #renew(session: Session, refreshToken: string): Promise<Session | ProviderFault> {
    const { provider, clock, log } = this.#parts;
    try {
      const granted = await provider.refresh(refreshToken, session.subject);
      return { ...session, ...granted, claimsAt: clock.now() };
    } catch (error) {
      const fault = providerFaultOf(error);
      log.warn({ error: errorNames(fault) }, 'a session was not renewed');
      return fault;
    }
  }
}

/** No two sessions have one token, and each renewal has its time. */
function nameOf({ csrfToken, claimsAt }: Session): string {
  return `${csrfToken} ${claimsAt}`;
}

function problemOf(fault: ProviderFault): ConsoleProblem {
  if (fault.fault === 'refused')
    return new ConsoleProblem('unauthenticated', {
      detail: 'The provider has ended the session: sign in again.',
      cause: fault,
    });
  const detail = 'Try again later: the sign-in provider cannot be reached.';
  return new ConsoleProblem('unavailable', { detail, retryAfter: 5, cause: fault });
}
