import type { OmneoClient } from '../client/client.ts';
import { isSameEmail } from './emailaddress.ts';
import type { Finding } from './finding.ts';
import { findInIdentities } from './identitylist.ts';
import { type Profile, idOf, isSameId } from './profile.ts';
import { findByEmail, findById, findByIdentity } from './profilelookups.ts';
import { UpstreamError } from '../client/upstream.ts';

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
  for (const { matchedBy, find, isNeeded } of lookups(client, person, identityHandle)) {
    if (isNeeded?.(findings) === false) continue;
    const finding = await find();
    if (finding.profile !== null) return await matchOf(client, person, finding.profile, matchedBy);
    findings.push(finding);
  }
  for (const { doubt } of findings) if (doubt !== null) throw new UpstreamError('unavailable', doubt);
  return null;
}

type Lookup = Readonly<{
  matchedBy: ProfileMatch['matchedBy'];
  find: () => Promise<Finding>;
  /** Whether it has to be asked after what the others found; absent: always. */
  isNeeded?: (findings: readonly Finding[]) => boolean;
}>;

/** The ways to find the person, in their order. */
function lookups(client: OmneoClient, { personId, email }: Person, handle: string): readonly Lookup[] {
  const byEmail: Lookup[] =
    email === null ? [] : [{ matchedBy: 'email', find: () => findByEmail(client, email) }];
  if (personId === null) return byEmail;
  const key = { handle, identifier: personId };
  const byOmneoId: Lookup[] = uuid.test(personId)
    ? [{ matchedBy: 'omneo', find: () => findById(client, personId) }]
    : [];
  return [
    { matchedBy: 'klaviyo', find: () => findByIdentity(client, key) },
    ...byOmneoId,
    ...byEmail,
    { matchedBy: 'klaviyo', find: () => findInIdentities(client, key), isNeeded: isUnsettled },
  ];
}

/** Whether the absence of a profile is no more than what somebody in front of Omneo may have said. */
function isUnsettled(findings: readonly Finding[]): boolean {
  return !findings.some(({ isOwn }) => isOwn) || findings.some(({ isOpen }) => isOpen);
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
