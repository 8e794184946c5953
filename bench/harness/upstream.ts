/** The canned Omneo's process, from the side of the bench. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export type Counts = Readonly<Record<string, number>>;

export type Upstream = Readonly<{
  port: number;
  /** A base URL of it; `wait-20` and `hang` as a first segment say how it behaves there. */
  base: (behaviour?: string) => string;
  /** How many calls it answered, by operation. */
  counts: () => Promise<Counts>;
  /** The processor's time that it has taken, in seconds. */
  cpuSeconds: () => Promise<number>;
  close: () => void;
}>;

export async function startUpstream(): Promise<Upstream> {
  const child = fork(join(import.meta.dirname, '../upstream/main.ts'), { execArgv: [] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const url = `http://127.0.0.1:${port}`;
  return {
    port,
    base: (behaviour) => `${url}${behaviour === undefined ? '' : `/${behaviour}`}/api/v3`,
    counts: async () => (await (await fetch(`${url}/counts`)).json()) as Counts,
    cpuSeconds: async () => {
      const { user, system } = (await (await fetch(`${url}/cpu`)).json()) as NodeJS.CpuUsage;
      return (user + system) / 1e6;
    },
    close: () => {
      child.disconnect();
    },
  };
}

/** How many calls were answered between two readings. */
export function between(before: Counts, after: Counts): Counts {
  return Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]),
  );
}

export function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
