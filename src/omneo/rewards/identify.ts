import { isDeepStrictEqual } from 'node:util';
import { asText, numberOf, textIn } from '../../lib/exactjson.ts';
import type { OmneoClient } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';
import { isMergedInto } from '../profiles/lookup.ts';
import { isFoldedSame, isSameId } from '../profiles/profile.ts';
import { collidingIdsOf, isAlteredFrom, isCutFrom, remaindersOf } from './externalid.ts';
import { type RewardId, type RewardRows, type Row, definitionOf, idOf, listRewards } from './rewards.ts';

/** What a reward must be to count as the one that was asked for. */
export type ExpectedReward = Readonly<{
  externalId: string;
  profileId: string;
  definitionId: number;
  amount: number;
  /** A create for it was sent, after a look-up that found nothing: what is there under the id now came from it. */
  wasSent?: boolean;
  /** This Omneo has shown an `external_id` altered before. */
  isAltering?: boolean;
  /** When the webhook was first worked on, in milliseconds since the epoch; a reward from before is not its own. */
  since?: number;
}>;

/** Clocks of Omneo and of the gateway are taken to be apart by so much at most, in milliseconds. */
const skewMs = 2_000;

/** What Omneo holds under an `external_id`: nothing, the reward that was asked for, or another one. */
export type Found = Readonly<{ kind: 'none' | 'other' } | { kind: 'same'; rewardId: RewardId }>;

/**
 * Decides whether the rows are the reward that was asked for.
 *
 * A reward need not show its `external_id`. Rows that hide it could also be a page of unrelated rewards, or the
 * rewards of an id that Omneo takes for the same one, so they are believed only if the filter proves to keep ids apart.
 *
 * @throws UpstreamError `unavailable` when neither "there" nor "not there" can be said.
 */
export async function identify(
  client: OmneoClient,
  rows: RewardRows,
  expected: ExpectedReward,
): Promise<Found> {
  if (rows.length === 0) return { kind: 'none' };
  const { externalId } = expected;
  const own = rows.filter((row) => shownId(row) === externalId);
  if (own.length > 0) return amongOwn(client, own, expected);
  if (rows.every((row) => shownId(row) !== undefined)) return amongOthers(rows, expected);
  if (rows.some((row) => shownId(row) !== undefined)) throw filterIgnored();

  switch (await ownershipOf(client, rows, externalId)) {
    case 'alone':
      // Several rewards under one id that are not alike look rather like a page of unrelated ones.
      if (rows.length > 1 && !rows.every((row) => isSame(row, expected))) throw filterIgnored();
      return amongOwn(client, rows, expected);
    case 'folded':
      return believedIfSent(rows, expected);
    case 'unproven':
      throw indistinguishable();
  }
}

/**
 * What Omneo holds under an id that rewards were once made under as it is, though no look-up can be trusted with it.
 * A server that splits filters at commas, or drops invisible characters, gives the rewards of what is left of the id.
 *
 * @throws UpstreamError
 */
export async function findByRawId(client: OmneoClient, expected: ExpectedReward): Promise<Found> {
  const rows = await listRewards(client, expected.externalId);
  // Only one that is like it can have been made for this webhook; whatever else Omneo finds is of another id.
  if (!rows.some((row) => isSame(row, expected))) return { kind: 'none' };
  const { externalId } = expected;
  for (const remainder of remaindersOf(externalId)) {
    if (sharesRows(await listRewards(client, remainder), rows)) return { kind: 'none' };
  }
  return identify(client, rows, expected);
}

/** What is found among rows that the id is known to belong to. */
async function amongOwn(client: OmneoClient, rows: RewardRows, expected: ExpectedReward): Promise<Found> {
  const same = rows.find((row) => isSame(row, expected));
  if (same !== undefined) return { kind: 'same', rewardId: idOf(same) };
  const [row] = rows;
  if (row === undefined) return { kind: 'none' };
  // Staff may have corrected its value since, or merged its profile.
  if (expected.wasSent === true) return { kind: 'same', rewardId: idOf(row) };
  const owner = asText(row['profile_id'] ?? expected.profileId);
  const isOnlyMoved = isSame({ ...row, profile_id: expected.profileId }, expected);
  if (!isOnlyMoved || !(await isMergedInto(client, owner, expected.profileId))) return { kind: 'other' };
  return { kind: 'same', rewardId: idOf(row) };
}

