/** Judges a run by all that was recorded of it. */
import type { Call } from '../../sandbox/journal.ts';
import { type ActionName, kindOf, knownActions } from './actions/actions.ts';
import type { Attempt } from './attempt.ts';
import type { Books } from './checker.ts';
import type { Delivery } from './caller.ts';
import { type Scrape, compareCounters } from './counters.ts';
import type { Injected } from './injector.ts';
import { judgeAction, sectionsOf } from './judgement.ts';
import { type Figure, none, tally } from './table.ts';
import { usualTimes } from './times.ts';
import type { Unfinished } from './unfinished.ts';

/** All that is known when a run has ended. */
export type Evidence = Readonly<{
  /** Those that webhooks were of. */
  actions: readonly ActionName[];
  deliveries: readonly Delivery[];
  books: readonly Books[];
  /** What the ledger has of webhooks that are not issued. */
  unfinished: readonly Unfinished[];
  calls: readonly Call[];
  scrapes: readonly Scrape[];
  /** Disagreements in the calm at the end. */
  calm: readonly string[];
  /** Each budget that was exceeded, as a sentence. */
  exceeded: readonly string[];
  /** How many webhooks a budget held at the moment at which it was raised. */
  heldAtOnce: number;
  /** Replicas that ended by themselves. */
  crashes: number;
  /** When each process was killed, or ended with work undone, in epoch milliseconds; none of a run in which nothing is stored. */
  killed: ReadonlyMap<number, number>;
  injected: readonly Injected[];
}>;

export type Outcome = Readonly<{
  sections: Readonly<Record<string, readonly Figure[]>>;
  /** The keys of webhooks that something is wrong with. */
  suspects: readonly string[];
  /** What is wrong beyond single webhooks, as sentences. */
  contradictions: readonly string[];
}>;

/** Holds all books and counts against one another, those of each action by themselves. */
export function judgeRun(evidence: Evidence): Outcome {
  const { actions, deliveries, calls, scrapes, calm, exceeded, crashes, injected } = evidence;
  const judged = actions.map((action) => judgeAction(action, evidence));
  const counters = compareCounters(scrapes, deliveries);
  return {
    sections: {
      sent: [...sentFigures(deliveries), { name: 'look-ups of many at once', count: sharedLookups(calls) }],
      answered: tally(attemptsOf(deliveries).map(wordOf)),
      injected: tally(injected.map(({ name }) => name)),
      'faults of Omneo': tally(calls.flatMap(({ fault }) => fault ?? [])),
      ...sectionsOf(judged),
      budgets: [...heldFigures(evidence), none('budgets exceeded', exceeded)],
      metrics: [
        none('counts that cannot be', counters),
        none('counts off in the calm', calm),
        { name: 'replicas crashed', count: crashes, mustBe: 0 },
      ],
    },
    suspects: suspectsOf(judged.flatMap(({ suspects }) => suspects)),
    contradictions: [...counters, ...calm, ...exceeded],
  };
}

function heldFigures({ heldAtOnce }: Evidence): Figure[] {
  return heldAtOnce > 0 ? [{ name: 'held until the budgets were raised', count: heldAtOnce }] : [];
}

/** Some of each kind: more would not be read. */
function suspectsOf(kinds: readonly (readonly string[])[]): string[] {
  return [...new Set(kinds.flatMap((keys) => keys.slice(0, 20)))];
}

const attemptsOf = (deliveries: readonly Delivery[]): Attempt[] =>
  deliveries.flatMap(({ attempts }) => attempts);

function sentFigures(deliveries: readonly Delivery[]): Figure[] {
  const sent = deliveries.filter(({ attempts }) => attempts.length > 0);
  return [
    { name: 'webhooks', count: sent.length },
    { name: 'without id', count: sent.filter(({ webhook }) => !webhook.hasId).length },
    {
      name: 'equal to an earlier one',
      count: sent.filter(({ webhook }) => webhook.twinOf !== undefined).length,
    },
    { name: 'attempts', count: attemptsOf(sent).length },
    {
      name: 'most attempts at one',
      count: sent.reduce((most, { attempts }) => Math.max(most, attempts.length), 0),
    },
    none('retries too late to be known from new ones', sent.flatMap(lateRetries)),
  ];
}

/**
 * On a machine that is too busy the caller keeps a retry waiting for longer than the gateway can know it as one. An id
 * tells it at any time.
 */
function lateRetries({ webhook, attempts }: Delivery): Attempt[] {
  if (webhook.hasId) return [];
  return attempts.filter(({ sentAt }, position) => {
    const before = attempts[position - 1];
    return before !== undefined && sentAt - before.sentAt > usualTimes.repeatWindow;
  });
}

/** Only these ask for what has an `external_id` without naming one. */
function sharedLookups(calls: readonly Call[]): number {
  const lists: readonly string[] = knownActions.flatMap((action) => kindOf(action).list ?? []);
  return calls.filter(({ operation, externalId }) => lists.includes(operation) && externalId === undefined)
    .length;
}

function wordOf({ outcome }: Attempt): string {
  return typeof outcome === 'string' ? outcome : `${outcome.status} ${outcome.word}`;
}
