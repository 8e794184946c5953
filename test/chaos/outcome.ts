/** Judges a run by all that was recorded of it. */
import type { Call } from '../../sandbox/journal.ts';
import type { Attempt } from './attempt.ts';
import { type Books, checkBooks, figures } from './checker.ts';
import type { Delivery } from './caller.ts';
import { type Scrape, compareCounters } from './counters.ts';
import { judge } from './history.ts';
import type { Injected } from './injector.ts';
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
  const { deliveries, books, calls, scrapes, calm, crashes, injected } = evidence;
  const wipes = injected.filter(({ name }) => name === 'redis wipe').map(({ at }) => at);
  const excused = keysOverWipe(deliveries, wipes);
  const findings = checkBooks(deliveries, books);
  const bare = findings['doubled, without id'];
  const verdicts = judge(momentsOf(deliveries, books, calls)).filter(({ key }) => !excused.has(key));
  const counters = compareCounters(scrapes, deliveries);
  const none = (name: string, { length }: readonly unknown[]): Figure => ({ name, count: length, mustBe: 0 });
  return {
    sections: {
      sent: sentFigures(deliveries),
      answered: tally(attemptsOf(deliveries).map(wordOf)),
      injected: tally(injected.map(({ name }) => name)),
      'faults of Omneo': tally(calls.flatMap(({ fault }) => fault ?? [])),
      books: [
        { name: 'rewards', count: books.reduce((sum, { rewards }) => sum + rewards.length, 0) },
        ...figures.map((name) =>
          none(
            name,
            findings[name].filter((key) => name !== 'doubled, without id' || !excused.has(key)),
          ),
        ),
        {
          name: 'without id, doubled over a wiped Redis',
          count: bare.filter((key) => excused.has(key)).length,
        },
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

/**
 * Webhooks without an id that were under way when Redis lost its memory. What Omneo holds for them goes by an id
 * that only the ledger knew, so for these nothing is promised.
 */
function keysOverWipe(deliveries: readonly Delivery[], wipes: readonly number[]): ReadonlySet<string> {
  const over = deliveries.filter(({ webhook, attempts }) => {
    const begun = attempts[0]?.sentAt ?? Infinity;
    const ended = attempts.at(-1)?.endedAt ?? -Infinity;
    return !webhook.hasId && wipes.some((at) => begun <= at && at <= ended);
  });
  return new Set(over.map(({ webhook }) => webhook.key));
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
