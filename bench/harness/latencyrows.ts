/** What the gateway and the raw program add to the latency of the direct calls, as rows of the table. */
import type { Row } from './rows.ts';
import { ratios, spread, times, told } from './stats.ts';
import { type Tail, insideTold, pooledP99 } from './tail.ts';

/** The rounds of each, at one rate a second. */
export type Contest = Readonly<{
  ledger: 'in memory' | 'on SQLite';
  rate: number;
  direct: readonly Tail[];
  gateway: readonly Tail[];
  raw: readonly Tail[];
}>;

type Share = 'p50' | 'p99';

/** So many times as much as the raw program may be added. */
const most = 3;

/** The rows; the held figures are medians of what is compared round by round. */
export function latencyRows(contest: Contest): readonly Row[] {
  const load = `at half load with a full ledger ${contest.ledger}`;
  const words = `added ${load}, against raw node:http's`;
  const tell = (figure: string, measured: string): Row => ({ figure, target: '', measured, held: null });
  const inside = 'late event loop, p99; collections in a round';
  return [
    added(contest, 'p50', words),
    added(contest, 'p99', words),
    tell(`p99 ${words}, of all rounds together`, `${pooled(contest).toFixed(2)} ×`),
    tell(`inside the gateway ${load}: ${inside}`, insideTold(contest.gateway)),
    tell(`inside raw node:http ${load}: ${inside}`, insideTold(contest.raw)),
  ];
}

/** What is behind the rows, in milliseconds. */
export function latencyLines(contest: Contest): readonly string[] {
  const of = (tails: readonly Tail[], share: Share): string => told(spread(shares(tails, share)));
  return [
    `  ledger ${contest.ledger}, ${contest.rate.toFixed(0)} webhooks a second`,
    ...(['p50', 'p99'] as const).map(
      (share) =>
        `  ${share}: ${of(contest.gateway, share)} ms gateway, ${of(contest.raw, share)} ms raw, ` +
        `${of(contest.direct, share)} ms direct`,
    ),
  ];
}

function added({ direct, gateway, raw }: Contest, share: Share, words: string): Row {
  const upstream = shares(direct, share);
  const over = (tails: readonly Tail[]): readonly number[] =>
    shares(tails, share).map((ms, round) => ms - (upstream[round] ?? Number.NaN));
  const found = spread(ratios(over(gateway), over(raw)));
  return {
    figure: `${share} ${words}`,
    target: `≤ ${most} ×`,
    measured: `${told(found)} ×`,
    held: found.middle <= most,
  };
}

function pooled({ direct, gateway, raw }: Contest): number {
  const upstream = pooledP99(direct);
  return times(pooledP99(gateway) - upstream, pooledP99(raw) - upstream);
}

function shares(tails: readonly Tail[], share: Share): readonly number[] {
  return tails.map(({ latency }) => latency[share]);
}
