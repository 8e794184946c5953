import type { OmneoClient } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';
import { findInIdentities } from './identitylist.ts';
import { type Match, chooseMatch, readProfiles, searchId } from './lookup.ts';
import {
  type IdentityKey,
  type Profile,
  emailGrade,
  gradeByIdentity,
  isMerged,
  isSameEmail,
  isSameId,
  profileIdOf,
  spellingsOf,
} from './profile.ts';

/** Whom the webhook is about; at least one of the two is given. */
export type Person = Readonly<{ personId: string | null; email: string | null }>;

/** The profile that was found, and by what. */
export type ProfileMatch = Readonly<{
  profileId: string;
  matchedBy: 'klaviyo' | 'omneo' | 'email';
  /** The e-mail is known to be of another profile than person_id, which wins. */
  conflict?: true;
}>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Finds a person's profile: by the identity that Klaviyo's id is stored under, by Omneo's own id when person_id
 * looks like one (what Klaviyo renders for `{{ person.id }}` is the external id, which is the Omneo id for
 * profiles that Omneo pushed), then by e-mail.
 *
 * No filter is trusted: a profile counts only if it carries what was asked for, and deleted ones never do. When
 * Omneo answers with profiles that it had no reason to find, "not found" cannot be concluded. Nor can it when no
 * answer is known to be Omneo's own: then the list of identities is asked too, and if that does not settle it, the
 * webhook has to come again.
 *
 * @returns null when nobody is there.
 * @throws UpstreamError
 */
export async function findProfile(
  client: OmneoClient,
  person: Person,
  identityHandle: string,
): Promise<ProfileMatch | null> {
  const matches: Match[] = [];
  for (const { matchedBy, find, isNeeded } of lookups(client, person, identityHandle)) {
    if (isNeeded?.(matches) === false) continue;
    const match = await find();
    if (match.profile !== null) return matchOf(client, person, match.profile, matchedBy);
    matches.push(match);
  }
  for (const { inconclusive } of matches)
    if (inconclusive !== null) throw new UpstreamError('unavailable', inconclusive);
  return null;
}

type Lookup = Readonly<{
  matchedBy: ProfileMatch['matchedBy'];
  find: () => Promise<Match>;
  /** Whether it has to be asked after what the others found; absent: always. */
  isNeeded?: (matches: readonly Match[]) => boolean;
}>;

/** The ways to find the person, in their order. */
function* lookups(client: OmneoClient, { personId, email }: Person, handle: string): Generator<Lookup> {
  const key = personId === null ? null : { handle, identifier: personId };
  if (key !== null) yield { matchedBy: 'klaviyo', find: () => findByIdentity(client, key) };
  if (personId !== null && uuid.test(personId))
    yield { matchedBy: 'omneo', find: () => findById(client, personId) };
  if (email !== null) yield { matchedBy: 'email', find: () => findByEmail(client, email) };
  if (key !== null)
    yield { matchedBy: 'klaviyo', find: () => findInIdentities(client, key), isNeeded: isUnsettled };
}

/** Whether the absence of a profile is no more than what somebody in front of Omneo may have said. */
function isUnsettled(matches: readonly Match[]): boolean {
  return !matches.some(({ isOwn }) => isOwn) || matches.some(({ isOpen }) => isOpen);
}

async function matchOf(
  client: OmneoClient,
  { email }: Person,
  profile: Profile,
  matchedBy: ProfileMatch['matchedBy'],
): Promise<ProfileMatch> {
  const profileId = profileIdOf(profile);
  const isSettled = matchedBy === 'email' || email === null || isSameEmail(profile['email'], email);
  if (isSettled || !(await isOfAnother(client, email, profileId))) return { profileId, matchedBy };
  return { profileId, matchedBy, conflict: true };
}

/** Whether the e-mail is known to be of another profile. */
async function isOfAnother(client: OmneoClient, email: string, profileId: string): Promise<boolean> {
  try {
    const { profile } = await findByEmail(client, email);
    return profile !== null && !isSameId(profileIdOf(profile), profileId);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    // The person is known; only whether there is a conflict is not.
    return false;
  }
}

/** Looks for the profile with an identity. Throws UpstreamError. */
async function findByIdentity(client: OmneoClient, key: IdentityKey): Promise<Match> {
  const answer = await searchId(client, key.handle, key.identifier);
  const match = chooseMatch(answer, (profile) => gradeByIdentity(profile, key));
  // Identities move on to the profile that another was merged into, but search-id shows one profile only.
  return { ...match, isOpen: match.isOpen || answer.profiles.some(isMerged) };
}

/** Looks for the profile with an Omneo id. Throws UpstreamError. */
async function findById(client: OmneoClient, id: string): Promise<Match> {
  const answer = await searchId(client, 'profile_id', id);
  return chooseMatch(answer, (profile) =>
    typeof profile['id'] === 'string' && isSameId(profile['id'], id) ? 'exact' : 'stranger',
  );
}

/** Looks for the profile with an e-mail, in each of its spellings until one settles it. Throws UpstreamError. */
async function findByEmail(client: OmneoClient, email: string): Promise<Match> {
  const [first = email, ...others] = spellingsOf(email);
  let match = await askByEmail(client, first, email);
  for (const spelling of others) {
    if (match.profile !== null || match.inconclusive !== null) break;
    match = await askByEmail(client, spelling, email);
  }
  return match;
}

async function askByEmail(client: OmneoClient, spelling: string, email: string): Promise<Match> {
  const { status, json } = await client.request({
    operation: 'profiles.list',
    method: 'GET',
    resend: 'safe',
    path: '/profiles',
    query: { 'filter[email]': spelling },
  });
  return chooseMatch(readProfiles(status, json), (profile) => emailGrade(profile['email'], email));
}
