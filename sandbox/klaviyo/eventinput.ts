import { type Answer, isRecord } from '../http.ts';
import { invalid } from './apierrors.ts';

/** An event as it was sent, and found valid. */
export type EventInput = {
  metric: string;
  /** The identifiers that were given, by their names; `id` is Klaviyo's own. */
  identifiers: Record<string, string>;
  properties: Record<string, unknown>;
  /** As it was sent; null: none was. */
  uniqueId: string | null;
  time: string | null;
};

const attributesAt = '/data/attributes';
const profileAt = `${attributesAt}/profile/data`;
const identifierNames = ['email', 'phone_number', 'external_id', 'anonymous_id', '_kx'];
/** https://developers.klaviyo.com/en/reference/events_api_overview#limitations. */
const mostProperties = 400;
const longestString = 100 * 1024;

/** Reads the body of a Create Event call, or gives the refusal: https://developers.klaviyo.com/en/reference/create_event. */
export function readEvent(text: string): EventInput | Answer {
  const body = parse(text);
  const data = isRecord(body) ? body['data'] : undefined;
  if (!isRecord(data)) return invalid('The payload provided in the request is invalid.', '/data');
  if (data['type'] !== 'event') return invalid("'type' must be 'event'.", '/data/type');
  const attributes = data['attributes'];
  if (!isRecord(attributes)) return invalid("'attributes' is a required field.", attributesAt);
  return readAttributes(attributes);
}

function readAttributes(attributes: Record<string, unknown>): EventInput | Answer {
  const { properties, unique_id: uniqueId = null, time = null } = attributes;
  if (!isRecord(properties))
    return invalid("'properties' is a required field.", `${attributesAt}/properties`);
  if (Object.keys(properties).length > mostProperties)
    return invalid('Too many event properties.', `${attributesAt}/properties`);
  if (Object.values(properties).some((value) => typeof value === 'string' && value.length > longestString))
    return invalid('A string is too long.', `${attributesAt}/properties`);
  if (uniqueId !== null && typeof uniqueId !== 'string')
    return invalid("'unique_id' must be a string.", `${attributesAt}/unique_id`);
  if (time !== null && !isTime(time))
    return invalid(`Invalid time: ${JSON.stringify(time)}`, `${attributesAt}/time`);
  const metric = nameOfMetric(attributes['metric']);
  if (metric === undefined) return invalid("'name' is a required field.", `${attributesAt}/metric/data`);
  const identifiers = identifiersOf(attributes['profile']);
  if ('status' in identifiers) return identifiers as Answer;
  return { metric, identifiers, properties, uniqueId, time };
}

/** After the year 1990, and at most one year ahead. */
function isTime(time: unknown): time is string {
  if (typeof time !== 'string' || !/^\d{4}-\d\d-\d\dT[\d:.]+(Z|[-+]\d\d:\d\d)$/.test(time)) return false;
  const ms = Date.parse(time);
  return ms > Date.UTC(1991, 0) && ms < Date.now() + 366 * 24 * 3_600_000;
}

function nameOfMetric(metric: unknown): string | undefined {
  const data = dataOf(metric, 'metric');
  const name = isRecord(data?.['attributes']) ? data['attributes']['name'] : undefined;
  return typeof name === 'string' && name !== '' && name.length < 128 ? name : undefined;
}

function identifiersOf(profile: unknown): Record<string, string> | Answer {
  const data = dataOf(profile, 'profile');
  const attributes = data?.['attributes'];
  if (!data || !isRecord(attributes)) return invalid("'attributes' is a required field.", profileAt);
  const given = [['id', data['id']], ...identifierNames.map((name) => [name, attributes[name]])];
  const found = given.filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string' && pair[1] !== '',
  );
  if (found.length === 0) return invalid('A profile identifier is needed.', `${profileAt}/attributes`);
  const identifiers = Object.fromEntries(found);
  const { email } = identifiers;
  if (email !== undefined && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    return invalid(`Invalid email address: ${email}`, `${profileAt}/attributes/email`);
  return identifiers;
}

function dataOf(value: unknown, type: string): Record<string, unknown> | undefined {
  const data = isRecord(value) ? value['data'] : undefined;
  return isRecord(data) && data['type'] === type ? data : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
