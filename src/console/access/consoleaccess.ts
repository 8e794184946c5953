import type { Clock } from '../../lib/clock.ts';
import type { Authenticator, Authorizer } from './access.ts';
import { Attempts } from './attempts.ts';
import { adminAuthorizer, adminTokenCheck } from './folderaccess.ts';
import { TokenAuthenticator } from './tokenauthenticator.ts';

/** Who is let in, and who may what. */
export type ConsoleAccess = Readonly<{
  /** Tried in this order. */
  authenticators: readonly Authenticator[];
  authorizer: Authorizer;
  /** Ends what it has open. */
  close?: () => Promise<void>;
}>;

/**
 * Access where tenants come from a folder: the admin token may do everything.
 *
 * @throws StartupError if the file holds no token
 */
export async function folderAccess(adminTokenFile: string, clock: Clock): Promise<ConsoleAccess> {
  const check = await adminTokenCheck(adminTokenFile);
  return {
    authenticators: [new TokenAuthenticator(check, new Attempts(clock))],
    authorizer: adminAuthorizer,
  };
}
