/**
 * What the words by which the image starts Node are good for: in a container Node cuts what is for young objects to its
 * memory, and at the chart's limit leaves 1 MiB. https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
 */
import { bundle, flags, gateway } from '../harness/programs.ts';
import { column, ratio, rounds } from '../harness/rounds.ts';
import type { Figure } from '../harness/setting.ts';
import { told } from '../harness/stats.ts';
import { withSubjects } from '../harness/with.ts';

/** As V8 limits itself in a container of 512 MiB; by flags, since not everybody may make one. */
const limit = '--max-old-space-size=256';
const left = '--max-semi-space-size=1';

export const container: Figure = async (setting) => {
  const { folder, upstream, say } = setting;
  const common = { folder, tenants: 1, baseOf: () => upstream.base() };
  const programs = [
    await gateway({ name: 'as shipped', ...common, args: [limit, ...flags, bundle] }),
    await gateway({ name: 'by itself', ...common, args: [limit, left, bundle] }),
  ];
  return withSubjects(programs, async (...subjects) => {
    const what = { kind: 'webhooks', tenants: 1 } as const;
    const laps = await rounds(
      setting,
      subjects.map((subject) => ({ subject, what, expected: '200' })),
      { warmUp: 30 },
    );
    subjects.forEach(({ name }, index) => {
      say(
        `  ${name.padEnd(12)} ${told(
          column(laps, index, ({ perSecond }) => perSecond),
          0,
        )} webhooks a second`,
      );
    });
    return [
      {
        figure: 'throughput at 512 MiB as the image starts Node, against as Node starts by itself',
        target: '',
        measured: told(ratio(laps, [0, 1], ({ perSecond }) => perSecond)),
        held: null,
      },
    ];
  });
};
