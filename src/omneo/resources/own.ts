import { asText, numberOf } from '../../lib/exactjson.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import { rowsOf } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';
import { isMergedInto } from '../profiles/lookup.ts';
import { isSameId } from '../profiles/profile.ts';
import { type ResourceCalls, type Row, definitionOf, listResources } from './calls.ts';
import { identify } from './identify.ts';

/** What Omneo holds of a profile under an `external_id`, whatever its definition and amount; undefined: nothing. Throws UpstreamError. */
export async function findOwn(
  calls: ResourceCalls,
  externalId: string,
  profileId: string,
): Promise<ResourceId | undefined> {
  const rows = await listResources(calls, externalId);
  const own = rows.find((row) => isSameId(asText(row['profile_id']), profileId));
  if (own === undefined) return undefined;
  const definitionId = numberOf(definitionOf(own, calls.kind));
  const found = await identify(calls, rows, { externalId, profileId, definitionId, amount: null });
  return found.kind === 'same' ? found.resourceId : undefined;
}

/**
 * Whether Omneo shows that this one is of the profile, or of one that was merged into it. A user that may not read it may create
 * what points at it all the same, so then it counts as its own. Throws UpstreamError.
 */
export async function isOwn(calls: ResourceCalls, id: ResourceId, profileId: string): Promise<boolean> {
  const row = await readIfAllowed(calls, id);
  if (row === 'hidden') return true;
  if (row === undefined) return false;
  const owner = asText(row['profile_id'] ?? profileId);
  return isSameId(owner, profileId) || (await isMergedInto(calls.client, owner, profileId));
}

/** Undefined: there is none any more. */
async function readIfAllowed(
  { client, kind }: ResourceCalls,
  id: ResourceId,
): Promise<Row | 'hidden' | undefined> {
  try {
    const path = `${kind.path}/${encodeURIComponent(String(id))}`;
    const { status, json } = await client.request({
      operation: kind.operations.get,
      resend: 'safe',
      method: 'GET',
      path,
    });
    if (status === 404) return undefined;
    const [row] = rowsOf(json) ?? [];
    if (status >= 200 && status < 300 && row !== undefined) return row;
    throw new UpstreamError('unavailable', `Omneo answered for a ${kind.noun} with ${status}`);
  } catch (error) {
    if (error instanceof UpstreamError && error.fault === 'refused') return 'hidden';
    throw error;
  }
}
