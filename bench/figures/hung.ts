/** Whether the others notice that one tenant's Omneo hangs while it gets ten times their load. */
import { gateway } from '../harness/programs.ts';
import type { Figure } from '../harness/setting.ts';
import { Loader } from '../harness/loader.ts';
import { median, spread, told } from '../harness/stats.ts';
import { withSubjects } from '../harness/with.ts';

const others = 10;
/** Of all others together, a second. */
const rate = 100;

export const hung: Figure = async ({ quick, folder, upstream, loader, say }) => {
  const baseOf = (tenant: number): string => upstream.base(tenant < others ? 'wait-20' : 'hang');
  const program = await gateway({ name: 'hung', folder, tenants: others + 1, baseOf });
  const flood = new Loader();
  try {
    return await withSubjects([program], async (subject) => {
      const { port } = subject;
      const seconds = quick ? 0.5 : 6;
      const served = async (): Promise<number> => {
        const what = { kind: 'webhooks', tenants: others } as const;
        const { latency, statuses } = await loader.run({ port, what, how: { rate, seconds } });
        if (Object.keys(statuses).join() !== '200')
          throw new Error(`the others were answered ${JSON.stringify(statuses)}`);
        return latency.p99;
      };
      await served();
      const without: number[] = [];
      const beside: number[] = [];
      for (let round = 0; round < (quick ? 1 : 5); round++) {
        without.push(await served());
        const what = { kind: 'webhooks', tenants: 1, from: others } as const;
        const flooding = flood.run({ port, what, how: { rate: rate * 10, seconds: seconds + 0.5 } });
        beside.push(await served());
        const { statuses } = await flooding;
        if (round === 0) say(`  the hung tenant is answered ${JSON.stringify(statuses)}`);
      }
      say(
        `  p99 of the others: ${median(without).toFixed(1)} ms without, ${median(beside).toFixed(1)} ms beside it`,
      );
      const found = spread(beside.map((p99, round) => p99 / (without[round] ?? Number.NaN)));
      const figure =
        "one tenant's Omneo hung, at ten times the others' load: the others' p99, against without it";
      return [{ figure, target: '≤ 1.5', measured: told(found), held: found.middle <= 1.5 }];
    });
  } finally {
    flood.close();
  }
};
