import { asText, isRawNumber, isRecord, numberOf } from '../../lib/exactjson.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import { type OmneoClient, isWhole, rowsOf } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';
import { isSameId } from '../profiles/profile.ts';
import type { ResourceKind } from './kind.ts';
import { rejectionOf, unknownOutcome } from './rejection.ts';

/** One kind of things in one tenant's Omneo. */
export type ResourceCalls = Readonly<{ client: OmneoClient; kind: ResourceKind }>;

/** Something as Omneo shows it. */
export type Row = Readonly<Record<string, unknown>>;

/** The id that Omneo gave it. Throws UpstreamError: one that has none may have been created all the same. */
export function idOf(row: Row): ResourceId {
  const id = resourceIdOf(row);
  if (id !== undefined) return id;
  throw new UpstreamError('unavailable', 'Omneo answered with something that has no id', {
    mayHaveHappened: true,
  });
}

/** The id that Omneo gave it; undefined if it shows none. */
export function resourceIdOf({ id }: Row): ResourceId | undefined {
  if (typeof id === 'string') return id === '' ? undefined : id;
  if (typeof id === 'number') return Number.isFinite(id) ? id : undefined;
  if (!isRawNumber(id)) return undefined;
  if (/^-?\d+$/.test(id.rawJSON)) return BigInt(id.rawJSON);
  const number = Number(id.rawJSON);
  return Number.isFinite(number) ? number : undefined;
}

/** The id of its definition; undefined or null if it is not shown. */
export function definitionOf(row: Row, { definitionField }: ResourceKind): unknown {
  return isRecord(row['definition']) ? row['definition']['id'] : row[definitionField];
}

/** Rows that Omneo gave for an `external_id`, not yet believed. */
export type ResourceRows = readonly Row[];

/** Looks up what Omneo lists under an `external_id`. Throws UpstreamError. */
export async function listResources(
  { client, kind }: ResourceCalls,
  externalId: string,
): Promise<ResourceRows> {
  const { status, json } = await client.request({
    operation: kind.operations.list,
    resend: 'safe',
    method: 'GET',
    path: kind.path,
    query: { 'filter[external_id]': externalId, ...kind.filters },
  });
  const rows = rowsOf(json);
  if (status >= 200 && status < 300 && rows !== undefined) return rows;
  throw new UpstreamError(
    'unavailable',
    `Omneo answered a ${kind.noun} look-up with ${status} and nothing readable`,
  );
}

/**
 * Looks up what Omneo lists under any of these ids; undefined if it says that it does not take the question, or does
 * not show all that it found. Throws UpstreamError.
 */
export async function listResourcesIn(
  { client, kind }: ResourceCalls,
  externalIds: readonly string[],
): Promise<ResourceRows | undefined> {
  const { status, json } = await client.request({
    operation: kind.operations.list,
    resend: 'safe',
    method: 'GET',
    path: kind.path,
    query: { 'filter[external_id][in]': externalIds.join(','), ...kind.filters },
  });
  return status >= 200 && status < 300 && isWhole(json) ? rowsOf(json) : undefined;
}

/** The fields of a create. */
export type NewResource = Readonly<Record<string, unknown>>;

/** What was created just now. */
export type Created = Readonly<{
  resourceId: ResourceId;
  /** Omneo shows another `external_id` than the one that it was sent. */
  isAltered: boolean;
}>;

/**
 * Creates one of a kind, by `deadline` on the monotonic clock.
 *
 * @throws UpstreamError `rejected` with the names of the fields when Omneo says that it can never work; with
 * `mayHaveHappened` when it may exist all the same.
 */
export async function createResource(
  { client, kind }: ResourceCalls,
  resource: NewResource,
  deadline: number,
): Promise<Created> {
  const { status, json } = await client.request({
    operation: kind.operations.create,
    method: 'POST',
    path: kind.path,
    resend: 'never',
    body: resource,
    deadline,
  });
  if (status >= 400) throw rejectionOf({ noun: kind.noun }, { status, json }, resource);
  const [created, ...more] = rowsOf(json) ?? [];
  if (created === undefined || more.length > 0)
    throw unknownOutcome(`Omneo answered a create with ${status} without one ${kind.noun}`);
  if (!isAsked(kind, created, resource))
    throw unknownOutcome(`Omneo answered a create with another ${kind.noun}`);
  return { resourceId: idOf(created), isAltered: isAltered(created, resource) };
}

/** Whether what was created is the one that was asked for, as far as it shows; its `external_id` may be stored altered. */
function isAsked(kind: ResourceKind, created: Row, asked: NewResource): boolean {
  const profileId = String(asked['profile_id']);
  const definition = definitionOf(created, kind) ?? undefined;
  return (
    isSameId(asText(created['profile_id'] ?? profileId), profileId) &&
    (definition === undefined || numberOf(definition) === asked[kind.definitionField])
  );
}

/** Whether another `external_id` is shown than was sent; one that is not shown is not different. */
function isAltered({ external_id: shown }: Row, { external_id: sent }: NewResource): boolean {
  return asText(shown ?? sent) !== asText(sent);
}
