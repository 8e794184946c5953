import { isRecord } from '../record.ts';
import type { OmneoClient } from './client.ts';
import { type RewardId, type Row, definitionOf, idOf } from './reward.ts';
import { numberOf, rowsOf } from './rows.ts';
import { UpstreamError } from './upstream.ts';

/** The fields of `POST /rewards`. */
export type NewReward = Readonly<Record<string, unknown>>;

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
): Promise<RewardId> {
  const { status, json } = await client.request({
    operation: 'rewards.create',
    method: 'POST',
    path: '/rewards',
    resend: 'never',
    body: reward,
    deadline,
  });
  if (status >= 400) throw rejection(status, json);
  const [created, ...more] = rowsOf(json) ?? [];
  if (created === undefined || more.length > 0)
    throw unknown(`Omneo answered a create with ${status} without one reward`);
  if (!isAsked(created, reward)) throw unknown('Omneo answered a create with another reward');
  return idOf(created);
}

/** Whether a created reward is the one that was asked for, as far as it shows. */
function isAsked(created: Row, asked: NewReward): boolean {
  const definition = definitionOf(created) ?? undefined;
  return (
    ['profile_id', 'external_id'].every(
      (field) => String(created[field] ?? asked[field]) === String(asked[field]),
    ) &&
    (definition === undefined || numberOf(definition) === asked['reward_definition_id'])
  );
}

/**
 * What a refused create means. Omneo's validation speaks for itself: `errors`, an object that holds a list for each
 * field, as its own SDK reads them. Whatever is worded otherwise may be said by something on the way, perhaps after
 * the reward was made.
 */
function rejection(status: number, json: unknown): UpstreamError {
  const said = isRecord(json) ? json : {};
  if (/external.?id/i.test(JSON.stringify([said['message'], said['errors']]))) {
    // The id is taken: a reward may be there already, which a look-up will tell.
    return unknown('Omneo rejects the external_id');
  }
  const errors = isRecord(said['errors']) ? Object.entries(said['errors']) : [];
  if (status === 404 || errors.length === 0 || !errors.every(([, texts]) => Array.isArray(texts))) {
    return unknown(`Omneo answered a create with ${status} and no validation errors`);
  }
  const fields = errors.map(([field]) => field).filter((field) => /^[a-z][a-z0-9_.]{0,63}$/.test(field));
  if (fields.includes('profile_id')) {
    // It was found a moment ago and is merged or deleted now: the next attempt finds what became of it.
    return new UpstreamError('unavailable', 'Omneo rejects the profile that it has just shown');
  }
  return new UpstreamError('rejected', 'Omneo rejects the reward', { fields });
}

/** After a create that nobody can tell the outcome of. */
function unknown(message: string): UpstreamError {
  return new UpstreamError('unavailable', message, { mayHaveHappened: true });
}
