import { digest } from '../../tenants/confidential.ts';
import { ConsoleProblem } from '../consoleproblem.ts';
import type { Authenticator, Identity } from './access.ts';
import type { Attempts } from './attempts.ts';
import { bearerTokenOf } from './bearertoken.ts';
import { clientOf } from './clientaddress.ts';

/** Whose token it is; undefined: nobody's. */
export type TokenCheck = (token: string) => Promise<Identity | undefined>;

/** Identifies whoever sends a bearer token. */
export class TokenAuthenticator implements Authenticator {
  readonly #check: TokenCheck;
  readonly #attempts: Attempts;

  constructor(check: TokenCheck, attempts: Attempts) {
    this.#check = check;
    this.#attempts = attempts;
  }

  async identify({
    headers,
    socket,
  }: Parameters<Authenticator['identify']>[0]): Promise<Identity | undefined> {
    const token = bearerTokenOf(headers.authorization);
    if (token === undefined) return undefined;
    const attempt = { client: clientOf(socket.remoteAddress), credentials: digest(token) };
    const identity = await this.#attempts.run(attempt, () => this.#check(token));
    if (identity === undefined) throw new ConsoleProblem('unauthenticated');
    return identity;
  }
}
