import { UpstreamError } from '../client/upstream.ts';

/** A profile as Omneo shows it, of which nothing is believed yet. */
export type Profile = Readonly<Record<string, unknown>>;

/**
 * The profile's id, as Omneo writes it.
 *
 * @throws UpstreamError when it shows none.
 */
export function idOf({ id }: Profile): string {
  if (typeof id === 'string' && id !== '') return id;
  throw new UpstreamError('unavailable', 'Omneo answered with a profile that has no id');
}

/** Whether two ids are of one profile: they are UUIDs, which may be written in any case (RFC 9562, section 4). */
export function isSameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whether the profile no longer counts. Omneo deletes one that it merges into another, which may keep its e-mail. */
export function isGone(profile: Profile): boolean {
  return profile['profile_type'] === 'deleted' || isMerged(profile);
}

/** Whether the profile says that another one took its place. */
export function isMerged(profile: Profile): boolean {
  const winner = profile['merged_into'];
  return typeof winner === 'string' && winner !== '';
}
