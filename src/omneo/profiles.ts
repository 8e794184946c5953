import type { OmneoClient } from './client.ts';
import { isSameEmail } from './emailaddress.ts';
import type { Finding } from './finding.ts';
import { findInIdentities } from './identitylist.ts';
import { type Profile, idOf, isSameId } from './profile.ts';
import { findByEmail, findById, findByIdentity } from './profilelookups.ts';
import { UpstreamError } from './upstream.ts';

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
  const findings: Finding[] = [];
  for (const { matchedBy, find } of lookups(client, person, identityHandle, findings)) {
    const finding = await find();
    if (finding.profile !== null) return await matchOf(client, person, finding.profile, matchedBy);
    findings.push(finding);
  }
  for (const { doubt } of findings) if (doubt !== null) throw new UpstreamError('unavailable', doubt);
  return null;
}

type Lookup = Readonly<{ matchedBy: ProfileMatch['matchedBy']; find: () => Promise<Finding> }>;

/** Each way to find the person, as long as those before it, whose `findings` grow meanwhile, did not. */
function* lookups(
  client: OmneoClient,
  { personId, email }: Person,
  handle: string,
  findings: readonly Finding[],
): Generator<Lookup> {
  if (personId !== null) {
    const key = { handle, identifier: personId };
    yield { matchedBy: 'klaviyo', find: () => findByIdentity(client, key) };
    if (uuid.test(personId)) yield { matchedBy: 'omneo', find: () => findById(client, personId) };
  }
  if (email !== null) yield { matchedBy: 'email', find: () => findByEmail(client, email) };
  const isSettled = findings.some(({ isOwn }) => isOwn) && !findings.some(({ isOpen }) => isOpen);
  if (personId !== null && !isSettled) {
    const key = { handle, identifier: personId };
    yield { matchedBy: 'klaviyo', find: () => findInIdentities(client, key) };
  }
}

async function matchOf(
  client: OmneoClient,
  { email }: Person,
  profile: Profile,
  matchedBy: ProfileMatch['matchedBy'],
): Promise<ProfileMatch> {
  const profileId = idOf(profile);
  const isSettled = matchedBy === 'email' || email === null || isSameEmail(profile['email'], email);
  if (isSettled || !(await isOfAnother(client, email, profileId))) return { profileId, matchedBy };
  return { profileId, matchedBy, conflict: true };
}

/** Whether the e-mail is known to be of another profile. */
async function isOfAnother(client: OmneoClient, email: string, profileId: string): Promise<boolean> {
  try {
    const { profile } = await findByEmail(client, email);
    return profile !== null && !isSameId(idOf(profile), profileId);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    // The person is known; only whether there is a conflict is not.
    return false;
  }
}
