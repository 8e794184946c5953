/** Our books: what the caller was told, held against what Omneo holds. */
import type { Reward } from '../../sandbox/rewards.ts';
import { toldOf } from './attempt.ts';
import type { Delivery } from './caller.ts';
import { type Webhook, isNameOf } from './webhook.ts';

/** The rewards of one tenant. */
export type Books = Readonly<{ tenant: string; rewards: readonly Reward[] }>;

/** What must not be, each with the keys of the webhooks that it happened to. */
export type Findings = Readonly<Record<(typeof figures)[number], readonly string[]>>;

/** Every figure that has to be 0. */
export const figures = Object.freeze([
  'doubled',
  'doubled, without id',
  'answered 200 and not there',
  'given up on',
  'wrong amount',
  'wrong profile',
  'wrong definition',
  'answered with another reward',
  'never asked for',
  'not ended in time',
] as const);

/** All that belongs to one key: a webhook, or several equal ones without an id. */
type Account = { webhook: Webhook; deliveries: Delivery[]; rewards: Reward[] };

/** Holds the deliveries against the books. */
export function checkBooks(deliveries: readonly Delivery[], books: readonly Books[]): Findings {
  const { accounts, strangers } = open(deliveries, books);
  const all = [...accounts.values()];
  const keysWhere = (wrong: (account: Account) => boolean): string[] =>
    all.filter(wrong).map(({ webhook }) => webhook.key);
  return {
    doubled: keysWhere((account) => account.webhook.hasId && isDoubled(account)),
    'doubled, without id': keysWhere((account) => !account.webhook.hasId && isDoubled(account)),
    'answered 200 and not there': keysWhere((account) => missing(account) > 0),
    'given up on': keysWhere(({ deliveries }) =>
      deliveries.some(({ end }) => end === 'refused' || end === 'exhausted'),
    ),
    'wrong amount': keysWhere(({ webhook, rewards }) =>
      rewards.some((one) => one.value_initial !== webhook.amount || one.value_remaining !== webhook.amount),
    ),
    'wrong profile': keysWhere(({ webhook, rewards }) =>
      rewards.some(({ profile_id }) => profile_id !== webhook.person.profileId),
    ),
    'wrong definition': keysWhere(({ webhook, rewards }) =>
      rewards.some(({ definition }) => definition.id !== webhook.definitionId),
    ),
    'answered with another reward': keysWhere(wasMistold),
    'never asked for': strangers,
    'not ended in time': keysWhere(({ deliveries }) => deliveries.some(({ end }) => end === 'unfinished')),
  };
}

function open(deliveries: readonly Delivery[], books: readonly Books[]) {
  const accounts = new Map<string, Account>();
  for (const delivery of deliveries) {
    const { webhook } = delivery;
    const account = accounts.get(webhook.key);
    if (account) account.deliveries.push(delivery);
    else accounts.set(webhook.key, { webhook, deliveries: [delivery], rewards: [] });
  }
  const strangers: string[] = [];
  for (const { tenant, rewards } of books) {
    for (const reward of rewards) {
      const account = accounts.get(markerOf(reward));
      if (account?.webhook.tenant === tenant) account.rewards.push(reward);
      else strangers.push(markerOf(reward));
    }
  }
  return { accounts, strangers };
}

/** The key of the webhook that a reward came from. */
export function markerOf({ meta }: Reward): string {
  const marker = typeof meta === 'object' && meta !== null && 'marker' in meta ? meta.marker : undefined;
  return String(marker);
}

/** Twins whose first was not told 200 were never sent. */
const sent = ({ deliveries }: Account): Delivery[] =>
  deliveries.filter(({ attempts }) => attempts.length > 0);

const isDoubled = (account: Account): boolean => account.rewards.length > sent(account).length;

/** How many webhooks were told 200 beyond the rewards there are. */
function missing(account: Account): number {
  return account.deliveries.filter(({ end }) => end === 'told').length - account.rewards.length;
}

/** Whether an answer named a reward that is not this webhook's. */
function wasMistold({ webhook, deliveries, rewards }: Account): boolean {
  const answers = deliveries
    .flatMap(({ attempts }) => attempts.map(toldOf))
    .filter((one) => one !== undefined);
  return answers.some(
    ({ rewardId, externalId }) =>
      !isNameOf(webhook, externalId) ||
      !rewards.some((reward) => reward.id === rewardId && reward.external_id === externalId),
  );
}
