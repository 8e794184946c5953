/**
 * Where the processor's time of one webhook goes, and what it allocates: profiles of the gateway, run from its sources, at
 * full load.
 */
import { partOf, selfBytes, selfTimes } from '../harness/breakdown.ts';
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
    const found = eachOf(selfTimes(profile, partOf), answered);
    say('| part | µs of CPU |\n| --- | ---: |');
    print(say, found, 1, [
      ["beside the main thread (collection, compilation) and the profiler's own", each - total(found)],
      ['one webhook', each],
    ]);
    const sampled = await subject.allocations(async () => {
      ({ answered } = await load(10));
    });
    const allocated = eachOf(selfBytes(sampled, partOf), answered * 1000);
    say('\n| part | KB allocated |\n| --- | ---: |');
    print(say, allocated, 2, [['one webhook', total(allocated)]]);
    return [];
  });
};

type Part = readonly [name: string, amount: number];

function eachOf(parts: readonly Part[], count: number): readonly Part[] {
  return parts.map(([part, amount]) => [part, amount / count] as const);
}

function print(
  say: (line: string) => void,
  parts: readonly Part[],
  decimals: number,
  sums: readonly Part[],
): void {
  const others: Part = [`${parts.length - named} other parts`, total(parts.slice(named))];
  for (const [part, amount] of [...parts.slice(0, named), others, ...sums])
    say(`| ${part} | ${amount.toFixed(decimals)} |`);
}

function total(parts: readonly Part[]): number {
  return parts.reduce((sum, [, amount]) => sum + amount, 0);
}
