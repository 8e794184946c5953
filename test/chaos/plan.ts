/** A run, planned from its seed alone. */
import { type Budgets, planBudgets } from './budgets.ts';
import type { ActionName } from './actions/actions.ts';
import { withFlaws } from './flaws.ts';
import { type Injection, planInjections, planLateProfiles } from './injections.ts';
import type { LedgerKind } from './ledgerserver.ts';
import { withActions } from './mixed.ts';
import type { Mode } from './mode.ts';
import type { Sabotage } from './options.ts';
import { type Times, fenceTimes, settlingMs, usualTimes } from './times.ts';
import type { Webhook } from './webhook.ts';
import { planWebhooks } from './webhooks.ts';

export type Plan = Readonly<{
  times: Times;
  webhooks: readonly Webhook[];
  injections: readonly Injection[];
  /** Undefined: the tenants have none. */
  budgets: Budgets | undefined;
  /** When the last webhook becomes due, in milliseconds from the start. */
  arrivalsMs: number;
  /** When the callers are ended, finished or not. */
  endMs: number;
  /** After that what is stored is waited for until so many milliseconds pass in which none of it gets done. */
  drainMs: number;
}>;

type PlanOptions = Readonly<{
  webhooks: number;
  seed: number;
  minutes: number;
  ledger: LedgerKind;
  mode: Mode;
  actions: readonly ActionName[];
  sabotage?: Sabotage | undefined;
}>;

/** Starting, ending and reading the books take time too. */
const reserveMs = 20_000;
/** Faults go on for so long after the last webhook became due. */
const faultsAfterMs = 15_000;
/** For so long webhooks arrive: without the look-up nothing is doubled before it has proven that it finds. */
const sabotageMs = { fencing: 15_000, lookup: 40_000, courier: 20_000, unconfirmed: 40_000 };
/** The longest pause between two attempts at a stored webhook is less than this. */
const durableDrainMs = 20_000;

/** Plans webhooks and faults, and time for all to settle. */
export function planRun({ webhooks: count, seed, minutes, ledger, mode, ...options }: PlanOptions): Plan {
  const { actions, sabotage } = options;
  const times = sabotage === 'fencing' ? fenceTimes : usualTimes;
  const drainMs = mode === 'durable' ? durableDrainMs : 0;
  const endMs = Math.floor(minutes * 60_000) - reserveMs - drainMs;
  const arrivalsMs =
    sabotage === undefined ? Math.floor(endMs - settlingMs(times) - faultsAfterMs) : sabotageMs[sabotage];
  const forMs = arrivalsMs + (sabotage === undefined ? faultsAfterMs : 0);
  const all = planWebhooks({ count, seed, arrivalsMs, apartMs: times.apart });
  // What a sabotage does shows without twins, for which one would have to wait.
  const sent = sabotage === undefined ? all : all.filter(({ twinOf }) => twinOf === undefined);
  const mixed = withActions(sent, { actions, seed });
  const webhooks = mode === 'durable' ? withFlaws(mixed, seed) : mixed;
  const faults =
    sabotage === 'fencing' ? [lateProfiles(forMs)] : planInjections({ seed, forMs, times, ledger, mode });
  const injections = mode === 'durable' ? [...faults, ...planLateProfiles(arrivalsMs)] : faults;
  const budgets = sabotage === undefined ? planBudgets(webhooks, { arrivalsMs, mode }) : undefined;
  return { times, webhooks, injections, budgets, arrivalsMs, endMs, drainMs };
}

/** Nothing but look-ups that take long: their replica holds its claim past the lease, as a paused one would. */
function lateProfiles(forMs: number): Injection {
  return { at: 0, forMs, what: { kind: 'omneo', fault: 'late profiles' } };
}
