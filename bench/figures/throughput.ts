/** The gateway beside what one would take instead, doing the same work in the same run. */
import { type Baseline, baseline, gateway } from '../harness/programs.ts';
import { type Lap, column, ratio, rounds } from '../harness/rounds.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { told } from '../harness/stats.ts';
import type { Program, Subject } from '../harness/subject.ts';
import { withSubjects } from '../harness/with.ts';

const baselines: readonly Readonly<{ name: Baseline; words: string; target: number | null }>[] = [
  { name: 'raw', words: 'raw node:http + undici with the same calls', target: 0.6 },
  { name: 'fastify', words: 'Fastify + undici', target: null },
  { name: 'koa', words: 'the plain Koa stack, with fetch', target: 1.2 },
  { name: 'koa-undici', words: 'the plain Koa stack, with undici', target: null },
  { name: 'node-red', words: 'Node-RED', target: 5 },
];

const what = { kind: 'webhooks', tenants: 1 } as const;

export const throughput: Figure = async (setting) =>
  withSubjects(await programs(setting), async (...subjects) => {
    const laps = await rounds(
      setting,
      subjects.map((subject) => ({ subject, what, expected: '200' })),
    );
    tell(setting, subjects, laps);
    return [...(await room(setting, laps)), ...baselines.map((each, index) => row(each, laps, index + 1))];
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

/** How much more the upstream and the load process can do than the fastest program asks of them. */
async function room({ loader, upstream, quick }: Setting, laps: readonly (readonly Lap[])[]): Promise<Row[]> {
  const how = { connections: 64, seconds: quick ? 0.3 : 3 };
  const what = { kind: 'reward', base: '/api/v3' } as const;
  const { answered, seconds } = await loader.run({ port: upstream.port, what, how });
  const fastest = Math.max(...laps.flat().map(({ perSecond }) => perSecond));
  const rewards = answered / seconds;
  return [
    {
      figure:
        "the bench's own limit: rewards a second of load process and upstream, over the fastest program",
      target: '> 1.5',
      measured: `${(rewards / fastest).toFixed(1)} (${rewards.toFixed(0)} a second, ${(rewards * 3).toFixed(0)} calls)`,
      held: rewards / fastest > 1.5,
    },
  ];
}
