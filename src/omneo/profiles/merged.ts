import type { OmneoClient } from '../client/client.ts';
import { idOf, isGone, isSameId } from './profile.ts';
import { searchId } from './searchid.ts';
import { UpstreamError } from '../client/upstream.ts';

/**
 * Whether one profile has become the other, as Omneo merges them: the loser is deleted and the winner takes over
 * what it had. A profile that Omneo has no more counts too: nobody else can be its person.
 *
 * @throws UpstreamError when Omneo does not say.
 */
export async function isMergedInto(client: OmneoClient, loser: string, winner: string): Promise<boolean> {
  const { profiles, isOwn, doubt } = await searchId(client, 'profile_id', loser);
  if (!isOwn || doubt !== null)
    throw new UpstreamError('unavailable', 'Omneo does not say whose reward it shows');
  return profiles.every((profile) => isGone(profile) || isSameId(idOf(profile), winner));
}
