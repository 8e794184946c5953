import { hash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/log.ts';
import { ConsoleProblem } from '../../consoleproblem.ts';
import { type CookieKeyring, SealedCookie } from './sealedcookie.ts';
import { type Fitted, type Session, fitted, sessionIn, sessionText } from './session.ts';

/** The part of a request that a session is found in. */
export type SessionRequest = Pick<IncomingMessage, 'headers' | 'method'>;

type Parts = Readonly<{
  keyring: CookieKeyring;
  /** Under which people reach the console. */
  consoleOrigin: string;
  clock: Pick<Clock, 'now'>;
  log: Pick<Log, 'warn'>;
}>;

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const safeMethods: ReadonlySet<string | undefined> = new Set(['GET', 'HEAD']);

/** The sessions of browsers. Nothing of them is kept here: each lies sealed in its cookie, for whichever replica is asked. */
export class Sessions {
  readonly #parts: Parts;
  readonly #cookie: SealedCookie;

  constructor(parts: Parts) {
    this.#parts = parts;
    const isSecure = parts.consoleOrigin.startsWith('https:');
    const name = 'omneo-gateway-session';
    this.#cookie = new SealedCookie({ name, path: '/', sameSite: 'Strict', isSecure }, parts.keyring);
  }

  /** The `Set-Cookie` header for a session, cut to what fits into a cookie, and how much of it that is. */
  give(session: Session): Fitted & Readonly<{ header: string }> {
    const fit = fitted(session);
    const seconds = (session.expiresAt - this.#parts.clock.now()) / 1000;
    const { groupsLeftOut: groups, isRefreshTokenLeftOut: refreshToken } = fit;
    if (groups > 0) this.#parts.log.warn({ groups }, 'a session has no room for all groups of its user');
    if (refreshToken) this.#parts.log.warn({}, 'a session has no room for its refresh token');
    return { ...fit, header: this.#cookie.give(sessionText(fit.session), seconds) };
  }

  /** The `Set-Cookie` header that ends the browser's session. */
  take(): string {
    return this.#cookie.take();
  }

  /**
   * The session of a request; undefined if it brings none.
   *
   * @throws ConsoleProblem `unauthenticated` for one that is over or was not sealed here
   */
  find(request: SessionRequest): Session | undefined {
    const session = this.peek(request);
    if (session === undefined && this.isIn(request))
      throw new ConsoleProblem('unauthenticated', { detail: 'The session is over: sign in again.' });
    return session;
  }

  /** Whether a request brings a session, be it one that holds or not. */
  isIn({ headers }: SessionRequest): boolean {
    return this.#cookie.isIn(headers.cookie);
  }

  /** The session of a request if there is one that holds. */
  peek({ headers }: SessionRequest): Session | undefined {
    const text = this.#cookie.read(headers.cookie);
    return text === undefined ? undefined : sessionIn(text, this.#parts.clock.now());
  }

  /**
   * Makes sure that a request that changes something was made by the console's own page.
   *
   * @throws ConsoleProblem `forbidden`
   */
  guard(session: Session, { headers, method }: SessionRequest): void {
    if (safeMethods.has(method)) return;
    const { origin, 'x-csrf-token': token } = headers;
    if (origin !== undefined && origin !== this.#parts.consoleOrigin)
      throw forbidden(
        'The request comes from another site: use the console at the address that it is meant to have.',
      );
    if (typeof token !== 'string' || !isSame(token, session.csrfToken))
      throw forbidden('Send the csrf_token of /api/v1/me in the header x-csrf-token.');
  }
}

/** In the same time for any text. */
function isSame(sent: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', sent, 'buffer'), hash('sha256', expected, 'buffer'));
}

function forbidden(detail: string): ConsoleProblem {
  return new ConsoleProblem('forbidden', { detail });
}
