/** Judges a run by all that was recorded of it. */
import type { Call } from '../../sandbox/journal.ts';
import type { Attempt } from './attempt.ts';
import { type Books, checkBooks, figures } from './checker.ts';
import type { Delivery } from './caller.ts';
import { type Scrape, compareCounters } from './counters.ts';
import { judge } from './history.ts';
import { momentsOf } from './moments.ts';
import { type Figure, tally } from './table.ts';

/** All that is known when a run has ended. */
export type Evidence = Readonly<{
  deliveries: readonly Delivery[];
  books: readonly Books[];
  calls: readonly Call[];
  scrapes: readonly Scrape[];
  /** Disagreements in the calm at the end. */
  calm: readonly string[];
  /** Replicas that ended by themselves. */
  crashes: number;
  injected: ReadonlyMap<string, number>;
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
  const { deliveries, books, calls, scrapes, calm, crashes, injected } = evidence;
  const findings = checkBooks(deliveries, books);
  const verdicts = judge(momentsOf(deliveries, books, calls));
  const counters = compareCounters(scrapes, deliveries);
  const none = (name: string, { length }: readonly unknown[]): Figure => ({ name, count: length, mustBe: 0 });
  return {
    sections: {
      sent: sentFigures(deliveries),
      answered: tally(attemptsOf(deliveries).map(wordOf)),
      injected: [...injected].sort().map(([name, count]) => ({ name, count })),
      'faults of Omneo': tally(calls.flatMap(({ fault }) => fault ?? [])),
      books: [
        { name: 'rewards', count: books.reduce((sum, { rewards }) => sum + rewards.length, 0) },
        ...figures.map((name) => none(name, findings[name])),
      ],
      history: [
        none(
          'created more often than sent',
          verdicts.filter(({ tooMany }) => tooMany > 0),
        ),
        none(
          'told before it was created',
          verdicts.filter(({ tooEarly }) => tooEarly > 0),
        ),
      ],
      metrics: [
        none('counts that cannot be', counters),
        none('counts off in the calm', calm),
        { name: 'replicas crashed', count: crashes, mustBe: 0 },
      ],
    },
    suspects: [...new Set([...Object.values(findings).flat(), ...verdicts.map(({ key }) => key)])],
    contradictions: [...counters, ...calm],
  };
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
  ];
}

function wordOf({ outcome }: Attempt): string {
  return typeof outcome === 'string' ? outcome : `${outcome.status} ${outcome.word}`;
}
