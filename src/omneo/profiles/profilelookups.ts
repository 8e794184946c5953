import type { OmneoClient } from '../client/client.ts';
import { emailStanding, spellingsOf } from './emailaddress.ts';
import { type Finding, judge } from './finding.ts';
import { type IdentityKey, standingByIdentity } from './identity.ts';
import { isMerged, isSameId } from './profile.ts';
import { readProfiles, searchId } from './searchid.ts';

/** Looks for the profile with an identity. Throws UpstreamError. */
export async function findByIdentity(client: OmneoClient, key: IdentityKey): Promise<Finding> {
  const answer = await searchId(client, key.handle, key.identifier);
  const finding = judge(answer, (profile) => standingByIdentity(profile, key));
  // Identities move on to the profile that another was merged into, but search-id shows one profile only.
  return { ...finding, isOpen: finding.isOpen || answer.profiles.some(isMerged) };
}

/** Looks for the profile with an Omneo id. Throws UpstreamError. */
export async function findById(client: OmneoClient, id: string): Promise<Finding> {
  const answer = await searchId(client, 'profile_id', id);
  return judge(answer, (profile) =>
    typeof profile['id'] === 'string' && isSameId(profile['id'], id) ? 'exact' : 'stranger',
  );
}

/** Looks for the profile with an e-mail, in each of its spellings until one settles it. Throws UpstreamError. */
export async function findByEmail(client: OmneoClient, email: string): Promise<Finding> {
  const [first = email, ...others] = spellingsOf(email);
  let finding = await askByEmail(client, first, email);
  for (const spelling of others) {
    if (finding.profile !== null || finding.doubt !== null) break;
    finding = await askByEmail(client, spelling, email);
  }
  return finding;
}

async function askByEmail(client: OmneoClient, spelling: string, email: string): Promise<Finding> {
  const { status, json } = await client.request({
    operation: 'profiles.list',
    method: 'GET',
    resend: 'safe',
    path: '/profiles',
    query: { 'filter[email]': spelling },
  });
  return judge(readProfiles(status, json), (profile) => emailStanding(profile['email'], email));
}
