import { isRecord } from '../../lib/exactjson.ts';
import { type OmneoClient, isWhole, rowsOf } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';
import { type MatchGrade, type Profile, isGone, isSameId, profileIdOf } from './profile.ts';

/** What a look-up brought, before anything in it is believed. */
export type LookupAnswer = Readonly<{
  profiles: readonly Profile[];
  /** Whether these are all that there are. */
  isWhole: boolean;
  /** Whether Omneo itself answered, and not something in front of it. */
  isOwn: boolean;
  /** Why the answer says nothing about the person, if so. */
  inconclusive: string | null;
  /** Whether the question is still open: it has to be asked in another way before anybody can be said not to be there. */
  isOpen: boolean;
}>;

/** What an answer is worth: the person's profile, or what can be concluded from its absence. */
export type Match = Readonly<{ profile: Profile | null }> &
  Pick<LookupAnswer, 'isOwn' | 'inconclusive' | 'isOpen'>;

/** Answers a look-up with profiles, as Omneo itself does. */
export function profilesOf(profiles: readonly Profile[], isWhole: boolean): LookupAnswer {
  return { profiles, isWhole, isOwn: true, inconclusive: null, isOpen: false };
}

/**
 * Chooses the row of an answer that proves itself. Rows of which none is proof mean that nobody is there, as long as
 * there is no stranger among them and no row is left out.
 *
 * @throws UpstreamError when several profiles are proven: Omneo keeps e-mails and identities unique.
 */
export function chooseMatch(answer: LookupAnswer, gradeOf: (profile: Profile) => MatchGrade): Match {
  const { isOwn, isOpen } = answer;
  const graded = answer.profiles.map((profile) => ({ profile, grade: gradeOf(profile) }));
  const living = (wanted: MatchGrade) =>
    graded.filter(({ profile, grade }) => grade === wanted && !isGone(profile)).map(({ profile }) => profile);
  const profile = onlyOne(living('exact')) ?? onlyOne(living('alike'));
  if (profile !== null) return { profile, isOwn, inconclusive: null, isOpen: false };
  const isStrange = graded.some(({ grade }) => grade === 'stranger');
  const isCut = graded.length > 0 && !answer.isWhole;
  const inconclusive =
    isStrange || isCut ? 'Omneo answered a look-up with other profiles' : answer.inconclusive;
  return { profile, isOwn, inconclusive, isOpen };
}

function onlyOne(profiles: readonly Profile[]): Profile | null {
  const [first, ...others] = profiles;
  if (first === undefined) return null;
  const id = profileIdOf(first);
  if (others.every((other) => isSameId(profileIdOf(other), id))) return first;
  throw new UpstreamError('unavailable', 'Omneo has several profiles for one person');
}

/**
 * Asks `POST /profiles/search-id` for the profile with an id of this type: an identity's handle, or `profile_id`.
 *
 * @throws UpstreamError
 */
export async function searchId(client: OmneoClient, type: string, id: string): Promise<LookupAnswer> {
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
export function readProfiles(status: number, json: unknown): LookupAnswer {
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
const refusals: Readonly<Record<Meaning, LookupAnswer>> = Object.freeze({
  nobody,
  unsigned: { ...nobody, isOwn: false },
  misdirected: { ...nobody, isOwn: false, isOpen: true },
  unclear: {
    ...nobody,
    isOwn: false,
    inconclusive: 'Omneo refused a look-up and did not say that there is nobody',
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

/**
 * Whether one profile has become the other, as Omneo merges them: the loser is deleted and the winner takes over
 * what it had.
 *
 * @throws UpstreamError when Omneo does not say: a profile that is gone without a successor may have been anybody's.
 */
export async function isMergedInto(client: OmneoClient, loser: string, winner: string): Promise<boolean> {
  const { profiles, isOwn, inconclusive } = await searchId(client, 'profile_id', loser);
  if (!isOwn || inconclusive !== null)
    throw new UpstreamError('unavailable', 'Omneo does not say whose reward it shows');
  if (profiles.some((profile) => isSameId(profileIdOf(profile), winner) || profile['merged_into'] === winner))
    return true;
  if (profiles.some((profile) => !isGone(profile))) return false;
  const message = 'Omneo shows the reward of a profile that is gone';
  throw new UpstreamError('unavailable', message, { needsHuman: true });
}
