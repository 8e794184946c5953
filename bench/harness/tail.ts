/** Latencies at a steady rate, of several ways in turn, with what goes on inside the programs meanwhile. */
import type { Job, Report, Webhooks } from '../load/job.ts';
import type { Inside } from './inside.ts';
import { connections, inTurn } from './rounds.ts';
import type { Setting } from './setting.ts';
import { median, quantile, spread, told } from './stats.ts';
import type { Subject } from './subject.ts';

/** What gets the load: a program that is looked into, or something else that answers. */
export type Way = Readonly<{ subject: Subject; what: Webhooks } | { port: number; what: Job['what'] }>;

/** What one way did in one round. */
export type Tail = Readonly<{ latency: Report['latency']; samples: readonly number[]; inside?: Inside }>;

/** By round, in the order of the ways. Each round is short, so that there are many. */
export async function tailRounds(
  setting: Setting,
  ways: readonly Way[],
  rate: number,
): Promise<readonly (readonly Tail[])[]> {
  const { quick } = setting;
  const how = { rate, seconds: quick ? 0.3 : 2, keepsSamples: true };
  const all: (readonly Tail[])[] = [];
  for (let round = 0; round < (quick ? 2 : 15); round++)
    all.push(await inTurn(round, ways, (way) => tailOf(way, how, setting)));
  return all;
}

async function tailOf(way: Way, how: Job['how'], { loader, say }: Setting): Promise<Tail> {
  const load = (port: number): Promise<Report> => loader.run({ port, what: way.what, how });
  if ('port' in way) return tailIn(await load(way.port), say);
  const [report, inside] = await way.subject.observe(() => load(way.subject.port));
  return { ...tailIn(report, say), inside };
}

/** What fails is slow too, and so it is in the figure; a busy machine must not end the whole bench. */
function tailIn({ latency, samples = [], statuses }: Report, say: Setting['say']): Tail {
  const isGood = Object.keys(statuses).every((status) => status.startsWith('2'));
  if (!isGood) say(`  answered ${JSON.stringify(statuses)}`);
  return { latency, samples };
}

/** How many webhooks a second it answers at most. */
export async function mostOf({ quick, loader }: Setting, { port }: Subject): Promise<number> {
  const what = { kind: 'webhooks', tenants: 1 } as const;
  const { answered, seconds } = await loader.run({
    port,
    what,
    how: { connections, seconds: quick ? 0.5 : 5 },
  });
  return answered / seconds;
}

/** The slow hundredth of all rounds together, in milliseconds: it knows what comes in few rounds only. */
export function pooledP99(tails: readonly Tail[]): number {
  return quantile(
    tails.flatMap(({ samples }) => samples),
    0.99,
  );
}

/** What went on inside over all rounds, for the table. */
export function insideTold(tails: readonly Tail[]): string {
  const seen = tails.flatMap(({ inside }) => (inside === undefined ? [] : [inside]));
  const delay = spread(seen.map(({ delay: { p99 } }) => p99));
  const count = median(seen.map(({ collections }) => collections.count));
  const total = median(seen.map(({ collections }) => collections.totalMs));
  const longest = Math.max(0, ...seen.map(({ collections }) => collections.longestMs));
  return `${told(delay)} ms; ${count.toFixed(0)}, ${total.toFixed(1)} ms in all, the longest ${longest.toFixed(1)} ms`;
}
