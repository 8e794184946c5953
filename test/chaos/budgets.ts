/** The budgets of the tenants: for a while less than what they are sent, and then far more. */
import { dayOf } from '../../src/lib/calendar/dayof.ts';
import { kindOf } from './actions/actions.ts';
import type { Books } from './checker.ts';
import type { Mode } from './mode.ts';
import { tenants } from './people.ts';
import type { Webhook } from './webhook.ts';

/** What a tenant may issue on a day, and how many each of its profiles: rewards, and what else is counted with them. */
export type DayBudget = Readonly<{ rewards: number; cents: number; perProfile: number }>;

export type Budgets = Readonly<{
  /** When they are raised, in milliseconds from the start. */
  raisedAfterMs: number;
  tight: ReadonlyMap<string, DayBudget>;
  /** Room for all, so that what is issued goes on being counted. */
  wide: DayBudget;
}>;

/** Of the time of arrivals: for so long the budgets are tight. */
const tightFor = 0.6;

const wide: DayBudget = Object.freeze({ rewards: 1_000_000, cents: 100_000_000_00, perProfile: 1_000_000 });

/** Budgets for some of what arrives until they are raised; undefined: there are none, since nothing can be held. */
export function planBudgets(
  webhooks: readonly Webhook[],
  { arrivalsMs, mode }: Readonly<{ arrivalsMs: number; mode: Mode }>,
): Budgets | undefined {
  if (mode !== 'durable') return undefined;
  const raisedAfterMs = Math.floor(arrivalsMs * tightFor);
  const early = webhooks.filter(({ at }) => at < raisedAfterMs);
  const tight = new Map(
    tenants.map((tenant) => [tenant, tightBudget(early.filter((one) => one.tenant === tenant))]),
  );
  return { raisedAfterMs, tight, wide };
}

/** So that now the number runs out and now the amount, and of some profiles before both. */
function tightBudget(webhooks: readonly Webhook[]): DayBudget {
  const counted = webhooks.flatMap((webhook) => kindOf(webhook.action).cents(webhook) ?? []);
  const profiles = new Set(webhooks.map(({ person }) => person.profileId)).size;
  return {
    rewards: Math.max(1, Math.floor(counted.length * 0.6)),
    cents: Math.max(10_000, Math.floor(sumOf(counted) * 0.6)),
    perProfile: Math.max(1, Math.ceil(counted.length / Math.max(1, profiles))),
  };
}

const sumOf = (cents: readonly number[]): number => cents.reduce((sum, each) => sum + each, 0);

/** The line of a tenant's spec. */
export function limitsLine({ rewards, cents, perProfile }: DayBudget): string {
  const perDay = `perDay: { rewards: ${rewards}, amount: ${cents / 100} }`;
  return `  limits: { ${perDay}, perProfilePerDay: { rewards: ${perProfile} } }\n`;
}

/** By Omneo's books: each budget that was exceeded at some moment until they were raised, in epoch milliseconds, as a sentence. */
export function exceededIn(
  books: readonly Books[],
  tight: ReadonlyMap<string, DayBudget>,
  { begunAt, raisedAt }: Readonly<{ begunAt: number; raisedAt: number }>,
): string[] {
  return books.flatMap(({ tenant, booked }) => {
    const budget = tight.get(tenant);
    if (budget === undefined || isOverMidnight(begunAt, raisedAt)) return [];
    const early = booked.filter(({ committedAt, cents }) => committedAt <= raisedAt && cents !== null);
    const amount = sumOf(early.map(({ cents }) => cents ?? 0));
    const byProfile = Object.groupBy(early, ({ profileId }) => profileId);
    const most = Math.max(0, ...Object.values(byProfile).map((ones) => ones?.length ?? 0));
    return [
      ...over(`${tenant}: issued on the day`, early.length, budget.rewards),
      ...over(`${tenant}: cents of the day`, amount, budget.cents),
      ...over(`${tenant}: issued to one profile`, most, budget.perProfile),
    ];
  });
}

function over(what: string, count: number, most: number): string[] {
  return count > most ? [`${what} are ${count}, of ${most} at most`] : [];
}

/** Each day has a budget of its own. */
function isOverMidnight(begunAt: number, raisedAt: number): boolean {
  return ['Australia/Melbourne', 'Pacific/Auckland'].some(
    (zone) => dayOf(zone, begunAt).name !== dayOf(zone, raisedAt).name,
  );
}
