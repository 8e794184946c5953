/** Judges a run by all that was recorded of it. */
import type { Call } from '../../sandbox/journal.ts';
import type { Attempt } from './attempt.ts';
import { type Books, checkBooks, figures } from './checker.ts';
import type { Delivery } from './caller.ts';
import { type Scrape, compareCounters } from './counters.ts';
import { type Verdict, judge } from './history.ts';
import type { Injected } from './injector.ts';
import { takenForCopies } from './copies.ts';
import { momentsOf } from './moments.ts';
import { type Figure, tally } from './table.ts';
import { usualTimes } from './times.ts';
import type { Unfinished } from './unfinished.ts';

/** All that is known when a run has ended. */
export type Evidence = Readonly<{
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
  /** When each process was killed, in epoch milliseconds; none of a run in which nothing is stored. */
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

/** Holds all books and counts against one another. */
export function judgeRun(evidence: Evidence): Outcome {
  const { deliveries, books, unfinished, calls, scrapes, calm, exceeded, crashes, injected } = evidence;
  const findings = checkBooks(evidence, books, unfinished);
  const copies = new Set(takenForCopies(deliveries, evidence.killed));
  const others = deliveries.filter((delivery) => !copies.has(delivery));
  const verdicts = judge(momentsOf(others, books, calls)).filter(
    ({ tooMany, tooEarly }) => tooMany + tooEarly > 0,
  );
  const counters = compareCounters(scrapes, deliveries);
  return {
    sections: {
      sent: [...sentFigures(deliveries), { name: 'look-ups of many at once', count: sharedLookups(calls) }],
      answered: tally(attemptsOf(deliveries).map(wordOf)),
      injected: tally(injected.map(({ name }) => name)),
      'faults of Omneo': tally(calls.flatMap(({ fault }) => fault ?? [])),
      promised: promisedFigures(evidence),
      books: [
        { name: 'rewards', count: books.reduce((sum, { rewards }) => sum + rewards.length, 0) },
        ...figures.map((name) => none(name, findings[name])),
        none('budgets exceeded', exceeded),
      ],
      history: historyFigures(verdicts),
      metrics: [
        none('counts that cannot be', counters),
        none('counts off in the calm', calm),
        { name: 'replicas crashed', count: crashes, mustBe: 0 },
      ],
    },
    suspects: suspectsOf([...Object.values(findings), verdicts.map(({ key }) => key)]),
    contradictions: [...counters, ...calm, ...exceeded],
  };
}

/** How many webhooks ended for their caller with a 202, and what is parked. */
function promisedFigures({ deliveries, killed, unfinished, heldAtOnce }: Evidence): Figure[] {
  const parked = unfinished.filter(({ state }) => state === 'parked');
  return [
    { name: 'accepted', count: deliveries.filter(({ end }) => end === 'accepted').length },
    ...(heldAtOnce > 0 ? [{ name: 'held until the budgets were raised', count: heldAtOnce }] : []),
    ...tally(takenForCopies(deliveries, killed).map(() => 'taken for a copy, after a kill')),
    ...tally(parked.map(({ reason }) => `parked, ${reason}`)),
  ];
}

/** Some of each kind: more would not be read. */
function suspectsOf(kinds: readonly (readonly string[])[]): string[] {
  return [...new Set(kinds.flatMap((keys) => keys.slice(0, 20)))];
}

const none = (name: string, { length }: readonly unknown[]): Figure => ({ name, count: length, mustBe: 0 });

function historyFigures(verdicts: readonly Verdict[]): Figure[] {
  const tooMany = verdicts.filter((verdict) => verdict.tooMany > 0);
  const tooEarly = verdicts.filter((verdict) => verdict.tooEarly > 0);
  return [none('created more often than sent', tooMany), none('answered before it was created', tooEarly)];
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

/** Only these ask for rewards without naming one. */
function sharedLookups(calls: readonly Call[]): number {
  return calls.filter(({ operation, externalId }) => operation === 'rewards.list' && externalId === undefined)
    .length;
}

function wordOf({ outcome }: Attempt): string {
  return typeof outcome === 'string' ? outcome : `${outcome.status} ${outcome.word}`;
}
