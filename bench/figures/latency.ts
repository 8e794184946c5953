/**
 * What the gateway adds to the latency of Omneo: webhooks at half of what it can do, beside the same calls made
 * directly at the same rate, in turn.
 */
import { gateway } from '../harness/programs.ts';
import { connections } from '../harness/rounds.ts';
import type { Figure } from '../harness/setting.ts';
import { median, spread, told } from '../harness/stats.ts';
import { withSubjects } from '../harness/with.ts';
import type { Report } from '../load/job.ts';

const webhooks = { kind: 'webhooks', tenants: 1 } as const;
const calls = { kind: 'reward', base: '/api/v3' } as const;

export const latency: Figure = async ({ quick, folder, upstream, loader, say }) => {
  const program = await gateway({ name: 'latency', folder, tenants: 1, baseOf: () => upstream.base() });
  return withSubjects([program], async (subject) => {
    const { port } = subject;
    const full = await loader.run({ port, what: webhooks, how: { connections, seconds: quick ? 0.5 : 5 } });
    const rate = full.answered / full.seconds / 2;
    const how = { rate, seconds: quick ? 0.3 : 4 };
    const rounds: Record<'direct' | 'through', Report['latency']>[] = [];
    for (let round = 0; round < (quick ? 2 : 7); round++) {
      const direct = await loader.run({ port: upstream.port, what: calls, how });
      const through = await loader.run({ port, what: webhooks, how });
      rounds.push({ direct: direct.latency, through: through.latency });
    }
    say(`  ${rate.toFixed(0)} webhooks a second`);
    for (const share of ['p50', 'p99'] as const) {
      const of = (way: 'direct' | 'through'): string =>
        median(rounds.map((each) => each[way][share])).toFixed(2);
      say(`  ${share}: ${of('through')} ms through the gateway, ${of('direct')} ms without`);
    }
    const added = (share: 'p50' | 'p99') =>
      spread(rounds.map(({ direct, through }) => through[share] - direct[share]));
    const row = (share: 'p50' | 'p99', most: number) => ({
      figure: `latency added over the upstream's at half load, ${share}`,
      target: `≤ ${most} ms`,
      measured: `${told(added(share))} ms`,
      held: added(share).middle <= most,
    });
    return [row('p50', 0.5), row('p99', 2)];
  });
};
