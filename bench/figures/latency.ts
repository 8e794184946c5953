/**
 * What the gateway adds to the latency of Omneo: webhooks at half of what it can do, beside the same calls made
 * directly at the same rate, and in turn beside two programs that show what else adds to it: the raw one, which is what
 * the machine and Node add by themselves, and the gateway with so much memory that V8 collects nothing that is old.
 */
import { baseline, bundle, flags, gateway } from '../harness/programs.ts';
import { connections } from '../harness/rounds.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { median, spread, told } from '../harness/stats.ts';
import type { Program } from '../harness/subject.ts';
import { withSubjects } from '../harness/with.ts';
import type { Report } from '../load/job.ts';

const webhooks = { kind: 'webhooks', tenants: 1 } as const;
const calls = { kind: 'reward', base: '/api/v3' } as const;
const most = { p50: 0.5, p99: 2 } as const;

const ways = ['gateway', 'uncollected', 'raw'] as const;
type Way = (typeof ways)[number] | 'direct';
type Round = Readonly<Record<Way, Report['latency']>>;

/** What is beside the gateway's own row. */
const besides = { uncollected: 'with nothing old collected', raw: 'by raw node:http' } as const;

export const latency: Figure = async (setting) => {
  const { quick, upstream, loader, say } = setting;
  return withSubjects(await programs(setting), async (...subjects) => {
    const ports = subjects.map(({ port }) => port);
    const rate = (await warmUp(setting, ports)) / 2;
    const how = { rate, seconds: quick ? 0.3 : 4 };
    const rounds: Round[] = [];
    for (let round = 0; round < (quick ? 2 : 7); round++) {
      const { latency: direct } = await loader.run({ port: upstream.port, what: calls, how });
      const found = { direct } as Record<Way, Report['latency']>;
      for (const [index, way] of ways.entries())
        found[way] = (await loader.run({ port: ports[index] ?? 0, what: webhooks, how })).latency;
      rounds.push(found);
    }
    say(`  ${rate.toFixed(0)} webhooks a second`);
    for (const share of ['p50', 'p99'] as const) {
      const of = (way: Way): string => median(rounds.map((each) => each[way][share])).toFixed(2);
      say(`  ${share}: ${ways.map((way) => `${of(way)} ms ${way}`).join(', ')}, ${of('direct')} direct`);
    }
    return (['p50', 'p99'] as const).flatMap((share) => rowsOf(rounds, share));
  });
};

async function programs({ folder, upstream }: Setting): Promise<readonly Program[]> {
  const common = { folder, tenants: 1, baseOf: () => upstream.base() };
  const args = [...flags, '--initial-old-space-size=1000', bundle];
  return [
    await gateway({ name: 'latency', ...common }),
    await gateway({ name: 'uncollected', ...common, args }),
    await baseline('raw', folder, upstream.base()),
  ];
}

/** How many webhooks a second the gateway answers at most. */
async function warmUp({ quick, loader }: Setting, ports: readonly number[]): Promise<number> {
  const how = { connections, seconds: quick ? 0.5 : 5 };
  const found: number[] = [];
  for (const port of ports) {
    const { answered, seconds } = await loader.run({ port, what: webhooks, how });
    found.push(answered / seconds);
  }
  return found[0] ?? Number.NaN;
}

function rowsOf(rounds: readonly Round[], share: 'p50' | 'p99'): readonly Row[] {
  const added = (way: Way) => spread(rounds.map((each) => each[way][share] - each.direct[share]));
  const figure = `latency added over the upstream's at half load, ${share}`;
  const found = added('gateway');
  const more = Object.entries(besides).map(([way, words]) => ({
    figure: `${figure}, ${words}`,
    target: '',
    measured: `${told(added(way as keyof typeof besides))} ms`,
    held: null,
  }));
  const target = `≤ ${most[share]} ms`;
  return [{ figure, target, measured: `${told(found)} ms`, held: found.middle <= most[share] }, ...more];
}
