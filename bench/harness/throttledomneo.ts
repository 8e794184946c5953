/** The process of the Omneo that keeps rewards and throttles, from the side of the bench. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { ThrottledNature } from '../upstream/throttled.ts';

/** What it was asked by now. */
export type Tally = Readonly<{
  calls: number;
  /** Of these, answered 429. */
  refused: number;
  /** Rewards that were made. */
  made: number;
}>;

export type ThrottledOmneo = Readonly<{
  /** For a tenant's `spec.omneo`. */
  baseURL: string;
  tally: () => Promise<Tally>;
  /** The `external_id` of each reward that it has. */
  externalIds: () => Promise<readonly string[]>;
  close: () => void;
}>;

const tenant = 'bench';

/** Starts it with so many people. */
export async function startThrottledOmneo(nature: Omit<ThrottledNature, 'tenant'>): Promise<ThrottledOmneo> {
  const file = join(import.meta.dirname, '../upstream/throttled.ts');
  const child = fork(file, [JSON.stringify({ tenant, ...nature })], { execArgv: [] });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  const ask = async (path: string): Promise<unknown> => (await fetch(`${url}/_sandbox/${path}`)).json();
  return {
    baseURL: `${url}/${tenant}/api/v3`,
    tally: async () => tallyOf((await ask('calls')) as Parameters<typeof tallyOf>[0]),
    externalIds: async () => {
      const rewards = (await ask(`rewards?tenant=${tenant}`)) as readonly { external_id: string }[];
      return rewards.map(({ external_id: id }) => id);
    },
    close: () => {
      child.disconnect();
    },
  };
}

/** From the sandbox's counts by "tenant operation status". */
function tallyOf({ statuses }: Readonly<{ statuses: Readonly<Record<string, number>> }>): Tally {
  const sum = (ending: string): number =>
    Object.entries(statuses).reduce((all, [key, count]) => all + (key.endsWith(ending) ? count : 0), 0);
  return { calls: sum(''), refused: sum(' 429'), made: sum(' rewards.create 201') };
}
