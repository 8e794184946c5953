import { expect } from 'chai';
import { type Contest, latencyLines, latencyRows } from '../../bench/harness/latencyrows.ts';
import { inTurn } from '../../bench/harness/rounds.ts';
import type { Tail } from '../../bench/harness/tail.ts';

/** A round with this 99th percentile, and half of it as the median. */
const tail = (p99: number, collections = [0.5, 1.5]): Tail => ({
  latency: { p50: p99 / 2, p99, most: p99 },
  samples: [p99 / 2, p99],
  inside: {
    delay: { p50: 0, p99: 1, most: 2 },
    collections: { count: collections.length, longestMs: Math.max(...collections), totalMs: 2 },
  },
});

const contest = (gateway: readonly number[], raw: readonly number[]): Contest => ({
  ledger: 'in memory',
  rate: 1234.5,
  direct: gateway.map(() => tail(1)),
  gateway: gateway.map((p99) => tail(p99)),
  raw: raw.map((p99) => tail(p99)),
});

const found = (rounds: Contest) => latencyRows(rounds).map(({ measured, held }) => [measured, held]);

describe('What the gateway adds to the latency at half load', () => {
  it('is told against what the raw program adds, round by round, all together, and from inside', () => {
    const inside = '1.00 (1.00 to 1.00) ms; 2, 2.0 ms in all, the longest 1.5 ms';
    expect(found(contest([3, 4, 9], [2, 2, 2]))).to.deep.equal([
      ['3.00 (2.00 to 8.00) ×', true],
      ['3.00 (2.00 to 8.00) ×', true],
      ['8.00 ×', null],
      [inside, null],
      [inside, null],
    ]);
  });

  it('is not held beyond three times', () => {
    const [, p99] = found(contest([5, 5], [2, 2]));
    expect(p99).to.deep.equal(['4.00 (4.00 to 4.00) ×', false]);
  });

  it('is not held by rounds in which the raw program adds nothing', () => {
    const [, p99] = found(contest([2, 2, 2], [2, 0.5, 1]));
    expect(p99).to.deep.equal(['Infinity (1.00 to Infinity) ×', false]);
  });

  it('has behind it how long everything took, in milliseconds', () => {
    expect(latencyLines(contest([3], [2]))).to.deep.equal([
      '  ledger in memory, 1235 webhooks a second',
      '  p50: 1.50 (1.50 to 1.50) ms gateway, 1.00 (1.00 to 1.00) ms raw, 0.50 (0.50 to 0.50) ms direct',
      '  p99: 3.00 (3.00 to 3.00) ms gateway, 2.00 (2.00 to 2.00) ms raw, 1.00 (1.00 to 1.00) ms direct',
    ]);
  });
});

describe('Ways that are measured in turn', () => {
  it('go forwards and backwards by turns, and are told in their own order', async () => {
    const asked: string[] = [];
    const measure = (way: string): Promise<string> => {
      asked.push(way);
      return Promise.resolve(way.toUpperCase());
    };
    for (const round of [0, 1])
      expect(await inTurn(round, ['a', 'b', 'c'], measure)).to.deep.equal(['A', 'B', 'C']);
    expect(asked.join('')).to.equal('abccba');
  });
});
