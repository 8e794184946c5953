/** Our books: what the caller was told, held against what Omneo holds and what the ledger still has. */
import type { Reward } from '../../sandbox/rewards.ts';
import { acceptedOf, toldOf } from './attempt.ts';
import type { Delivery } from './caller.ts';
import { takenForCopies } from './copies.ts';
import type { Unfinished } from './unfinished.ts';
import { type Webhook, flaws, isNameOf } from './webhook.ts';

/** The rewards of one tenant. */
export type Books = Readonly<{ tenant: string; rewards: readonly Reward[] }>;

/** What must not be, each with the keys of the webhooks that it happened to. */
export type Findings = Readonly<Record<(typeof figures)[number], readonly string[]>>;

/** Every figure that has to be 0. */
export const figures = Object.freeze([
  'doubled',
  'doubled, without id',
  'answered 200 and not there',
  'accepted and lost',
  'refused and not parked',
  'parked without cause',
  'waiting at the end',
  'given up on',
  'wrong amount',
  'wrong profile',
  'wrong definition',
  'answered with another reward',
  'never asked for',
  'not ended in time',
] as const);

/** All that belongs to one key: a webhook, or several equal ones without an id. */
type Account = { webhook: Webhook; deliveries: Delivery[]; rewards: Reward[]; unfinished: Unfinished[] };

/** What was sent and answered, and when each process was killed, or ended with work undone, in epoch milliseconds. */
type Sent = Readonly<{ deliveries: readonly Delivery[]; killed: ReadonlyMap<number, number> }>;

/** Holds the deliveries against the books, and against what of them is stored and not issued. */
export function checkBooks(
  { deliveries, killed }: Sent,
  books: readonly Books[],
  unfinished: readonly Unfinished[],
): Findings {
  const { accounts, strangers } = open(deliveries, books, unfinished);
  const all = [...accounts.values()];
  const copies = new Set(takenForCopies(deliveries, killed));
  const keysWhere = (wrong: (account: Account) => boolean): string[] =>
    all.filter(wrong).map(({ webhook }) => webhook.key);
  return {
    doubled: keysWhere((account) => account.webhook.hasId && isDoubled(account)),
    'doubled, without id': keysWhere((account) => !account.webhook.hasId && isDoubled(account)),
    'answered 200 and not there': keysWhere((account) => missing(account, copies) > 0),
    'accepted and lost': keysWhere((account) => isAccepted(account) && lost(account, copies) > 0),
    'refused and not parked': keysWhere(isRefusedUnparked),
    'parked without cause': parkedWithoutCause(accounts, unfinished),
    'waiting at the end': unfinished.filter(({ state }) => state === 'waiting').map(({ key }) => key),
    'given up on': keysWhere(({ webhook, deliveries }) =>
      deliveries.some(({ end }) => end === 'exhausted' || (end === 'refused' && webhook.flaw === undefined)),
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

function open(deliveries: readonly Delivery[], books: readonly Books[], unfinished: readonly Unfinished[]) {
  const accounts = new Map<string, Account>();
  for (const delivery of deliveries) {
    const { webhook } = delivery;
    const account = accounts.get(webhook.key);
    if (account) account.deliveries.push(delivery);
    else accounts.set(webhook.key, { webhook, deliveries: [delivery], rewards: [], unfinished: [] });
  }
  const strangers: string[] = [];
  for (const { tenant, rewards } of books) {
    for (const reward of rewards) {
      const account = accounts.get(markerOf(reward));
      if (account?.webhook.tenant === tenant) account.rewards.push(reward);
      else strangers.push(markerOf(reward));
    }
  }
  for (const one of unfinished) accounts.get(one.key)?.unfinished.push(one);
  return { accounts, strangers };
}

/** The key of the webhook that a reward came from. */
export function markerOf({ meta }: Reward): string {
  const marker = typeof meta === 'object' && meta !== null && 'marker' in meta ? meta.marker : undefined;
  return String(marker);
}

/** Twins whose first was told neither 200 nor 202 were never sent. */
const sent = ({ deliveries }: Account): Delivery[] =>
  deliveries.filter(({ attempts }) => attempts.length > 0);

const isDoubled = (account: Account): boolean => account.rewards.length > sent(account).length;

/** How many webhooks were told 200 beyond the rewards there are. */
function missing({ deliveries, rewards }: Account, copies: ReadonlySet<Delivery>): number {
  const own = deliveries.filter((delivery) => !copies.has(delivery));
  return own.filter(({ end }) => end === 'told').length - rewards.length;
}

const isAccepted = ({ deliveries }: Account): boolean => deliveries.some(({ end }) => end === 'accepted');

/** How many webhooks were told 200 or 202 beyond the rewards there are, what is stored, and what may count as a copy. */
function lost({ deliveries, rewards, unfinished }: Account, copies: ReadonlySet<Delivery>): number {
  const own = deliveries.filter((delivery) => !copies.has(delivery));
  const promised = own.filter(({ end }) => end === 'told' || end === 'accepted').length;
  return promised - rewards.length - unfinished.length;
}

/** What can never succeed waits for a human, once its caller knows. */
function isRefusedUnparked({ webhook, deliveries, unfinished }: Account): boolean {
  const isRefused = deliveries.some(({ end }) => end === 'refused');
  return webhook.flaw !== undefined && isRefused && !unfinished.some(({ state }) => state === 'parked');
}

/** What is parked though nothing is wrong with it, or for another reason than what is. */
function parkedWithoutCause(
  accounts: ReadonlyMap<string, Account>,
  unfinished: readonly Unfinished[],
): string[] {
  const parked = unfinished.filter(({ state }) => state === 'parked');
  return parked
    .filter(({ key, reason }) => {
      const flaw = accounts.get(key)?.webhook.flaw;
      return flaw === undefined || flaws[flaw] !== reason;
    })
    .map(({ key }) => key);
}

/** Whether an answer named a reward that is not this webhook's. */
function wasMistold(account: Account): boolean {
  const { webhook, deliveries, rewards } = account;
  const answers = deliveries
    .flatMap(({ attempts }) => attempts.map(toldOf))
    .filter((one) => one !== undefined);
  const isMistold = answers.some(
    ({ rewardId, externalId }) =>
      !isNameOf(webhook, externalId) ||
      !rewards.some((reward) => reward.id === rewardId && reward.external_id === externalId),
  );
  return isMistold || wasAcceptedAsAnother(account);
}

/** Whether an answer promised a reward under an `external_id` that it then did not get. */
function wasAcceptedAsAnother({ webhook, deliveries, rewards, unfinished }: Account): boolean {
  const promised = deliveries.flatMap(({ attempts }) =>
    attempts.flatMap((attempt) => acceptedOf(attempt) ?? []),
  );
  return promised.some(
    ({ externalId }) =>
      !isNameOf(webhook, externalId) ||
      (rewards.length > 0 &&
        unfinished.length === 0 &&
        !rewards.some((reward) => reward.external_id === externalId)),
  );
}
