/** Where the processor's time of one webhook goes: a CPU profile of the gateway, run from its sources, at full load. */
import { partOf, selfTimes } from '../harness/breakdown.ts';
import { flags, gateway } from '../harness/programs.ts';
import { connections } from '../harness/rounds.ts';
import type { Figure } from '../harness/setting.ts';
import { withSubjects } from '../harness/with.ts';

/** So many parts are named; the others are one line. */
const named = 24;

export const breakdown: Figure = async ({ quick, folder, upstream, loader, say }) => {
  const baseOf = (): string => upstream.base();
  const args = [...flags, 'src/main.ts'];
  const program = await gateway({ name: 'sources', folder, tenants: 1, baseOf, args });
  return withSubjects([program], async (subject) => {
    const what = { kind: 'webhooks', tenants: 1 } as const;
    const load = (seconds: number) =>
      loader.run({ port: subject.port, what, how: { connections, seconds: quick ? 0.3 : seconds } });
    await load(5);
    const before = await subject.usage();
    let answered = 0;
    const profile = await subject.profile(async () => {
      ({ answered } = await load(10));
    });
    const after = await subject.usage();
    const each = ((after.cpuSeconds - before.cpuSeconds) * 1e6) / answered;
    const found = selfTimes(profile, partOf).map(([part, micros]) => [part, micros / answered] as const);
    const seen = total(found);
    const lines = [
      ...found.slice(0, named),
      [`${found.length - named} other parts`, total(found.slice(named))] as const,
      ["beside the main thread (collection, compilation) and the profiler's own", each - seen] as const,
      ['one webhook', each] as const,
    ];
    say('| part | µs of CPU |\n| --- | ---: |');
    for (const [part, micros] of lines) say(`| ${part} | ${micros.toFixed(1)} |`);
    return [];
  });
};

function total(parts: readonly (readonly [string, number])[]): number {
  return parts.reduce((sum, [, micros]) => sum + micros, 0);
}
