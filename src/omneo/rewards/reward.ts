import { isRawNumber, isRecord } from '../../lib/exactjson.ts';
import { UpstreamError } from '../client/upstream.ts';

/** A bigint where a double would change its digits. */
export type RewardId = number | string | bigint;

/** A reward as Omneo shows it. */
export type Row = Readonly<Record<string, unknown>>;

/** The id that Omneo gave it. Throws UpstreamError: a reward that has none may have been created all the same. */
export function idOf(row: Row): RewardId {
  const id = rewardIdOf(row);
  if (id !== undefined) return id;
  throw new UpstreamError('unavailable', 'Omneo answered with a reward that has no id', {
    mayHaveHappened: true,
  });
}

/** The id that Omneo gave it; undefined if it shows none. */
export function rewardIdOf({ id }: Row): RewardId | undefined {
  if (isRawNumber(id) && /^-?\d+$/.test(id.rawJSON)) return BigInt(id.rawJSON);
  const number = isRawNumber(id) ? Number(id.rawJSON) : id;
  if (typeof number === 'number') return Number.isFinite(number) ? number : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** The id of its definition; undefined or null if it is not shown. */
export function definitionOf(row: Row): unknown {
  return isRecord(row['definition']) ? row['definition']['id'] : row['reward_definition_id'];
}
