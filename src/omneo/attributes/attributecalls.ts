import { asText, isRecord } from '../../lib/exactjson.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import { type OmneoClient, rowsOf } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';
import { isSameId } from '../profiles/profile.ts';
import { type Row, idOf } from '../resources/calls.ts';
import { rejectionOf, unknownOutcome } from '../resources/rejection.ts';

type Calls = Pick<OmneoClient, 'request'>;

/** Which attribute of whom. */
export type AttributeKey = Readonly<{ profileId: string; namespace: string; handle: string }>;

/** An attribute as Omneo shows it. */
export type Attribute = Readonly<{ id: ResourceId; value: unknown }>;

/** Reads an attribute; undefined: it is not set. Throws UpstreamError. */
export async function readAttribute(client: Calls, key: AttributeKey): Promise<Attribute | undefined> {
  const { status, json } = await client.request({
    operation: 'attributes.get',
    resend: 'safe',
    method: 'GET',
    path: pathOf(key),
  });
  if (status === 404) return undefined;
  const [row, ...more] = rowsOf(json) ?? [];
  if (status < 200 || status >= 300 || row === undefined || more.length > 0 || !isOf(key, row))
    throw new UpstreamError('unavailable', `Omneo answered for an attribute with ${status} and not with it`);
  return { id: idOf(row), value: row['value'] };
}

/** The fields of what sets an attribute. */
export type AttributeFields = Readonly<Record<string, unknown>>;

/**
 * Sets an attribute, by `deadline` on the monotonic clock.
 *
 * @throws UpstreamError `rejected` with the names of the fields when Omneo says that it can never work; with
 * `mayHaveHappened` when it may be set all the same. Its status is 404 if Omneo knows no such attribute, or no such profile.
 */
export async function writeAttribute(
  client: Calls,
  key: AttributeKey,
  { fields, deadline }: Readonly<{ fields: AttributeFields; deadline: number }>,
): Promise<ResourceId> {
  const { status, json } = await client.request({
    operation: 'attributes.set',
    // The same value twice is the same as once.
    resend: 'safe',
    method: 'PUT',
    path: pathOf(key),
    body: fields,
    deadline,
  });
  if (status >= 400) throw refusalOf({ status, json }, { ...key, ...fields });
  const [row, ...more] = rowsOf(json) ?? [];
  if (row === undefined || more.length > 0 || !isOf(key, row))
    throw unknownOutcome(`Omneo answered what sets an attribute with ${status} and not with it`);
  return idOf(row);
}

/** Nothing was set under a path that Omneo does not know; that a proxy says so is not taken for it. */
function refusalOf(
  answer: Readonly<{ status: number; json: unknown }>,
  sent: AttributeFields,
): UpstreamError {
  const { status, json } = answer;
  if (status === 404 && isRecord(json))
    return new UpstreamError('unavailable', 'Omneo does not know what is to be set', { status });
  return rejectionOf({ noun: 'attribute' }, answer, sent);
}

function pathOf({ profileId, namespace, handle }: AttributeKey): string {
  const [profile, ...name] = [profileId, namespace, handle].map(encodeURIComponent);
  return `/profiles/${profile ?? ''}/attributes/custom/${name.join(':')}`;
}

/** Whether a row is that attribute, as far as it shows; a column may fold letter case. */
function isOf({ profileId, namespace, handle }: AttributeKey, row: Row): boolean {
  const isShown = (field: string, meant: string): boolean => isSameId(asText(row[field] ?? meant), meant);
  return isShown('profile_id', profileId) && isShown('namespace', namespace) && isShown('handle', handle);
}
