import { asText, isRawNumber, isRecord, numberOf } from '../../lib/exactjson.ts';
import { type OmneoClient, isWhole, rowsOf } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';
import { isSameId } from '../profiles/profile.ts';

/** A bigint where a double would change its digits. */
export type RewardId = number | string | bigint;

/** A reward as Omneo shows it. */
export type Row = Readonly<Record<string, unknown>>;

/** The id that Omneo gave it. Throws UpstreamError: a reward that has none may have been created all the same. */
export function idOf(row: Row): RewardId {
  const id = rewardIdOf(row);
  if (id !== undefined) return id;
  throw new UpstreamError('unavailable', 'Omneo answered with a reward that has no id', {
    mayHaveHappened: true,
  });
}

/** The id that Omneo gave it; undefined if it shows none. */
export function rewardIdOf({ id }: Row): RewardId | undefined {
  if (typeof id === 'string') return id === '' ? undefined : id;
  if (typeof id === 'number') return Number.isFinite(id) ? id : undefined;
  if (!isRawNumber(id)) return undefined;
  if (/^-?\d+$/.test(id.rawJSON)) return BigInt(id.rawJSON);
  const number = Number(id.rawJSON);
  return Number.isFinite(number) ? number : undefined;
}

/** The id of its definition; undefined or null if it is not shown. */
export function definitionOf(row: Row): unknown {
  return isRecord(row['definition']) ? row['definition']['id'] : row['reward_definition_id'];
}

/** Rows that Omneo gave for an `external_id`, not yet believed. */
export type RewardRows = readonly Row[];

/** Looks up what Omneo lists under an `external_id`. Throws UpstreamError. */
export async function listRewards(client: OmneoClient, externalId: string): Promise<RewardRows> {
  const { status, json } = await client.request({
    operation: 'rewards.list',
    resend: 'safe',
    method: 'GET',
    path: '/rewards',
    query: { 'filter[external_id]': externalId },
  });
  const rows = rowsOf(json);
  if (status >= 200 && status < 300 && rows !== undefined) return rows;
  throw new UpstreamError(
    'unavailable',
    `Omneo answered a reward look-up with ${status} and nothing readable`,
  );
}

/**
 * Looks up what Omneo lists under any of these ids; undefined if it says that it does not take the question, or does
 * not show all that it found. Throws UpstreamError.
 */
export async function listRewardsIn(
  client: OmneoClient,
  externalIds: readonly string[],
): Promise<RewardRows | undefined> {
  const { status, json } = await client.request({
    operation: 'rewards.list',
    resend: 'safe',
    method: 'GET',
    path: '/rewards',
    query: { 'filter[external_id][in]': externalIds.join(',') },
  });
  return status >= 200 && status < 300 && isWhole(json) ? rowsOf(json) : undefined;
}

/** The fields of `POST /rewards`. */
export type NewReward = Readonly<Record<string, unknown>>;

/** A reward that was created just now. */
export type Created = Readonly<{
  rewardId: RewardId;
  /** Omneo shows another `external_id` than the one that it was sent. */
  isAltered: boolean;
}>;

/**
 * Creates a reward, by `deadline` on the monotonic clock.
 *
 * @throws UpstreamError `rejected` with the names of the fields when Omneo says that it can never work; with
 * `mayHaveHappened` when the reward may exist all the same.
 */
export async function createReward(
  client: OmneoClient,
  reward: NewReward,
  deadline: number,
): Promise<Created> {
  const { status, json } = await client.request({
    operation: 'rewards.create',
    method: 'POST',
    path: '/rewards',
    resend: 'never',
    body: reward,
    deadline,
  });
  if (status >= 400) throw rejection(status, json, reward);
  const [created, ...more] = rowsOf(json) ?? [];
  if (created === undefined || more.length > 0)
    throw unknown(`Omneo answered a create with ${status} without one reward`);
  if (!isAsked(created, reward)) throw unknown('Omneo answered a create with another reward');
  return { rewardId: idOf(created), isAltered: isAltered(created, reward) };
}

/** Whether a created reward is the one that was asked for, as far as it shows; its `external_id` may be stored altered. */
function isAsked(created: Row, asked: NewReward): boolean {
  const profileId = String(asked['profile_id']);
  const definition = definitionOf(created) ?? undefined;
  return (
    isSameId(asText(created['profile_id'] ?? profileId), profileId) &&
    (definition === undefined || numberOf(definition) === asked['reward_definition_id'])
  );
}

/** Whether another `external_id` is shown than was sent; one that is not shown is not different. */
function isAltered({ external_id: shown }: Row, { external_id: sent }: NewReward): boolean {
  return asText(shown ?? sent) !== asText(sent);
}

/**
 * What a refused create means. Omneo's validation speaks for itself: `errors`, an object that holds a list for each
 * field, as its own SDK reads them, and every field is one that was sent. Whatever is worded otherwise may be said by
 * something on the way (a proxy, a lock that was waited for too long), perhaps after the reward was made.
 */
function rejection(status: number, json: unknown, reward: NewReward): UpstreamError {
  const said = isRecord(json) ? json : {};
  if (/external.?id/i.test(JSON.stringify([said['message'], said['errors']]))) {
    // The id is taken: a reward may be there already, which a look-up will show. Ours is not what took it.
    const isTaken = true;
    return new UpstreamError('unavailable', 'Omneo rejects the external_id', {
      mayHaveHappened: true,
      isTaken,
      status,
    });
  }
  const errors = isRecord(said['errors']) ? Object.entries(said['errors']) : [];
  const isValidation = errors.length > 0 && errors.every((error) => isFieldError(error, reward));
  if (status === 404 || !isValidation) return refusal(status, json);
  const fields = errors.map(([field]) => field).filter((field) => /^[a-z][a-z0-9_.]{0,63}$/.test(field));
  // It was found a moment ago and is merged or deleted now: the next attempt finds what became of it.
  if (fields.includes('profile_id'))
    return unknown('Omneo rejects the profile that it has just shown', status);
  return new UpstreamError('rejected', 'Omneo rejects the reward', { fields, status });
}

/** Whether an entry of `errors` is a list of what is wrong with a field that was sent. */
function isFieldError([field, texts]: [string, unknown], reward: NewReward): boolean {
  const [sent = ''] = field.split('.');
  return Array.isArray(texts) && Object.hasOwn(reward, sent);
}

/** A refusal that is no validation. In JSON it counts as one when it is repeated once a look-up has found nothing. */
function refusal(status: number, json: unknown): UpstreamError {
  const isRefusal = status !== 404 && typeof json === 'object' && json !== null;
  return new UpstreamError('unavailable', `Omneo answered a create with ${status} and no validation errors`, {
    mayHaveHappened: true,
    isRefusal,
    status,
  });
}

/** After a create whose outcome is unknown. */
function unknown(message: string, status?: number): UpstreamError {
  return new UpstreamError('unavailable', message, { mayHaveHappened: true, status });
}
