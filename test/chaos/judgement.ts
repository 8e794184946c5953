/** What is to be said of one action's part in a run. */
import { type ActionName, kindOf } from './actions/actions.ts';
import { checkBooks } from './checker.ts';
import { takenForCopies } from './copies.ts';
import { type Verdict, judge } from './history.ts';
import { momentsOf } from './moments.ts';
import type { Evidence } from './outcome.ts';
import { type Figure, none, tally } from './table.ts';

export type Judgement = Readonly<{
  action: ActionName;
  /** What became of its webhooks for their callers, and of what was promised. */
  promised: readonly Figure[];
  books: readonly Figure[];
  history: readonly Figure[];
  /** The keys of webhooks that something is wrong with, by what that is. */
  suspects: readonly (readonly string[])[];
}>;

/** Holds all that was recorded of an action against one another, whatever became of the others. */
export function judgeAction(action: ActionName, evidence: Evidence): Judgement {
  const own = partOf(action, evidence);
  const { deliveries, books, unfinished, calls, killed } = own;
  const findings = checkBooks({ action, deliveries, killed }, books, unfinished);
  const copies = new Set(takenForCopies(deliveries, killed));
  const others = deliveries.filter((delivery) => !copies.has(delivery));
  const verdicts = hasHistory(action) ? judge(momentsOf(others, books, calls)) : [];
  const count = books.reduce((sum, { booked }) => sum + booked.length, 0);
  return {
    action,
    promised: promisedFigures(own),
    books: [{ name: action, count }, ...Object.entries(findings).map(([name, keys]) => none(name, keys))],
    history: hasHistory(action) ? historyFigures(verdicts) : [],
    suspects: [...Object.values(findings), verdicts.map(({ key }) => key)],
  };
}

/** A section for each kind of figures; where there are several actions, one for each of them. */
export function sectionsOf(judged: readonly Judgement[]): Record<string, readonly Figure[]> {
  const [only, ...more] = judged;
  if (only !== undefined && more.length === 0) {
    const { promised, books, history } = only;
    return { promised, books, history };
  }
  return Object.fromEntries(
    judged.map(({ action, promised, books, history }) => [action, [...promised, ...books, ...history]]),
  );
}

type Part = Pick<Evidence, 'deliveries' | 'books' | 'unfinished' | 'calls' | 'killed'>;

/** What of the evidence is of one action; of Omneo's calls those that make what it asks for. */
function partOf(action: ActionName, { deliveries, books, unfinished, calls, killed }: Evidence): Part {
  const { create } = kindOf(action);
  return {
    deliveries: deliveries.filter(({ webhook }) => webhook.action === action),
    books: books.map(({ tenant, booked }) => ({
      tenant,
      booked: booked.filter((one) => one.action === action),
    })),
    unfinished: unfinished.filter((one) => one.action === action),
    calls: calls.filter(({ operation }) => operation === create),
    killed,
  };
}

/** How many webhooks ended for their caller with a 200 and a 202, and what is parked. */
function promisedFigures({ deliveries, killed, unfinished }: Part): Figure[] {
  const endedAs = (wanted: string): number => deliveries.filter(({ end }) => end === wanted).length;
  const parked = unfinished.filter(({ state }) => state === 'parked');
  return [
    { name: 'answered 200', count: endedAs('told') },
    { name: 'accepted', count: endedAs('accepted') },
    ...tally(takenForCopies(deliveries, killed).map(() => 'taken for a copy, after a kill')),
    ...tally(parked.map(({ reason }) => `parked, ${reason}`)),
  ];
}

/** From calls that do not say for which webhook they are nothing is to be seen. */
function hasHistory(action: ActionName): boolean {
  return kindOf(action).create !== undefined;
}

function historyFigures(verdicts: readonly Verdict[]): Figure[] {
  const tooMany = verdicts.filter((verdict) => verdict.tooMany > 0);
  const tooEarly = verdicts.filter((verdict) => verdict.tooEarly > 0);
  return [none('created more often than sent', tooMany), none('answered before it was created', tooEarly)];
}
