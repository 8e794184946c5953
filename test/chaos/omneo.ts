/** The sandbox Omneo as a process of its own, with its worst case on. */
import { join } from 'node:path';
import type { FaultRule } from '../../sandbox/faults.ts';
import type { Call } from '../../sandbox/journal.ts';
import { everything } from '../../sandbox/preset.ts';
import type { Reward } from '../../sandbox/rewards.ts';
import type { Switches } from '../../sandbox/switches.ts';
import { type RunningProcess, startProcess } from '../e2e/process.ts';
import type { OmneoFault } from './injections.ts';
import { profilesOf, tenants } from './people.ts';

const root = join(import.meta.dirname, '../..');
/** A call that hangs outlives the gateway's patience. */
const hangMs = 2_000;
const usualFaults: readonly FaultRule[] = everything(0.03, { hangMs });

const bursts: Readonly<Record<OmneoFault, readonly FaultRule[]>> = {
  throttle: [{ kind: 'throttle', probability: 0.8 }],
  errors: everything(0.5, { hangMs }),
  ambiguous: [
    { kind: 'error', status: 502, when: 'after', operation: 'rewards.create', probability: 0.3 },
    { kind: 'reset', when: 'after', operation: 'rewards.create', probability: 0.3 },
    { kind: 'hang', ms: hangMs, when: 'after', operation: 'rewards.create', probability: 0.3 },
    { kind: 'reset', when: 'before', operation: 'rewards.create', probability: 0.5 },
  ],
  late: [{ kind: 'delay', ms: 700, probability: 0.7 }],
  // What is claimed waits for its create.
  'late profiles': [{ kind: 'delay', ms: 250, operation: 'search-id' }],
};

/** What one tenant of Omneo holds, and every call that it saw. */
export type Omneo = Readonly<{
  port: number;
  /** The faults that there always are, and those of a burst besides; undefined: none at all. */
  misbehave: (how: 'as usual' | OmneoFault | undefined) => Promise<void>;
  rewards: (tenant: string) => Promise<Reward[]>;
  calls: () => Promise<Call[]>;
  stop: () => Promise<void>;
}>;

/** Starts it with more profiles than its sample, and with rewards that nobody in this run asked for. */
export async function startOmneo(
  folder: string,
  { seed, ...switches }: Partial<Switches> & { seed: number },
): Promise<Omneo> {
  const server = await startProcess({
    command: process.execPath,
    args: [join(root, 'sandbox/main.ts'), '--port', '0', '--seed', String(seed % 99_999)],
    ready: /Sandbox Omneo at/,
    log: join(folder, 'omneo.log'),
  });
  const url = urlIn(server);
  const inspect = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`${url}/_sandbox${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`The sandbox refused ${method} ${path}: ${await response.text()}`);
    return response.json();
  };
  await inspect('PUT', '/options', switches);
  for (const tenant of tenants) await inspect('POST', `/profiles?tenant=${tenant}`, profilesOf(tenant));
  return {
    port: Number(new URL(url).port),
    misbehave: async (how) => {
      const burst = how === undefined || how === 'as usual' ? [] : bursts[how];
      await inspect('PUT', '/faults', how === undefined ? [] : [...burst, ...usualFaults]);
    },
    rewards: async (tenant) => (await inspect('GET', `/rewards?tenant=${tenant}`)) as Reward[],
    calls: async () => (await inspect('GET', '/requests')) as Call[],
    stop: async () => {
      await server.stop();
    },
  };
}

function urlIn({ lines }: RunningProcess): string {
  const url = /\((http:[^)]+)\)/.exec(lines.join('\n'))?.[1];
  if (url === undefined) throw new Error('the sandbox did not say where it listens');
  return url;
}
