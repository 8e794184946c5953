import { isRecord } from '../../../lib/exactjson.ts';
import { ProviderFault } from './providerfault.ts';

/** Which claims say who it is, and what is put in front of their values; as kube-apiserver's flags of these names. */
export type ClaimSettings = Readonly<{
  userClaim: string;
  groupsClaim: string;
  userPrefix: string;
  groupsPrefix: string;
}>;

/** Who signed in, as permissions are asked for. */
export type ProviderUser = Readonly<{ user: string; groups: readonly string[] }>;

/** In characters, with the prefix. */
const longestName = 256;
/** Kubernetes keeps these names for itself, so no provider may give them. */
const reserved = 'system:';

/**
 * Who the claims of a provider are about. Groups that are no text, or that only Kubernetes may give, are left out.
 *
 * @throws ProviderFault `refused`, if they name no user that can be taken
 */
export function userIn(claims: Readonly<Record<string, unknown>>, settings: ClaimSettings): ProviderUser {
  const { userClaim, groupsClaim, userPrefix, groupsPrefix } = settings;
  if (userClaim === 'email' && !isVerified(claims['email_verified']))
    throw refused('the provider has not verified the e-mail address of the user');
  const user = claims[userClaim];
  if (typeof user !== 'string' || user === '') throw refused(`the provider gives no claim ${userClaim}`);
  if (!isName(userPrefix + user)) throw refused(`the claim ${userClaim} is no name that can be taken`);
  const groups = groupsIn(claims[groupsClaim]).map((group) => groupsPrefix + group);
  return { user: userPrefix + user, groups: [...new Set(groups.filter(isName))] };
}

/** Whether the claims lack one that is asked for, so that the provider may give it elsewhere. */
export function isIncomplete(
  claims: Readonly<Record<string, unknown>>,
  { userClaim, groupsClaim }: ClaimSettings,
): boolean {
  return !(userClaim in claims) || !(groupsClaim in claims);
}

/** The claims as a record of our own; openid-client's type names some of them. */
export function claimsOf(given: unknown): Readonly<Record<string, unknown>> {
  return isRecord(given) ? given : {};
}

/** One group may come as a text by itself, as kube-apiserver takes it too. */
function groupsIn(claim: unknown): string[] {
  return [claim].flat().filter((group) => typeof group === 'string' && group !== '') as string[];
}

function isName(name: string): boolean {
  const isPlain = name.length <= longestName && name.isWellFormed() && !/\p{Cc}/u.test(name);
  return isPlain && !name.startsWith(reserved);
}

/** Whether nobody says otherwise: many providers leave the claim out, and some say it in a word. */
function isVerified(claim: unknown): boolean {
  return claim === undefined || claim === true || claim === 'true';
}

function refused(message: string): ProviderFault {
  return new ProviderFault('refused', message);
}
