import { isRecord } from '../../lib/exactjson.ts';
import { type OmneoClient, isWhole, rowsOf } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';
import { type Match, chooseMatch, profilesOf, searchId } from './lookup.ts';
import { type IdentityKey, type Profile, gradeByIdentity, identityGrade } from './profile.ts';

/**
 * Asks Omneo's list of identities for one, as a second way where search-id does not settle who has it. An empty list
 * is Omneo's own word that nobody has; an identity that is listed leads to a profile, which has to prove itself.
 * Anything else proves nothing.
 *
 * @throws UpstreamError
 */
export async function findInIdentities(client: OmneoClient, key: IdentityKey): Promise<Match> {
  const json = await listIdentities(client, key);
  const rows = rowsOf(json);
  if (rows === undefined) return unclear;
  const exact = rows.filter((row) => identityGrade(row, key) === 'exact');
  const owners: (readonly Profile[])[] = [];
  for (const row of exact) owners.push(await ownersOf(client, row, key));
  const match = chooseMatch(profilesOf(owners.flat(), true), (profile) => gradeByIdentity(profile, key));
  if (match.profile !== null) return match;
  const isHeeded = isWhole(json) && rows.every((row) => identityGrade(row, key) !== 'stranger');
  return isHeeded && owners.every(({ length }) => length > 0) ? match : unclear;
}

const unclear: Match = Object.freeze({
  profile: null,
  isOwn: false,
  inconclusive: 'neither search-id nor the list of identities says in words of Omneo that there is nobody',
  isOpen: false,
});

/** The answer in JSON, whatever that holds; undefined if Omneo refused it. */
async function listIdentities(client: OmneoClient, { handle, identifier }: IdentityKey): Promise<unknown> {
  const query = { 'filter[handle]': handle, 'filter[identifier]': identifier, include: 'profile' };
  try {
    const { status, json } = await client.request({
      operation: 'identities.list',
      method: 'GET',
      resend: 'safe',
      path: '/identities',
      query,
    });
    return status >= 200 && status < 300 ? json : undefined;
  } catch (error) {
    // The token may read profiles and not identities, which says nothing about the webhooks it is good for.
    if (error instanceof UpstreamError && error.fault === 'refused') return undefined;
    throw error;
  }
}

/** The profile that an identity belongs to: the one that is included if it proves itself, else by its id. */
async function ownersOf(client: OmneoClient, row: Profile, key: IdentityKey): Promise<readonly Profile[]> {
  const { profile, profile_id: profileId } = row;
  if (isRecord(profile) && gradeByIdentity(profile, key) === 'exact') return [profile];
  const id = profileId ?? (isRecord(profile) ? profile['id'] : undefined);
  return typeof id === 'string' ? (await searchId(client, 'profile_id', id)).profiles : [];
}
