/** Whether a webhook costs more when there are many tenants. */
import { gateway } from '../harness/programs.ts';
import { column, ratio, rounds } from '../harness/rounds.ts';
import type { Figure } from '../harness/setting.ts';
import { told } from '../harness/stats.ts';
import { withSubjects } from '../harness/with.ts';

export const manyTenants: Figure = async (setting) => {
  const { folder, upstream, quick, loader, say } = setting;
  const sizes = quick ? [1, 10, 100] : [1, 100, 10_000];
  const programs = await Promise.all(
    sizes.map((tenants) =>
      gateway({ name: `${tenants}-tenants`, folder, tenants, baseOf: () => upstream.base() }),
    ),
  );
  return withSubjects(programs, async (...subjects) => {
    const runners = subjects.map((subject, index) => {
      const what = { kind: 'webhooks', tenants: sizes[index] ?? 1 } as const;
      return { subject, what, expected: '200' };
    });
    // The first webhook of a tenant makes what the others use.
    for (const { subject, what } of runners) {
      await loader.run({ port: subject.port, what, how: { connections: 64, count: what.tenants * 2 } });
    }
    const laps = await rounds(setting, runners, { count: 16, seconds: 1.5 });
    sizes.forEach((size, index) => {
      const cpu = column(laps, index, ({ cpuMicroseconds }) => cpuMicroseconds);
      say(`  ${size} tenants: ${told(cpu, 0)} µs of CPU per webhook`);
    });
    return sizes.slice(1).map((size, index) => {
      const found = ratio(laps, [index + 1, 0], ({ cpuMicroseconds }) => cpuMicroseconds);
      return {
        figure: `CPU per webhook at ${size.toLocaleString('en')} tenants, against 1`,
        target: '≤ 1.10',
        measured: told(found),
        held: found.middle <= 1.1,
      };
    });
  });
};
