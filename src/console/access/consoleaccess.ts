import type { Clock } from '../../lib/clock.ts';
import type { Authenticator, Authorizer } from './access.ts';
import { Attempts } from './attempts.ts';
import type { SignIn } from '../signin/createsignin.ts';
import { adminAuthorizer, adminTokenCheck } from './folderaccess.ts';
import { TokenAuthenticator } from './tokenauthenticator.ts';

/** Who is let in, and who may what. */
export type ConsoleAccess = Readonly<{
  /** Tried in this order. */
  authenticators: readonly Authenticator[];
  authorizer: Authorizer;
  /** How people sign in with a browser; undefined: they do not. */
  signIn?: Pick<SignIn, 'routes' | 'giveRenewedSession'>;
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

/** The same access, and that of people who sign in. What they may is said by their groups, or else by what says it of tokens. */
export function withSignIn(access: ConsoleAccess | undefined, signIn: SignIn): ConsoleAccess {
  const ofTokens = access?.authorizer ?? noAuthorizer;
  const ofSessions = signIn.groupAccess ?? ofTokens;
  return {
    ...access,
    signIn,
    authenticators: [...(access?.authenticators ?? []), signIn.authenticator],
    authorizer: {
      allows: (identity, ...asked) =>
        (identity.signedInBy === 'session' ? ofSessions : ofTokens).allows(identity, ...asked),
    },
  };
}

const noAuthorizer: Authorizer = Object.freeze({ allows: () => Promise.resolve(false) });
