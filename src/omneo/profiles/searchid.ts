import { isRecord } from '../../lib/exactjson.ts';
import type { OmneoClient } from '../client/client.ts';
import { type Answer, profilesOf } from './finding.ts';
import type { Profile } from './profile.ts';
import { isWhole, rowsOf } from '../rows.ts';
import { UpstreamError } from '../client/upstream.ts';

/**
 * Asks `POST /profiles/search-id` for the profile with an id of this type: an identity's handle, or `profile_id`.
 *
 * @throws UpstreamError
 */
export async function searchId(client: OmneoClient, type: string, id: string): Promise<Answer> {
  const { status, json } = await client.request({
    operation: 'profiles.search-id',
    method: 'POST',
    resend: 'safe',
    path: '/profiles/search-id',
    body: { type, id },
  });
  if (status === 404 || status === 422) return refusals[meaningOf(status, json)];
  return readProfiles(status, json);
}

/**
 * Reads an answer that consists of profiles: a list, one object, or nothing.
 *
 * @throws UpstreamError when it cannot be read.
 */
export function readProfiles(status: number, json: unknown): Answer {
  const rows: readonly Profile[] | undefined = rowsOf(json);
  if (status < 200 || status >= 300 || rows === undefined)
    throw new UpstreamError(
      'unavailable',
      `Omneo answered a profile look-up with ${status} and nothing readable`,
    );
  const isList = isRecord(json) && Array.isArray(json['data']);
  return profilesOf(rows, !isList || isWhole(json));
}

type Meaning = 'nobody' | 'unsigned' | 'misdirected' | 'unclear';

const nobody = profilesOf([], true);
const refusals: Readonly<Record<Meaning, Answer>> = Object.freeze({
  nobody,
  unsigned: { ...nobody, isOwn: false },
  misdirected: { ...nobody, isOwn: false, isOpen: true },
  unclear: {
    ...nobody,
    isOwn: false,
    doubt: 'Omneo refused a look-up and did not say that there is nobody',
  },
});

/** What a miss is about, in Omneo's words or Laravel's. */
const subject = /\b(?:profiles?|identit(?:y|ies)|models?|no query results|customers?|members?|records?)\b/i;

/**
 * What a refusal of search-id means.
 *
 * Omneo documents neither the status nor the body of a miss. Integrators meet a 404, and empty data; the bodies of
 * Omneo's errors are Laravel's, `{"message"}` and in a 422 `{"errors": {field: […]}}`.
 * - `nobody`: Omneo's own word that nobody has the id, since it names what was looked for.
 * - `unsigned`: the same in words that anything in front of Omneo may use, such as "Not Found".
 * - `misdirected`: a gateway's word that the question has no route.
 * - `unclear`: HTML, an empty body, other JSON, or an error about the type, as of a wrong identity handle.
 */
function meaningOf(status: 404 | 422, json: unknown): Meaning {
  if (!isRecord(json)) return 'unclear';
  const { message = null, errors } = json;
  if (status === 422) return isRecord(errors) && Object.keys(errors).join() === 'id' ? 'nobody' : 'unclear';
  const rows = json['data'] === undefined ? undefined : rowsOf(json);
  if (json['data'] !== undefined && rows?.length !== 0) return 'unclear';
  return message === null && rows !== undefined ? 'nobody' : meaningOfText(message);
}

function meaningOfText(message: unknown): Meaning {
  if (typeof message !== 'string') return 'unclear';
  if (/\broute\b/i.test(message)) return 'misdirected';
  // A path that is quoted names profiles too.
  return subject.test(message.replace(/\S*\/\S*/g, '')) ? 'nobody' : 'unsigned';
}
