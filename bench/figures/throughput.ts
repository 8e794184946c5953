/** The gateway beside what one would take instead, doing the same work in the same run. */
import { type Baseline, baseline, gateway } from '../harness/programs.ts';
import { type Lap, column, ratio, rounds } from '../harness/rounds.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { told } from '../harness/stats.ts';
import type { Program, Subject } from '../harness/subject.ts';
import { withSubjects } from '../harness/with.ts';

const baselines: readonly Readonly<{ name: Baseline; words: string; target: number | null }>[] = [
  { name: 'raw', words: 'raw node:http + undici with the same calls', target: 0.75 },
  { name: 'fastify', words: 'Fastify + undici', target: null },
  { name: 'koa', words: 'the plain Koa stack, with fetch', target: 1.2 },
  { name: 'koa-undici', words: 'the plain Koa stack, with undici', target: null },
  { name: 'node-red', words: 'Node-RED', target: 5 },
];

/** With more of their core in use, load and upstream would be measured instead. */
const mostBeside = 0.9;

const what = { kind: 'webhooks', tenants: 1 } as const;

export const throughput: Figure = async (setting) =>
  withSubjects(await programs(setting), async (...subjects) => {
    const laps = await rounds(
      setting,
      subjects.map((subject) => ({ subject, what, expected: '200' })),
    );
    tell(setting, subjects, laps);
    return [room(laps), ...baselines.map((each, index) => row(each, laps, index + 1))];
  });

async function programs({ folder, upstream }: Setting): Promise<readonly Program[]> {
  const base = upstream.base();
  const ours = await gateway({ name: 'gateway', folder, tenants: 1, baseOf: () => base });
  return [ours, ...(await Promise.all(baselines.map(({ name }) => baseline(name, folder, base))))];
}

function row(
  { words, target }: (typeof baselines)[number],
  laps: readonly (readonly Lap[])[],
  index: number,
): Row {
  const found = ratio(laps, [0, index], ({ perSecond }) => perSecond);
  return {
    figure: `throughput against ${words}`,
    target: target === null ? '' : `≥ ${target.toFixed(target < 2 ? 2 : 0)}`,
    measured: told(found),
    held: target === null ? null : found.middle >= target,
  };
}

function tell({ say }: Setting, subjects: readonly Subject[], laps: readonly (readonly Lap[])[]): void {
  subjects.forEach(({ name }, index) => {
    const perSecond = column(laps, index, (lap) => lap.perSecond);
    const cpu = column(laps, index, (lap) => lap.cpuMicroseconds);
    say(`  ${name.padEnd(12)} ${told(perSecond, 0)} webhooks a second, ${told(cpu, 0)} µs of CPU each`);
  });
}

/** Whether the load process or the upstream could be what the fastest program waits for. */
function room(laps: readonly (readonly Lap[])[]): Row {
  const columns = (laps[0] ?? []).map((_, index) => ({
    perSecond: column(laps, index, ({ perSecond }) => perSecond),
    beside: column(laps, index, ({ beside }) => beside),
  }));
  const fastest = columns.toSorted((a, b) => b.perSecond.middle - a.perSecond.middle)[0];
  if (fastest === undefined) throw new Error('nothing was measured');
  return {
    figure: "the bench's own limit: share of a core that load and upstream take beside the fastest program",
    target: `≤ ${mostBeside.toFixed(2)}`,
    measured: told(fastest.beside),
    held: fastest.beside.middle <= mostBeside,
  };
}
