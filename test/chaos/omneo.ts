/** The sandbox Omneo as a process of its own, with its worst case on. */
import { join } from 'node:path';
import type { FaultRule } from '../../sandbox/faults.ts';
import type { Call } from '../../sandbox/journal.ts';
import { everything } from '../../sandbox/preset.ts';
import { seededRandom } from '../../sandbox/random.ts';
import type { Switches } from '../../sandbox/switches.ts';
import { type RunningProcess, startProcess } from '../e2e/process.ts';
import { type ActionName, kindOf } from './actions/actions.ts';
import type { Booked } from './actions/kind.ts';
import { pick } from './draw.ts';
import type { Books } from './checker.ts';
import type { OmneoFault } from './injections.ts';
import type { Sabotage } from './options.ts';
import { lateProfilesOf, profilesOf, tenants } from './people.ts';
import type { Times } from './times.ts';

const root = join(import.meta.dirname, '../..');
/** A call that hangs outlives the gateway's patience. */
const hangMs = 2_000;

type Nature = Readonly<{
  seed: number;
  times: Times;
  actions: readonly ActionName[];
  sabotage: Sabotage | undefined;
  intact: boolean;
}>;

/** Each comes after what was asked for was made. */
const refusals: readonly FaultRule[] = [
  ...[401, 403, 405, 429].map((status): FaultRule => ({ kind: 'error', status, when: 'after' })),
  { kind: 'html', status: 429, when: 'after' },
  ...(['message', 'base', 'profile_id'] as const).map((words): FaultRule => ({
    kind: 'refusal',
    words,
    when: 'after',
  })),
];

function burst(how: OmneoFault, { actions, times: { upstreamTimeout } }: Nature): FaultRule[] {
  const creates = actions.flatMap((action) => kindOf(action).create ?? []);
  const onCreates = (rule: FaultRule): FaultRule[] => creates.map((operation) => ({ ...rule, operation }));
  switch (how) {
    case 'throttle':
      return [{ kind: 'throttle', probability: 0.8 }];
    case 'errors':
      return everything(0.5, { hangMs });
    case 'ambiguous':
      return [
        ...onCreates({ kind: 'error', status: 502, when: 'after', probability: 0.3 }),
        ...onCreates({ kind: 'reset', when: 'after', probability: 0.3 }),
        ...onCreates({ kind: 'hang', ms: hangMs, when: 'after', probability: 0.3 }),
        ...onCreates({ kind: 'reset', when: 'before', probability: 0.5 }),
      ];
    case 'refusals':
      return refusals.flatMap((fault) => onCreates({ ...fault, probability: 0.15 }));
    case 'late':
      return [{ kind: 'delay', ms: 0.7 * upstreamTimeout, probability: 0.7 }];
    case 'late profiles':
      // What is claimed waits for its create.
      return [
        { kind: 'delay', ms: 0.8 * upstreamTimeout, operation: 'search-id' },
        { kind: 'delay', ms: 0.8 * upstreamTimeout, operation: 'profiles' },
      ];
  }
}

/**
 * The worst case, and of what nobody knows one way or the other. Without the look-up, Omneo shows a reward only long
 * after the gateway believes that it is not there: it proves that it finds, and then misses what it has.
 */
function switchesOf({ seed, times, sabotage, intact }: Nature): Partial<Switches> {
  const random = seededRandom(seed);
  return {
    attributesOnDemand: true,
    lookupLagMs: sabotage === 'lookup' && !intact ? 2 * times.settleWindow : times.lookupLag,
    externalIdFilter: pick(random, ['exact', 'split', 'folded', 'wildcard']),
    emailFilter: pick(random, ['caseless', 'accentBlind']),
    searchIdMiss: pick(random, ['404', 'notFound', 'null', 'array']),
    contentEncoding: pick(random, ['identity', 'gzip']),
    byteOrderMark: random() < 0.5,
    tokenOddities: [pick(random, ['noType', 'nullScope', 'wrapped', 'textLifetime', 'created'])],
  };
}

/** Omneo's 1,000 calls a minute and tenant, in a tenth of that minute: whoever is refused waits a tenth as long. */
export const realRate = Object.freeze({ throttlePerMinute: 100, throttleMinuteMs: 6_000 });

/** What one tenant of Omneo holds, and every call that it saw. */
export type Omneo = Readonly<{
  port: number;
  /** The faults that there always are, and those of a burst besides; undefined: none at all. */
  misbehave: (how: 'as usual' | OmneoFault | undefined) => Promise<void>;
  /** Takes only so many calls as Omneo does in earnest, or as many as come. */
  limitRate: (isLimited: boolean) => Promise<void>;
  /** Adds one of the profiles that come late. */
  addLateProfile: (tenant: string, position: number) => Promise<void>;
  /** What it holds of the run's actions. */
  books: (tenant: string) => Promise<Books>;
  calls: () => Promise<Call[]>;
  stop: () => Promise<void>;
}>;

/** Starts it with more profiles than its sample, and with rewards that nobody in this run asked for. */
export async function startOmneo(folder: string, nature: Nature): Promise<Omneo> {
  const usual = usualFaults(nature.sabotage);
  const server = await startProcess({
    command: process.execPath,
    args: [join(root, 'sandbox/main.ts'), '--port', '0', '--seed', String(nature.seed % 99_999)],
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
  await inspect('PUT', '/options', switchesOf(nature));
  for (const tenant of tenants) await inspect('POST', `/profiles?tenant=${tenant}`, profilesOf(tenant));
  return {
    port: Number(new URL(url).port),
    misbehave: async (how) => {
      const rules = how === undefined || how === 'as usual' ? [] : burst(how, nature);
      await inspect('PUT', '/faults', how === undefined ? [] : [...rules, ...usual]);
    },
    limitRate: async (isLimited) => {
      await inspect('PUT', '/options', isLimited ? realRate : { ...realRate, throttlePerMinute: null });
    },
    addLateProfile: async (tenant, position) => {
      const added = lateProfilesOf(tenant).slice(position, position + 1);
      await inspect('POST', `/profiles?tenant=${tenant}`, added);
    },
    books: async (tenant) => {
      const booked: Booked[] = [];
      for (const action of nature.actions)
        for (const row of (await inspect('GET', `/${action}?tenant=${tenant}`)) as unknown[])
          booked.push(kindOf(action).read(row));
      return { tenant, booked };
    },
    calls: async () => (await inspect('GET', '/requests')) as Call[],
    stop: async () => {
      await server.stop();
    },
  };
}

/** Of all calls. What a sabotage does shows after many unknown outcomes, and that of the fence without any other fault. */
const shareFaulty = { none: 0.03, fencing: 0, courier: 0.03, lookup: 0.1, unconfirmed: 0.2 };

function usualFaults(sabotage: Sabotage | undefined): FaultRule[] {
  const share = shareFaulty[sabotage ?? 'none'];
  return share === 0 ? [] : everything(share, { hangMs });
}

function urlIn({ lines }: RunningProcess): string {
  const url = /\((http:[^)]+)\)/.exec(lines.join('\n'))?.[1];
  if (url === undefined) throw new Error('the sandbox did not say where it listens');
  return url;
}