/** What is found among rows that all show another id. */
function amongOthers(rows: RewardRows, expected: ExpectedReward): Found {
  const { externalId } = expected;
  const isAltered = rows.some((row) => isAlteredFrom(externalId, shownId(row) ?? ''));
  if (isAltered && expected.isAltering === true) return believedIfSent(rows, expected);
  // The filter is blind to letter case or accents, and so shows those of ours along with them: there are none.
  if (rows.every((row) => isFoldedSame(externalId, shownId(row) ?? ''))) return { kind: 'none' };
  const isCut = rows.some((row) => isCutFrom(externalId, shownId(row) ?? ''));
  throw isAltered || isCut ? indistinguishable() : filterIgnored();
}

/** What is found among rows that may belong to another id that Omneo takes for the same one. */
function believedIfSent(rows: RewardRows, expected: ExpectedReward): Found {
  const same = rows.find((row) => isSame(row, expected));
  if (same !== undefined && (expected.wasSent === true || isSince(same, expected.since)))
    return { kind: 'same', rewardId: idOf(same) };
  throw indistinguishable();
}

function indistinguishable(): UpstreamError {
  const message = 'Omneo does not distinguish this external_id from others that are like it';
  return new UpstreamError('unavailable', message, { needsHuman: true });
}

/**
 * Whose rows that hide their id are: of this one alone, if no look-up for an id like it finds any of them and the one
 * for this id finds the same again; of this one or of one in another letter case (`folded`), which a marketer is not
 * likely to use at the same time; or of nobody knows whom.
 *
 * @throws UpstreamError when Omneo does not heed the filter.
 */
async function ownershipOf(
  client: OmneoClient,
  rows: RewardRows,
  externalId: string,
): Promise<'alone' | 'folded' | 'unproven'> {
  // Nothing shorter, and no colliding id, can be asked for.
  if (externalId.length < 2 || /^[_%]+$/.test(externalId)) return 'unproven';
  // Laravel's filters often look for a part (LIKE '%…%'); then a row may be of any id that this one is a part of.
  const partly = await listRewards(client, externalId.replace(/.$/su, ''));
  // The part may be one reward's own id; more than one is a page, on which ours need not be.
  if (partly.length > 1 || sharesRows(partly, rows)) throw filterIgnored();
  const [swapped, ...others] = collidingIdsOf(externalId);
  for (const other of others) if (sharesRows(await listRewards(client, other), rows)) return 'unproven';
  if (swapped !== undefined && swapped !== externalId && sharesRows(await listRewards(client, swapped), rows))
    return 'folded';
  // The filter may have been ignored just once.
  const again = await listRewards(client, externalId);
  if (!isDeepStrictEqual(again.map(idOf), rows.map(idOf))) throw filterIgnored();
  return 'alone';
}

function sharesRows(some: RewardRows, others: RewardRows): boolean {
  const ids = others.map(idOf);
  return some.some((row) => ids.includes(idOf(row)));
}

function filterIgnored(): UpstreamError {
  return new UpstreamError(
    'unavailable',
    'Omneo does not heed filter[external_id], so nothing can be concluded from it',
  );
}

/** The `external_id` that a row shows; undefined if it hides it. */
function shownId(row: Row): string | undefined {
  return textIn(row['external_id']);
}

/** Whether nothing that the row shows is different; what it does not show is not. */
function isSame(row: Row, { profileId, definitionId, amount }: ExpectedReward): boolean {
  const owner = asText(row['profile_id'] ?? profileId);
  const definition = definitionOf(row) ?? definitionId;
  const kept = numberOf(row['value_initial']);
  return (
    isSameId(owner, profileId) &&
    numberOf(definition) === definitionId &&
    (Number.isNaN(kept) || isAmount(kept, amount))
  );
}

/** Whether the row shows that it was created since then. Omneo writes `YYYY-MM-DD HH:mm:ss` in UTC. */
function isSince({ created_at: created }: Row, since = Infinity): boolean {
  const at =
    typeof created === 'string' ? Date.parse(created.replace(' ', 'T').replace(/Z?$/, 'Z')) : Number.NaN;
  return at + 1000 > since - skewMs;
}

/** Omneo keeps money with two decimals; whether it rounds or cuts off the rest is not known. */
function isAmount(kept: number, amount: number): boolean {
  const isWholeCents = Number(amount.toFixed(2)) === amount;
  return Math.abs(kept - amount) < (isWholeCents ? 0.005 : 0.01);
}
