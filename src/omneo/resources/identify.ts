import { isDeepStrictEqual } from 'node:util';
import { asText, numberOf, textIn } from '../../lib/exactjson.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import { UpstreamError } from '../client/upstream.ts';
import { isMergedInto } from '../profiles/lookup.ts';
import { isFoldedSame, isSameId } from '../profiles/profile.ts';
import { collidingIdsOf, isAlteredFrom, isCutFrom, remaindersOf } from './externalid.ts';
import {
  type ResourceCalls,
  type ResourceRows,
  type Row,
  definitionOf,
  idOf,
  listResources,
} from './calls.ts';
import type { ResourceKind } from './kind.ts';

/** What something must be to count as the one that was asked for. */
export type ExpectedResource = Readonly<{
  externalId: string;
  profileId: string;
  definitionId: number;
  /** Null: it was asked for without one. */
  amount: number | null;
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
export type Found = Readonly<{ kind: 'none' | 'other' } | { kind: 'same'; resourceId: ResourceId }>;

/**
 * Decides whether the rows are the reward that was asked for.
 *
 * A reward need not show its `external_id`. Rows that hide it could also be a page of unrelated rewards, or the
 * rewards of an id that Omneo takes for the same one, so they are believed only if the filter proves to keep ids apart.
 *
 * @throws UpstreamError `unavailable` when neither "there" nor "not there" can be said.
 */
export async function identify(
  calls: ResourceCalls,
  found: ResourceRows,
  expected: ExpectedResource,
): Promise<Found> {
  const { externalId } = expected;
  const rows = found.filter((row) => shownId(row) !== externalId || isMarked(row, calls.kind));
  if (rows.length === 0) return { kind: 'none' };
  // A filter that is not heeded may have left ours to a page that was not asked for.
  if (!rows.every((row) => isMarked(row, calls.kind))) throw filterIgnored();
  const own = rows.filter((row) => shownId(row) === externalId);
  if (own.length > 0) return amongOwn(calls, own, expected);
  if (rows.every((row) => shownId(row) !== undefined)) return amongOthers(calls.kind, rows, expected);
  if (rows.some((row) => shownId(row) !== undefined)) throw filterIgnored();

  switch (await ownershipOf(calls, rows, externalId)) {
    case 'alone':
      // Several rewards under one id that are not alike look rather like a page of unrelated ones.
      if (rows.length > 1 && !rows.every((row) => isSame(calls.kind, row, expected))) throw filterIgnored();
      return amongOwn(calls, rows, expected);
    case 'folded':
      return believedIfSent(calls.kind, rows, expected);
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
export async function findByRawId(calls: ResourceCalls, expected: ExpectedResource): Promise<Found> {
  const rows = await listResources(calls, expected.externalId);
  // Only one that is like it can have been made for this webhook; whatever else Omneo finds is of another id.
  if (!rows.some((row) => isSame(calls.kind, row, expected))) return { kind: 'none' };
  const { externalId } = expected;
  for (const remainder of remaindersOf(externalId)) {
    if (sharesRows(await listResources(calls, remainder), rows)) return { kind: 'none' };
  }
  return identify(calls, rows, expected);
}

/** What is found among rows that the id is known to belong to. */
async function amongOwn(
  calls: ResourceCalls,
  rows: ResourceRows,
  expected: ExpectedResource,
): Promise<Found> {
  const same = rows.find((row) => isSame(calls.kind, row, expected));
  if (same !== undefined) return { kind: 'same', resourceId: idOf(same) };
  const [row] = rows;
  if (row === undefined) return { kind: 'none' };
  // Staff may have corrected its value since, or merged its profile.
  if (expected.wasSent === true) return { kind: 'same', resourceId: idOf(row) };
  const owner = asText(row['profile_id'] ?? expected.profileId);
  const isOnlyMoved = isSame(calls.kind, { ...row, profile_id: expected.profileId }, expected);
  if (!isOnlyMoved || !(await isMergedInto(calls.client, owner, expected.profileId)))
    return { kind: 'other' };
  return { kind: 'same', resourceId: idOf(row) };
}

/** What is found among rows that all show another id. */
function amongOthers(kind: ResourceKind, rows: ResourceRows, expected: ExpectedResource): Found {
  const { externalId } = expected;
  const isAltered = rows.some((row) => isAlteredFrom(externalId, shownId(row) ?? ''));
  if (isAltered && expected.isAltering === true) return believedIfSent(kind, rows, expected);
  // The filter is blind to letter case or accents, and so shows those of ours along with them: there are none.
  if (rows.every((row) => isFoldedSame(externalId, shownId(row) ?? ''))) return { kind: 'none' };
  const isCut = rows.some((row) => isCutFrom(externalId, shownId(row) ?? ''));
  throw isAltered || isCut ? indistinguishable() : filterIgnored();
}

/** What is found among rows that may belong to another id that Omneo takes for the same one. */
function believedIfSent(kind: ResourceKind, rows: ResourceRows, expected: ExpectedResource): Found {
  const same = rows.find((row) => isSame(kind, row, expected));
  if (same !== undefined && (expected.wasSent === true || isSince(same, expected.since)))
    return { kind: 'same', resourceId: idOf(same) };
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
  calls: ResourceCalls,
  rows: ResourceRows,
  externalId: string,
): Promise<'alone' | 'folded' | 'unproven'> {
  // Nothing shorter, and no colliding id, can be asked for.
  if (externalId.length < 2 || /^[_%]+$/.test(externalId)) return 'unproven';
  // Laravel's filters often look for a part (LIKE '%…%'); then a row may be of any id that this one is a part of.
  const partly = await listResources(calls, externalId.replace(/.$/su, ''));
  // The part may be one reward's own id; more than one is a page, on which ours need not be.
  if (partly.length > 1 || sharesRows(partly, rows)) throw filterIgnored();
  const [swapped, ...others] = collidingIdsOf(externalId);
  for (const other of others) if (sharesRows(await listResources(calls, other), rows)) return 'unproven';
  if (
    swapped !== undefined &&
    swapped !== externalId &&
    sharesRows(await listResources(calls, swapped), rows)
  )
    return 'folded';
  // The filter may have been ignored just once.
  const again = await listResources(calls, externalId);
  if (!isDeepStrictEqual(again.map(idOf), rows.map(idOf))) throw filterIgnored();
  return 'alone';
}

function sharesRows(some: ResourceRows, others: ResourceRows): boolean {
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

/** Whether the row shows no other marks than those of its kind; what it does not show is not other. */
function isMarked(row: Row, { marks }: ResourceKind): boolean {
  return Object.entries(marks).every(([field, mark]) => asText(row[field] ?? mark) === mark);
}

/** Whether nothing that the row shows is different; what it does not show is not. */
function isSame(
  kind: ResourceKind,
  row: Row,
  { profileId, definitionId, amount }: ExpectedResource,
): boolean {
  const owner = asText(row['profile_id'] ?? profileId);
  const definition = definitionOf(row, kind) ?? definitionId;
  const kept = amount === null ? Number.NaN : numberOf(row[kind.amountField]);
  return (
    isSameId(owner, profileId) &&
    numberOf(definition) === definitionId &&
    (Number.isNaN(kept) || isAmount(kept, amount ?? kept))
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
