import { ConsoleProblem } from '../consoleproblem.ts';

/** Strangers may send thousands of blanks: what follows a run of characters here is never one of them. */
const withToken = /^ *bearer +([\w.~+/-]+=*) *$/i;
const ofScheme = /^ *bearer(?: |$)/i;

/**
 * The token of an `Authorization` header (RFC 6750, 2.1); undefined: there is no such header, or it is of another scheme.
 *
 * @throws ConsoleProblem `unauthenticated` for one that says Bearer and brings no token
 */
export function bearerTokenOf(authorization = ''): string | undefined {
  const [, token] = withToken.exec(authorization) ?? [];
  if (token === undefined && ofScheme.test(authorization)) throw new ConsoleProblem('unauthenticated');
  return token;
}
