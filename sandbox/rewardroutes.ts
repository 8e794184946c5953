import { fieldsOf, json, notFound, type Answer } from './http.ts';
import { filterValues, page } from './paging.ts';
import { refusal } from './refusals.ts';
import { readRewardInput } from './rewardinput.ts';
import type { Reward } from './rewards.ts';
import type { Exchange } from './routes.ts';
import type { Switches } from './switches.ts';

/** What is added to ids that count from 1. */
const offset = ({ firstRewardId }: Switches) => BigInt(firstRewardId) - 1n;

/** The count behind an id in a path; NaN if it is none. */
const countOf = (id: string, switches: Switches) =>
  /^\d+$/.test(id) ? Number(BigInt(id) - offset(switches)) : Number.NaN;

const present = (reward: Reward, switches: Switches, now: number) => {
  const amount = (value: number) => (switches.numbersAs === 'string' ? value.toFixed(2) : value);
  const isExpired = reward.expires_at !== null && Date.parse(`${reward.expires_at}Z`) <= now;
  return {
    ...reward,
    id: JSON.rawJSON(String(BigInt(reward.id) + offset(switches))),
    // JSON leaves out what is undefined.
    committedAt: undefined,
    external_id: switches.showExternalId ? reward.external_id : undefined,
    value_initial: amount(reward.value_initial),
    value_remaining: amount(reward.value_remaining),
    is_expired: isExpired,
    is_active: !isExpired,
    has_notified_issue: false,
    has_notified_expiry: false,
    has_notified_extend: false,
    notify_issue_at: null,
    notify_expiry_at: null,
    extended_at: null,
  };
};

/** Whether a reward can be spent now. */
const isValid = ({ value_remaining: left, issued_at: issued, expires_at: expires }: Reward, now: number) =>
  left > 0 && Date.parse(`${issued}Z`) <= now && (expires === null || Date.parse(`${expires}Z`) > now);

/** POST /rewards */
export function createReward({ tenant, ask, switches }: Exchange): Answer {
  const read = readRewardInput(fieldsOf(ask), tenant, switches);
  if ('errors' in read) {
    if (switches.refusalWords !== 'fields') return refusal(422, switches.refusalWords);
    return json(422, { message: 'The given data was invalid.', errors: read.errors });
  }
  const reward = tenant.rewards.commit(read.input);
  return { ...json(201, { data: present(reward, switches, tenant.now()) }), committed: true };
}

/** GET /rewards, which lags behind the commits by as much as the switch says */
export function listRewards({ tenant, ask, switches }: Exchange): Answer {
  const { rewards } = tenant;
  const now = tenant.now();
  const wanted = filterValues(ask.query, 'external_id');
  const find = (value: string) => rewards.byFilter(value, switches.externalIdFilter);
  const rows = wanted ? [...new Set(wanted.flatMap(find))] : rewards.all();
  const { lookupLagMs: lag, listsOnlyValid } = switches;
  // Without a lag no clock is asked: one that is set back would hide what was committed before.
  const visible = rows.filter(
    (reward) => (lag === 0 || reward.committedAt + lag <= now) && (!listsOnlyValid || isValid(reward, now)),
  );
  return page(visible, ask, switches.pageSize, (reward) => present(reward, switches, now));
}

/** GET /rewards/{id} */
export function getReward({ tenant, id, switches }: Exchange): Answer {
  const reward = tenant.rewards.get(countOf(id, switches));
  return reward ? json(200, { data: present(reward, switches, tenant.now()) }) : notFound();
}

/** DELETE /rewards/{id} */
export function deleteReward({ tenant, id, switches }: Exchange): Answer {
  const isGone = tenant.rewards.remove(countOf(id, switches));
  return isGone ? { status: 204, headers: {}, body: '', committed: true } : notFound();
}
