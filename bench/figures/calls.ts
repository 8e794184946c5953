/** How many calls to Omneo a reward takes, which is what its limit is spent on. Counted by the upstream. */
import { gateway } from '../harness/programs.ts';
import type { Row } from '../harness/rows.ts';
import type { Figure } from '../harness/setting.ts';
import { between, total } from '../harness/upstream.ts';
import { withSubjects } from '../harness/with.ts';

/** As many as one tenant may have under way. */
const burst = 100;
/** Of Omneo, for one user. */
const callsPerMinute = 1000;

export const calls: Figure = async ({ quick, folder, upstream, loader, say }) => {
  const baseOf = (): string => upstream.base('wait-20');
  const program = await gateway({ name: 'calls', folder, tenants: 1, baseOf });
  return withSubjects([program], async (subject) => {
    const measure = async (variant: 'new' | 'same', connections: number, count: number): Promise<number> => {
      const before = await upstream.counts();
      const what = { kind: 'webhooks', tenants: 1, variant } as const;
      const { answered, statuses } = await loader.run({
        port: subject.port,
        what,
        how: { connections, count },
      });
      if (statuses['200'] !== count) throw new Error(`answered ${JSON.stringify(statuses)}`);
      const made = between(before, await upstream.counts());
      say(`  ${answered} webhooks (${variant}, ${connections} at a time): ${JSON.stringify(made)}`);
      return total(made) / answered;
    };
    const alone = await measure('new', 1, quick ? 5 : 100);
    const inBurst = await measure('new', burst, quick ? 200 : 5000);
    const backFill = (100_000 * inBurst) / callsPerMinute / 60;
    say(
      `  a back-fill of 100,000 new rewards at ${callsPerMinute} calls a minute: ${backFill.toFixed(1)} hours`,
    );
    // One new reward, and duplicates of it.
    const duplicates = quick ? 100 : 2000;
    const same = ((await measure('same', 1, 1 + duplicates)) * (1 + duplicates) - 3) / duplicates;
    return [
      row('Omneo calls per new reward, alone', alone, 3),
      row(`Omneo calls per new reward, in a burst of ${burst} at a time`, inBurst, 2.1),
      row('Omneo calls per duplicate known to the ledger', same, 0),
    ];
  });
};

function row(figure: string, found: number, most: number): Row {
  return { figure, target: `≤ ${most}`, measured: found.toFixed(2), held: found <= most };
}
