import { ConsoleProblem } from '../consoleproblem.ts';

/**
 * The token of an `Authorization` header (RFC 6750, 2.1); undefined: there is no such header, or it is of another scheme.
 *
 * @throws ConsoleProblem `unauthenticated` for one that says Bearer and brings no token
 */
export function bearerTokenOf(authorization: string | undefined): string | undefined {
  const [, scheme = '', rest = ''] = /^ *([^ ]+) *(.*?) *$/.exec(authorization ?? '') ?? [];
  if (scheme.toLowerCase() !== 'bearer') return undefined;
  if (/^[\w.~+/-]+=*$/.test(rest)) return rest;
  throw new ConsoleProblem('unauthenticated');
}
