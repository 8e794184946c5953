/** Several programs measured in turn, A B C, C B A: what the machine does meanwhile hits all of them alike. */
import type { Webhooks } from '../load/job.ts';
import type { Setting } from './setting.ts';
import { type Spread, spread, times } from './stats.ts';
import type { Program, Subject } from './subject.ts';
import { withSubjects } from './with.ts';

/** What one program did in one round. */
export type Lap = Readonly<{
  perSecond: number;
  cpuMicroseconds: number;
  /** The share of a core that load and upstream took meanwhile. */
  beside: number;
}>;

export type Runner = Readonly<{
  subject: Subject;
  what: Webhooks;
  expected: string;
  /** What else goes on in its laps, until they are over. */
  meanwhile?: (isOver: () => boolean) => Promise<unknown>;
}>;

export const connections = 64;

/** What each way is asked for in one round, which goes through them forwards and backwards by turns. In the order given. */
export async function inTurn<Way, Found>(
  round: number,
  ways: readonly Way[],
  measure: (way: Way) => Promise<Found>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  const isBack = round % 2 === 1;
  for (const way of isBack ? ways.toReversed() : ways) found.push(await measure(way));
  return isBack ? found.toReversed() : found;
}

/** Warms every program up, then measures all of them in each round. Laps are by round, in the order of the runners. */
export async function rounds(
  setting: Setting,
  runners: readonly Runner[],
  { count = 16, seconds = 1.5, warmUp = 3 } = {},
): Promise<readonly (readonly Lap[])[]> {
  const { loader, quick } = setting;
  const warm = quick ? 0.3 : warmUp;
  for (const { subject, what } of runners) {
    await loader.run({ port: subject.port, what, how: { connections, seconds: warm } });
  }
  const all: (readonly Lap[])[] = [];
  for (let round = 0; round < (quick ? 2 : count); round++) {
    all.push(await inTurn(round, runners, (runner) => lap(runner, setting, quick ? 0.3 : seconds)));
  }
  return all;
}

/**
 * Laps of programs that are started anew several times, each with webhooks for one tenant. Where a few hundredths matter:
 * two processes of one program lie further apart than the rounds of one.
 */
export async function lapsOfStarts(
  setting: Setting,
  programs: readonly Program[],
  { starts = 6, count = 4 } = {},
): Promise<readonly (readonly Lap[])[]> {
  const all: (readonly Lap[])[] = [];
  const what = { kind: 'webhooks', tenants: 1 } as const;
  for (let start = 0; start < (setting.quick ? 1 : starts); start++) {
    const laps = await withSubjects(programs, (...subjects) =>
      rounds(
        setting,
        subjects.map((subject) => ({ subject, what, expected: '200' })),
        { count },
      ),
    );
    all.push(...laps);
  }
  return all;
}

/** Loads a program for so many seconds. Throws an Error if one answer is not the expected one. */
export async function lap(
  { subject, what, expected, meanwhile }: Runner,
  { loader, upstream }: Setting,
  seconds: number,
): Promise<Lap> {
  const [before, upstreamBefore] = [await subject.usage(), await upstream.cpuSeconds()];
  let isOver = false;
  const beside = meanwhile?.(() => isOver);
  const report = await loader.run({ port: subject.port, what, how: { connections, seconds } });
  isOver = true;
  await beside;
  const [after, upstreamAfter] = [await subject.usage(), await upstream.cpuSeconds()];
  const good = report.statuses[expected] ?? 0;
  if (good < report.answered) {
    throw new Error(`${subject.name} answered ${JSON.stringify(report.statuses)} instead of ${expected}`);
  }
  return {
    perSecond: good / report.seconds,
    cpuMicroseconds: ((after.cpuSeconds - before.cpuSeconds) / good) * 1e6,
    beside: (report.cpuSeconds + upstreamAfter - upstreamBefore) / report.seconds,
  };
}

/** Of one number of the laps of two runners, the ratio round by round. */
export function ratio(
  all: readonly (readonly Lap[])[],
  [over, under]: readonly [number, number],
  of: (lap: Lap) => number,
): Spread {
  return spread(all.map((laps) => times(of(at(laps, over)), of(at(laps, under)))));
}

/** Of one number of the laps of one runner, the spread over the rounds. */
export function column(all: readonly (readonly Lap[])[], index: number, of: (lap: Lap) => number): Spread {
  return spread(all.map((laps) => of(at(laps, index))));
}

function at(laps: readonly Lap[], index: number): Lap {
  const lap = laps[index];
  if (lap === undefined) throw new Error(`there is no runner ${index}`);
  return lap;
}
