import { isRecord } from '../record.ts';
import type { OmneoClient } from './client.ts';
import { rowsOf } from './rows.ts';
import { UpstreamError } from './upstream.ts';

/** Whom the webhook is about; at least one of the two is given. */
export type Person = Readonly<{ personId: string | null; email: string | null }>;

/** The profile that was found, and by what. */
export type ProfileMatch = Readonly<{ profileId: string; matchedBy: 'klaviyo' | 'omneo' | 'email' }>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * Finds a person's profile: by the identity that Klaviyo's id is stored under, by Omneo's own id when person_id
 * looks like one (what Klaviyo renders for `{{ person.id }}` is the external id, which is the Omneo id for
 * profiles that Omneo pushed), then by e-mail.
 *
 * No filter is trusted: a profile counts only if it carries what was asked for, and deleted ones never do. Two that
 * carry it contradict Omneo, which keeps e-mails and identities unique: neither is taken for the person. When
 * Omneo answers with other profiles it did not look where it was told to, so "not found" cannot be concluded. Nor
 * can it when search-id refuses in words that need not be Omneo's: the other ways may still find the person, and
 * if none does, the webhook has to come again.
 *
 * @returns null when every look-up came back empty.
 * @throws UpstreamError
 */
export async function findProfile(
  client: OmneoClient,
  person: Person,
  identityHandle: string,
): Promise<ProfileMatch | null> {
  let doubt: string | null = null;
  for (const lookup of lookups(person, identityHandle)) {
    const profiles = await lookup.ask(client);
    if (profiles === 'unclear') {
      doubt = 'Omneo refused a look-up and did not say that there is nobody';
      continue;
    }
    // A deleted profile may keep the e-mail of the one it was merged into.
    const found = profiles.filter((profile) => lookup.proves(profile) && !isDeleted(profile));
    const [profileId, ...others] = new Set(found.map(idOf));
    if (others.length > 0)
      throw new UpstreamError('unavailable', 'Omneo has several profiles for one person');
    if (profileId !== undefined) return { profileId, matchedBy: lookup.matchedBy };
    if (profiles.some((profile) => !lookup.proves(profile))) {
      doubt = 'Omneo answered a look-up with other profiles';
    }
  }
  if (doubt !== null) throw new UpstreamError('unavailable', doubt);
  return null;
}

type Profile = Readonly<Record<string, unknown>>;
/** What a look-up brought; `unclear` when it was refused and nobody knows what for. */
type Profiles = readonly Profile[] | 'unclear';
type Lookup = Readonly<{
  matchedBy: ProfileMatch['matchedBy'];
  ask: (client: OmneoClient) => Promise<Profiles>;
  proves: (profile: Profile) => boolean;
}>;

function* lookups({ personId, email }: Person, identityHandle: string): Generator<Lookup> {
  if (personId !== null) {
    yield {
      matchedBy: 'klaviyo',
      ask: (client) => searchId(client, identityHandle, personId),
      proves: (profile) => hasIdentity(profile, identityHandle, personId),
    };
    if (uuid.test(personId)) {
      yield {
        matchedBy: 'omneo',
        ask: (client) => searchId(client, 'profile_id', personId),
        proves: (profile) => isText(profile['id'], personId),
      };
    }
  }
  if (email !== null) {
    yield {
      matchedBy: 'email',
      ask: (client) => searchEmail(client, email),
      proves: (profile) => isText(profile['email'], email),
    };
  }
}

async function searchId(client: OmneoClient, type: string, id: string): Promise<Profiles> {
  const { status, json } = await client.request({
    operation: 'profiles.search-id',
    method: 'POST',
    path: '/profiles/search-id',
    resend: 'safe',
    body: { type, id },
  });
  if (status === 404 || status === 422) return saysNobody(status, json) ? [] : 'unclear';
  return readable(status, rowsOf(json));
}

/**
 * Whether a refusal of search-id is Omneo's word that nobody has the id.
 *
 * Omneo documents neither the status nor the body of a miss. Integrators meet a 404, and empty data; the bodies of
 * Omneo's errors are Laravel's, `{"message"}` and in a 422 `{"errors": {field: […]}}`. A page in HTML, an empty body
 * or other JSON may come from whatever stands in between, a 404 about the route from a wrong base URL, and an
 * error about the type from a wrong identity handle: of those nothing can be concluded about the person.
 */
function saysNobody(status: 404 | 422, json: unknown): boolean {
  if (!isRecord(json)) return false;
  const { message, errors } = json;
  if (status === 422) return isRecord(errors) && Object.keys(errors).join() === 'id';
  if (json['data'] !== undefined) return rowsOf(json)?.length === 0;
  return typeof message === 'string' && !/\broute\b/i.test(message);
}

/** Whether Omneo heeds the case of an e-mail is not known: one in capitals is asked for in lower case as well. */
async function searchEmail(client: OmneoClient, email: string): Promise<readonly Profile[]> {
  const profiles = await listByEmail(client, email);
  const lower = email.toLowerCase();
  return profiles.length === 0 && lower !== email ? await listByEmail(client, lower) : profiles;
}

async function listByEmail(client: OmneoClient, email: string): Promise<readonly Profile[]> {
  const query = { 'filter[email]': email };
  const { status, json } = await client.request({
    operation: 'profiles.list',
    method: 'GET',
    path: '/profiles',
    resend: 'safe',
    query,
  });
  return readable(status, rowsOf(json));
}

function readable(status: number, rows: readonly Profile[] | undefined): readonly Profile[] {
  if (status >= 200 && status < 300 && rows !== undefined) return rows;
  throw new UpstreamError(
    'unavailable',
    `Omneo answered a profile look-up with ${status} and nothing readable`,
  );
}

function hasIdentity(profile: Profile, handle: string, identifier: string): boolean {
  const identities: unknown = profile['identities'];
  return (
    Array.isArray(identities) &&
    identities.some(
      (one) => isRecord(one) && one['handle'] === handle && String(one['identifier']) === identifier,
    )
  );
}

function idOf({ id }: Profile): string {
  if (typeof id === 'string' && id !== '') return id;
  throw new UpstreamError('unavailable', 'Omneo answered with a profile that has no id');
}

function isDeleted(profile: Profile): boolean {
  return profile['profile_type'] === 'deleted';
}

function isText(value: unknown, expected: string): boolean {
  return typeof value === 'string' && value.trim().toLowerCase() === expected.toLowerCase();
}
