import { asText, isRecord, numberOf } from '../../lib/exactjson.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import { type OmneoClient, isLastPage, rowsOf, totalOf } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';
import { isSameId } from '../profiles/profile.ts';
import { type NewResource, type ResourceRows, type Row, idOf } from '../resources/calls.ts';
import { rejectionOf, unknownOutcome } from '../resources/rejection.ts';
import { type InteractionPlace, queryOf } from './place.ts';

/** So many are asked for at once; a server may show fewer. */
const pageSize = 100;
/** A place that has more pages is not looked through. */
const mostPages = 10;

/**
 * Every interaction that Omneo lists at a place.
 *
 * @throws UpstreamError, also when it does not show all of them: that one is not there can be said of a whole list only
 */
export async function listInteractions(client: OmneoClient, place: InteractionPlace): Promise<ResourceRows> {
  const rows: Row[] = [];
  for (let number = 1; number <= mostPages; number += 1) {
    const json = await readPage(client, place, number);
    rows.push(...json.rows);
    if (!json.isLast) continue;
    const shown = new Set(rows.map(idOf)).size;
    if (Number.isNaN(json.total) || json.total === shown) return rows;
    throw new UpstreamError('unavailable', 'Omneo does not list all interactions that it counts');
  }
  throw new UpstreamError('unavailable', 'Omneo lists more interactions than can be looked through');
}

type Page = Readonly<{ rows: ResourceRows; isLast: boolean; total: number }>;

async function readPage(client: OmneoClient, place: InteractionPlace, number: number): Promise<Page> {
  const { status, json } = await client.request({
    operation: 'interactions.list',
    resend: 'safe',
    method: 'GET',
    path: '/interactions',
    query: { ...queryOf(place), 'page[size]': String(pageSize), 'page[number]': String(number) },
  });
  const rows = rowsOf(json);
  if (status >= 200 && status < 300 && rows !== undefined)
    return { rows, isLast: isLast(json, rows), total: totalOf(json) };
  throw new UpstreamError(
    'unavailable',
    `Omneo answered an interaction look-up with ${status} and nothing readable`,
  );
}

/** A full page that does not say which one is the last may be followed by others. */
function isLast(json: unknown, rows: ResourceRows): boolean {
  const meta = isRecord(json) && isRecord(json['meta']) ? json['meta'] : {};
  const isSaid = !Number.isNaN(numberOf(meta['last_page']));
  return isLastPage(json) && (isSaid || rows.length < pageSize);
}

/**
 * Records an interaction, by `deadline` on the monotonic clock.
 *
 * @throws UpstreamError `rejected` with the names of the fields when Omneo says that it can never work; with
 * `mayHaveHappened` when it may be there all the same.
 */
export async function createInteraction(
  client: OmneoClient,
  interaction: NewResource,
  deadline: number,
): Promise<ResourceId> {
  const { status, json } = await client.request({
    operation: 'interactions.create',
    method: 'POST',
    path: '/interactions',
    resend: 'never',
    body: interaction,
    deadline,
  });
  if (status >= 400) throw rejectionOf(words, { status, json }, interaction);
  const [created, ...more] = rowsOf(json) ?? [];
  if (created === undefined || more.length > 0)
    throw unknownOutcome(`Omneo answered a create with ${status} without one interaction`);
  if (!isOf(String(interaction['profile_id']), created))
    throw unknownOutcome('Omneo answered a create with the interaction of another profile');
  return idOf(created);
}

/** What is said of a refusal. There is no definition to check. */
const words = Object.freeze({
  noun: 'interaction',
  advice: 'Check the fields of data: Omneo says that this interaction can never be recorded.',
  hint: 'is rejected by Omneo: check there which values it may have.',
});

/** Whether a row shows no other profile than this one. */
export function isOf(profileId: string, { profile, profile_id: own }: Row): boolean {
  const shown = own ?? (isRecord(profile) ? profile['id'] : undefined) ?? profileId;
  return isSameId(asText(shown), profileId);
}

/** Whether a row shows nothing else than what these fields say, of those that tell an interaction from another. */
export function isAlike(row: Row, fields: NewResource): boolean {
  const isShown = (field: string): boolean => asText(row[field] ?? fields[field]) === asText(fields[field]);
  const signal = row['signal'] ?? fields['signal'];
  return ['name', 'action', 'channel'].every(isShown) && numberOf(signal) === numberOf(fields['signal']);
}
