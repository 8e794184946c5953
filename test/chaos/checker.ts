/** Our books of one action: what the caller was told, held against what Omneo holds and what the ledger still has. */
import { isDeepStrictEqual } from 'node:util';
import { type ActionName, kindOf } from './actions/actions.ts';
import type { Booked } from './actions/kind.ts';
import { acceptedOf, toldOf } from './attempt.ts';
import type { Delivery, End } from './caller.ts';
import { takenForCopies } from './copies.ts';
import type { Unfinished } from './unfinished.ts';
import { type Webhook, flaws, isNameOf } from './webhook.ts';

/** What one tenant of Omneo holds. */
export type Books = Readonly<{ tenant: string; booked: readonly Booked[] }>;

/** What must not be, each with the keys of the webhooks that it happened to. Every figure has to be 0. */
export type Findings = Readonly<Record<string, readonly string[]>>;

/** All that belongs to one key: a webhook, or several equal ones without an id. */
type Account = { webhook: Webhook; deliveries: Delivery[]; booked: Booked[]; unfinished: Unfinished[] };

/** What was sent of an action and answered, and when each process was killed, or ended with work undone, in epoch milliseconds. */
type Sent = Readonly<{
  action: ActionName;
  deliveries: readonly Delivery[];
  killed: ReadonlyMap<number, number>;
}>;

/** Holds the deliveries against the books of their action, and against what of them is stored and not issued. */
export function checkBooks(
  { action, deliveries, killed }: Sent,
  books: readonly Books[],
  unfinished: readonly Unfinished[],
): Findings {
  const { accounts, strangers } = open(deliveries, books, unfinished);
  const { noun, values } = kindOf(action);
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
    'wrong profile': keysWhere(({ webhook, booked }) =>
      booked.some(({ profileId }) => profileId !== webhook.person.profileId),
    ),
    ...Object.fromEntries(values.map((value) => [`wrong ${value}`, keysWhere(isWrongIn(value))])),
    [`answered with another ${noun}`]: keysWhere(wasMistold),
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
    else accounts.set(webhook.key, { webhook, deliveries: [delivery], booked: [], unfinished: [] });
  }
  const strangers: string[] = [];
  for (const { tenant, booked } of books) {
    for (const one of booked) {
      const account = accounts.get(one.key);
      if (account?.webhook.tenant === tenant) account.booked.push(one);
      else strangers.push(one.key);
    }
  }
  for (const one of unfinished) accounts.get(one.key)?.unfinished.push(one);
  return { accounts, strangers };
}

/** Whether something was made with another value than its webhook asks for; equal webhooks ask for the same. */
function isWrongIn(value: string): (account: Account) => boolean {
  return ({ webhook, booked }) => {
    const asked = kindOf(webhook.action).asked(webhook);
    return value in asked && booked.some(({ values }) => !isDeepStrictEqual(values[value], asked[value]));
  };
}

/** Twins whose first was told neither 200 nor 202 were never sent. */
const sent = ({ deliveries }: Account): Delivery[] =>
  deliveries.filter(({ attempts }) => attempts.length > 0);

const isDoubled = (account: Account): boolean => account.booked.length > sent(account).length;

/** How many webhooks were told 200 beyond what there is. */
function missing({ deliveries, booked }: Account, copies: ReadonlySet<Delivery>): number {
  const own = deliveries.filter((delivery) => !copies.has(delivery));
  return dueFor(own, ['told']) - booked.length;
}

/** How many have to be there of webhooks that ended so; where a second one changes nothing, one is there for all that are equal. */
function dueFor(deliveries: readonly Delivery[], ends: readonly End[]): number {
  const due = deliveries.filter(({ end }) => ends.includes(end));
  const [first] = due;
  return first !== undefined && kindOf(first.webhook.action).create === undefined ? 1 : due.length;
}

const isAccepted = ({ deliveries }: Account): boolean => deliveries.some(({ end }) => end === 'accepted');

/** How many webhooks were told 200 or 202 beyond what there is, what is stored, and what may count as a copy. */
function lost({ deliveries, booked, unfinished }: Account, copies: ReadonlySet<Delivery>): number {
  const own = deliveries.filter((delivery) => !copies.has(delivery));
  return dueFor(own, ['told', 'accepted']) - booked.length - unfinished.length;
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

/** Whether an answer named something that is not this webhook's. */
function wasMistold(account: Account): boolean {
  const { webhook, deliveries, booked } = account;
  const answers = deliveries
    .flatMap(({ attempts }) => attempts.map(toldOf))
    .filter((one) => one !== undefined);
  const isMistold = answers.some(
    ({ resourceId, externalId }) =>
      !isNameOf(webhook, externalId) ||
      !booked.some((one) => one.id === resourceId && isNamed(one, externalId)),
  );
  return isMistold || wasAcceptedAsAnother(account);
}

/** What has no `external_id` at all has no wrong one. */
function isNamed({ externalId: own }: Booked, externalId: string | undefined): boolean {
  return own === undefined || own === externalId;
}

/** Whether an answer promised something under an `external_id` that it then did not get. */
function wasAcceptedAsAnother({ webhook, deliveries, booked, unfinished }: Account): boolean {
  const promised = deliveries.flatMap(({ attempts }) =>
    attempts.flatMap((attempt) => acceptedOf(attempt) ?? []),
  );
  return promised.some(
    ({ externalId }) =>
      !isNameOf(webhook, externalId) ||
      (booked.length > 0 && unfinished.length === 0 && !booked.some((one) => isNamed(one, externalId))),
  );
}
