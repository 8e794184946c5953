/** This build beside another one, such as that of the release before: `OTHER_BUNDLE` is its dist/main.js. */
import { env } from 'node:process';
import { flags, gateway } from '../harness/programs.ts';
import { column, ratio, rounds } from '../harness/rounds.ts';
import type { Figure } from '../harness/setting.ts';
import { told } from '../harness/stats.ts';
import { withSubjects } from '../harness/with.ts';

const figure = 'throughput against the build of OTHER_BUNDLE';
const target = '≥ 0.97';

export const otherBuild: Figure = async (setting) => {
  const other = env['OTHER_BUNDLE'] ?? '';
  if (other === '') return [];
  const { folder, upstream, say } = setting;
  const program = (name: string, args?: readonly string[]) =>
    gateway({ name, folder, tenants: 1, baseOf: () => upstream.base(), ...(args && { args }) });
  const programs = [await program('other-build', [...flags, other]), await program('this-build')];
  return withSubjects(programs, async (...subjects) => {
    const what = { kind: 'webhooks', tenants: 1 } as const;
    const runners = subjects.map((subject) => ({ subject, what, expected: '200' }));
    const laps = await rounds(setting, runners, { count: 20 });
    subjects.forEach(({ name }, index) => {
      const perSecond = column(laps, index, (lap) => lap.perSecond);
      const micros = column(laps, index, (lap) => lap.cpuMicroseconds);
      say(`  ${name}: ${told(perSecond, 0)} webhooks a second, ${told(micros, 0)} µs of CPU for one`);
    });
    const found = ratio(laps, [1, 0], ({ perSecond }) => perSecond);
    return [{ figure, target, measured: told(found), held: found.middle >= 0.97 }];
  });
};
