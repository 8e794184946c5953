/**
 * What the gateway adds to the latency of Omneo: webhooks at half of what it can do, beside the same calls made
 * directly at the same rate, and beside the raw program, which shows what the machine adds by itself, in turn.
 */
import { baseline, gateway } from '../harness/programs.ts';
import { connections } from '../harness/rounds.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure } from '../harness/setting.ts';
import { median, spread, told } from '../harness/stats.ts';
import { withSubjects } from '../harness/with.ts';
import type { Report } from '../load/job.ts';

const webhooks = { kind: 'webhooks', tenants: 1 } as const;
const calls = { kind: 'reward', base: '/api/v3' } as const;
const most = { p50: 0.5, p99: 2 } as const;

type Way = 'direct' | 'gateway' | 'raw';
type Round = Readonly<Record<Way, Report['latency']>>;

export const latency: Figure = async ({ quick, folder, upstream, loader, say }) => {
  const programs = [
    await gateway({ name: 'latency', folder, tenants: 1, baseOf: () => upstream.base() }),
    await baseline('raw', folder, upstream.base()),
  ];
  return withSubjects(programs, async (...subjects) => {
    const [port = 0, rawPort = 0] = subjects.map((subject) => subject.port);
    const greedily = { connections, seconds: quick ? 0.5 : 5 };
    await loader.run({ port: rawPort, what: webhooks, how: greedily });
    const full = await loader.run({ port, what: webhooks, how: greedily });
    const rate = full.answered / full.seconds / 2;
    const how = { rate, seconds: quick ? 0.3 : 4 };
    const rounds: Round[] = [];
    for (let round = 0; round < (quick ? 2 : 7); round++) {
      const direct = await loader.run({ port: upstream.port, what: calls, how });
      const through = await loader.run({ port, what: webhooks, how });
      const raw = await loader.run({ port: rawPort, what: webhooks, how });
      rounds.push({ direct: direct.latency, gateway: through.latency, raw: raw.latency });
    }
    const turn = await subjects[0]?.longestTurn(() => loader.run({ port, what: webhooks, how }));
    say(
      `  ${rate.toFixed(0)} webhooks a second; longest turn of the event loop ${turn?.toFixed(1) ?? '?'} ms`,
    );
    for (const share of ['p50', 'p99'] as const) {
      const of = (way: Way): string => median(rounds.map((each) => each[way][share])).toFixed(2);
      say(`  ${share}: ${of('gateway')} ms through the gateway, ${of('raw')} raw, ${of('direct')} without`);
    }
    return (['p50', 'p99'] as const).flatMap((share) => rowsOf(rounds, share));
  });
};

function rowsOf(rounds: readonly Round[], share: 'p50' | 'p99'): readonly Row[] {
  const added = (way: Way) => spread(rounds.map((each) => each[way][share] - each.direct[share]));
  const figure = `latency added over the upstream's at half load, ${share}`;
  const found = added('gateway');
  return [
    {
      figure,
      target: `≤ ${most[share]} ms`,
      measured: `${told(found)} ms`,
      held: found.middle <= most[share],
    },
    { figure: `${figure}, by raw node:http`, target: '', measured: `${told(added('raw'))} ms`, held: null },
  ];
}
