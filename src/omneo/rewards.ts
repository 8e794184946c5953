import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { OmneoClient } from './client.ts';
import { type RewardId, type Row, definitionOf, idOf } from './reward.ts';
import { isWhole, numberOf, rowsOf } from './rows.ts';
import { UpstreamError } from './upstream.ts';

/** What a reward must be to count as the one that was asked for. */
export type ExpectedReward = Readonly<{
  externalId: string;
  profileId: string;
  definitionId: number;
  amount: number;
}>;

/** What Omneo holds under an `external_id`: nothing, the reward that was asked for, or another one. */
export type Found = Readonly<{ kind: 'none' | 'other' } | { kind: 'same'; rewardId: RewardId }>;

/** Rows that Omneo gave for an `external_id`, not yet believed. */
export type RewardRows = readonly Row[];

/** Looks up what Omneo lists under an `external_id`. Throws UpstreamError. */
export async function listRewards(client: OmneoClient, externalId: string): Promise<RewardRows> {
  const { status, json } = await client.request({
    operation: 'rewards.list',
    method: 'GET',
    path: '/rewards',
    resend: 'safe',
    query: { 'filter[external_id]': externalId },
  });
  const rows = rowsOf(json);
  if (status >= 200 && status < 300 && rows !== undefined) return rows;
  throw new UpstreamError(
    'unavailable',
    `Omneo answered a reward look-up with ${status} and nothing readable`,
  );
}

/**
 * Looks up what Omneo lists under any of these ids; undefined if it says that it does not take the question, or does
 * not show all that it found. Throws UpstreamError.
 */
export async function listRewardsIn(
  client: OmneoClient,
  externalIds: readonly string[],
): Promise<RewardRows | undefined> {
  const { status, json } = await client.request({
    operation: 'rewards.list',
    method: 'GET',
    path: '/rewards',
    resend: 'safe',
    query: { 'filter[external_id][in]': externalIds.join(',') },
  });
  return status >= 200 && status < 300 && isWhole(json) ? rowsOf(json) : undefined;
}

/**
 * Decides whether the rows are the reward that was asked for.
 *
 * A reward does not show its `external_id`, so rows that could also be a page of unrelated rewards are believed
 * only if the filter proves to be heeded.
 *
 * @throws UpstreamError `unavailable` when Omneo does not heed the filter: neither "there" nor "not there" can be said.
 */
export async function identify(
  client: OmneoClient,
  rows: RewardRows,
  expected: ExpectedReward,
): Promise<Found> {
  const [first] = rows;
  if (first === undefined) return { kind: 'none' };
  const shown = rows.filter((row) => typeof row['external_id'] === 'string');
  if (shown.some((row) => row['external_id'] !== expected.externalId)) throw filterIgnored();
  if (shown.length < rows.length) await proveFilter(client, rows, expected.externalId);

  const same = rows.find((row) => isSame(row, expected));
  if (same !== undefined && rows.every((row) => isSame(row, expected)))
    return { kind: 'same', rewardId: idOf(same) };
  // Several rewards under one id that are not alike look rather like a page of unrelated ones.
  if (rows.length > 1 && shown.length === 0) throw filterIgnored();
  return { kind: 'other' };
}

/**
 * A look-up for a part of this id must find none of its rows, and the one for this id the same rows again: a row taken
 * wrongly for the reward's means one reward less.
 */
async function proveFilter(client: OmneoClient, rows: RewardRows, externalId: string): Promise<void> {
  // Laravel's filters often look for a part (LIKE '%…%'); then a row may be of any id that this one is a part of.
  const part = externalId.replace(/.$/su, '') || `gw-probe-${randomUUID()}`;
  const partly = await listRewards(client, part);
  const ids = rows.map(idOf);
  // The part may be one reward's own id; more than one is a page, on which ours need not be.
  if (partly.length > 1 || partly.some((row) => ids.includes(idOf(row)))) throw filterIgnored();
  // The filter may have been ignored just once.
  const again = await listRewards(client, externalId);
  if (!isDeepStrictEqual(again.map(idOf), ids)) throw filterIgnored();
}

function filterIgnored(): UpstreamError {
  return new UpstreamError(
    'unavailable',
    'Omneo does not heed filter[external_id], so nothing can be concluded from it',
  );
}

function isSame(row: Row, { profileId, definitionId, amount }: ExpectedReward): boolean {
  const definition = definitionOf(row);
  return (
    row['profile_id'] === profileId &&
    (definition === undefined || numberOf(definition) === definitionId) &&
    isAmount(numberOf(row['value_initial']), amount)
  );
}

/** Omneo keeps money with two decimals; whether it rounds or cuts off the rest is not known. */
function isAmount(kept: number, amount: number): boolean {
  const isWholeCents = Number(amount.toFixed(2)) === amount;
  return Math.abs(kept - amount) < (isWholeCents ? 0.005 : 0.01);
}
