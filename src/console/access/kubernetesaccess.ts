import type { Clock } from '../../lib/clock.ts';
import type { Authorizer, Identity, Permission } from './access.ts';
import { Attempts } from './attempts.ts';
import { CachedReviews } from './cachedreviews.ts';
import type { ConsoleAccess } from './consoleaccess.ts';
import type { ReviewedAction, ReviewedUser, Reviews } from './reviews.ts';
import { TokenAuthenticator } from './tokenauthenticator.ts';

/** Access in a cluster: a token is Kubernetes', and so is what a user may do, however that user signed in. */
export function kubernetesAccess(reviews: Reviews, clock: Clock): ConsoleAccess {
  const cached = new CachedReviews(reviews, clock);
  const check = async (token: string): Promise<Identity | undefined> => {
    const user = await cached.userOf(token);
    return user && { ...user, signedInBy: 'token' };
  };
  return {
    authenticators: [new TokenAuthenticator(check, new Attempts(clock))],
    authorizer: authorizerBy(cached),
    close: () => cached.close(),
  };
}

/** Who may do something everywhere is not asked about namespace by namespace. */
function authorizerBy(reviews: Reviews): Authorizer {
  return {
    async allows(identity, permission, namespace) {
      const user = reviewedUserOf(identity);
      if (user === undefined) return false;
      const action = actionOf(permission);
      if (await reviews.isAllowed(user, { ...action, namespace: '' })) return true;
      return namespace !== '' && reviews.isAllowed(user, { ...action, namespace });
    },
  };
}

/**
 * Names that begin with `system:` are Kubernetes' own to give. Whoever signs in elsewhere has none of its groups, and is
 * none of its users (undefined).
 */
function reviewedUserOf({ user, groups, uid, extra, signedInBy }: Identity): ReviewedUser | undefined {
  if (signedInBy === 'token')
    return { user, groups, ...(uid !== undefined && { uid }), ...(extra !== undefined && { extra }) };
  if (isReserved(user)) return undefined;
  return { user, groups: groups.filter((group) => !isReserved(group)) };
}

function isReserved(name: string): boolean {
  return name === '' || name.startsWith('system:');
}

function actionOf(permission: Permission): Omit<ReviewedAction, 'namespace'> {
  if (permission === 'payload') return { verb: 'get', resource: 'omneotenants', subresource: 'payloads' };
  return { verb: permission, resource: 'omneotenants', subresource: 'deliveries' };
}
