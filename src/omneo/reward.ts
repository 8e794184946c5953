import { isRecord } from '../record.ts';
import { UpstreamError } from './upstream.ts';

export type RewardId = number | string;

/** A reward as Omneo shows it. */
export type Row = Readonly<Record<string, unknown>>;

/** The id that Omneo gave it. Throws UpstreamError: a reward that has none may have been created all the same. */
export function idOf(row: Row): RewardId {
  const { id } = row;
  if (typeof id === 'number' || (typeof id === 'string' && id !== '')) return id;
  throw new UpstreamError('unavailable', 'Omneo answered with a reward that has no id', {
    mayHaveHappened: true,
  });
}

/** Whose it is; undefined if it is not shown. */
export function ownerOf({ profile_id: owner }: Row): string | undefined {
  return typeof owner === 'string' && owner !== '' ? owner : undefined;
}

/** The id of its definition; undefined or null if it is not shown. */
export function definitionOf(row: Row): unknown {
  return isRecord(row['definition']) ? row['definition']['id'] : row['reward_definition_id'];
}
