/** The one table that a run ends with. */
import { table } from '../../sandbox/table.ts';

/** A figure; `mustBe` where only one value is right. */
export type Figure = Readonly<{ name: string; count: number; mustBe?: number }>;

/** Figures under headings, as one table. */
export function render(sections: Readonly<Record<string, readonly Figure[]>>): string {
  const rows = Object.entries(sections).flatMap(([heading, figures]) =>
    figures.map(({ name, count, mustBe }, position) => [
      position === 0 ? heading : '',
      name,
      count.toLocaleString('en'),
      mustBe === undefined ? '' : String(mustBe),
      mustBe === undefined ? '' : count === mustBe ? 'ok' : 'WRONG',
    ]),
  );
  return table(['', 'figure', 'count', 'must be', ''], rows);
}

/** Those that are not what they must be. */
export function wrongOnes(figures: readonly Figure[]): Figure[] {
  return figures.filter(({ count, mustBe }) => mustBe !== undefined && count !== mustBe);
}

/** How often each word occurs, the most frequent first. */
export function tally(words: Iterable<string>): Figure[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1]).map(([name, count]) => ({ name, count }));
}

/** How many there are of what must not be. */
export function none(name: string, { length }: readonly unknown[]): Figure {
  return { name, count: length, mustBe: 0 };
}
