import type { IncomingMessage } from 'node:http';
import { ConsoleProblem } from '../consoleproblem.ts';
import type { Authenticator, Identity } from './access.ts';

/**
 * Who makes the request, by the first authenticator whose kind of credentials it brings.
 *
 * @throws ConsoleProblem `unauthenticated` if it brings none, and what the authenticator throws
 */
export async function identifyRequest(
  authenticators: readonly Authenticator[],
  request: IncomingMessage,
): Promise<Identity> {
  for (const authenticator of authenticators) {
    const identity = await authenticator.identify(request);
    if (identity !== undefined) return identity;
  }
  throw new ConsoleProblem('unauthenticated');
}
