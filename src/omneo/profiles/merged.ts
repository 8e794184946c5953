import type { OmneoClient } from '../client/client.ts';
import { idOf, isGone, isSameId } from './profile.ts';
import { searchId } from './searchid.ts';
import { UpstreamError } from '../client/upstream.ts';

/**
 * Whether one profile has become the other, as Omneo merges them: the loser is deleted and the winner takes over
 * what it had.
 *
 * @throws UpstreamError when Omneo does not say: a profile that is gone without a successor may have been anybody's.
 */
export async function isMergedInto(client: OmneoClient, loser: string, winner: string): Promise<boolean> {
  const { profiles, isOwn, doubt } = await searchId(client, 'profile_id', loser);
  if (!isOwn || doubt !== null)
    throw new UpstreamError('unavailable', 'Omneo does not say whose reward it shows');
  if (profiles.some((profile) => isSameId(idOf(profile), winner) || profile['merged_into'] === winner))
    return true;
  if (profiles.some((profile) => !isGone(profile))) return false;
  const message = 'Omneo shows the reward of a profile that is gone';
  throw new UpstreamError('unavailable', message, { needsHuman: true });
}
