/** Whether a stranger can tell by the clock a tenant that exists from one that does not. */
import { gateway } from '../harness/programs.ts';
import type { Figure } from '../harness/setting.ts';
import { spread, told } from '../harness/stats.ts';
import { withSubjects } from '../harness/with.ts';

const tenants = 10;

export const strangers: Figure = async ({ quick, folder, upstream, loader, say }) => {
  const program = await gateway({ name: 'strangers', folder, tenants, baseOf: () => upstream.base() });
  return withSubjects([program], async ({ port }) => {
    /** Median of the time of a 401, in milliseconds, over one connection. */
    const refusal = async (from: number): Promise<number> => {
      const what = { kind: 'webhooks', tenants, from, variant: 'stranger' } as const;
      const how = { connections: 1, count: quick ? 200 : 5000 };
      const { latency, statuses } = await loader.run({ port, what, how });
      if (Object.keys(statuses).join() !== '401')
        throw new Error(`a stranger was answered ${JSON.stringify(statuses)}`);
      return latency.p50;
    };
    const ratios: number[] = [];
    const noise: number[] = [];
    await refusal(0);
    for (let round = 0; round < (quick ? 2 : 15); round++) {
      const wrongSecret = await refusal(0);
      ratios.push((await refusal(tenants)) / wrongSecret);
      noise.push((await refusal(0)) / wrongSecret);
    }
    say(`  a wrong secret against itself: ${told(spread(noise))}`);
    const found = spread(ratios);
    const figure = 'time of a 401: unknown tenant against wrong secret';
    const held = found.middle >= 0.95 && found.middle <= 1.05;
    return [{ figure, target: '0.95 to 1.05', measured: told(found), held }];
  });
};
