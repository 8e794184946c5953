/** Plans what goes wrong, and when. */
import { type Random, seededRandom } from '../../sandbox/random.ts';
import { between, pick, whole } from './draw.ts';
import { type LedgerKind, replicasOn } from './ledgerserver.ts';
import type { Mode } from './mode.ts';
import { lateProfilesOf, tenants } from './people.ts';
import type { Times } from './times.ts';
import { burstEveryMs } from './webhooks.ts';

export type LinkName = 'caller' | 'ledger' | 'omneo';
export type LinkFault = 'cut' | 'reset' | 'stall' | 'stallDown' | 'slow';
const omneoFaults = ['throttle', 'errors', 'ambiguous', 'refusals', 'late', 'late profiles'] as const;
export type OmneoFault = (typeof omneoFaults)[number];

/** What goes wrong. `forMs` is how long, for those that have a length. */
export type What =
  | Readonly<{ kind: 'kill' | 'pause'; slot: number }>
  | Readonly<{ kind: 'roll' }>
  | Readonly<{ kind: 'ledger freeze' | 'ledger kill' | 'ledger restart' | 'ledger sever' }>
  | Readonly<{ kind: 'link'; link: LinkName; fault: LinkFault; slot: number }>
  | Readonly<{ kind: 'omneo'; fault: OmneoFault }>
  | Readonly<{ kind: 'rate limit' }>
  | Readonly<{ kind: 'suspend'; tenant: string }>
  | Readonly<{ kind: 'profile'; tenant: string; position: number }>;

export type Injection = Readonly<{ at: number; forMs: number; what: What }>;

type Nature = Readonly<{ times: Times; ledger: LedgerKind; mode: Mode }>;
type Draw = (random: Random, nature: Nature) => Omit<Injection, 'at'>;
type Lane = Readonly<{
  gapMs: readonly [least: number, most: number];
  draw: Draw;
  /** It strikes what a ledger in a file has not: a server, and links to it. */
  ofServer?: true;
  /** It is for what durable delivery takes care of. */
  ofDurable?: true;
}>;

const slotOf = (random: Random, { ledger }: Nature) => whole(random, replicasOn(ledger));

/** A pause is short, or longer than the lease of whatever was claimed before it. */
function drawPause(random: Random, nature: Nature): Omit<Injection, 'at'> {
  const { lease } = nature.times;
  const forMs = random() < 0.4 ? between(random, 300, 2_500) : lease + between(random, 300, 4_000);
  return { forMs, what: { kind: 'pause', slot: slotOf(random, nature) } };
}

const drawReplica: Draw = (random, nature) => {
  const chance = random();
  if (chance < 0.5)
    return { forMs: between(random, 0, 3_000), what: { kind: 'kill', slot: slotOf(random, nature) } };
  return chance < 0.9 ? drawPause(random, nature) : { forMs: 0, what: { kind: 'roll' } };
};

const drawFreeze: Draw = (random) => ({
  forMs: between(random, 200, 2_500),
  what: { kind: 'ledger freeze' },
});

const drawRestart: Draw = (random) => ({
  forMs: between(random, 200, 2_500),
  what: { kind: pick(random, ['ledger kill', 'ledger restart', 'ledger sever']) },
});

const drawOmneo: Draw = (random) => ({
  forMs: between(random, 500, 2_500),
  what: { kind: 'omneo', fault: pick(random, omneoFaults) },
});

const drawRateLimit: Draw = (random) => ({
  forMs: between(random, 8_000, 16_000),
  what: { kind: 'rate limit' },
});

const drawSuspension: Draw = (random) => ({
  forMs: between(random, 1_500, 6_000),
  what: { kind: 'suspend', tenant: pick(random, tenants) },
});

const drawLink =
  (link: LinkName): Draw =>
  (random, nature) => {
    const fault = pick(random, ['cut', 'reset', 'stall', 'stallDown', 'slow'] as const);
    const forMs = fault === 'reset' ? 0 : between(random, 200, nature.times.longestStall);
    return { forMs, what: { kind: 'link', link, fault, slot: slotOf(random, nature) } };
  };

/** Each lane has one fault at a time; the lanes run side by side. */
const lanes: readonly Lane[] = [
  { gapMs: [2_000, 7_000], draw: drawReplica },
  { gapMs: [10_000, 30_000], draw: drawFreeze, ofServer: true },
  { gapMs: [10_000, 30_000], draw: drawRestart, ofServer: true },
  { gapMs: [4_000, 12_000], draw: drawOmneo },
  { gapMs: [1_000, 4_000], draw: drawLink('caller') },
  { gapMs: [2_000, 8_000], draw: drawLink('ledger'), ofServer: true },
  { gapMs: [1_000, 5_000], draw: drawLink('omneo') },
  { gapMs: [3_000, 15_000], draw: drawRateLimit, ofDurable: true },
  { gapMs: [5_000, 20_000], draw: drawSuspension, ofDurable: true },
];

/**
 * Storms and lulls take turns: Klaviyo's day is long enough for something to be in order now and then. Without
 * lulls a webhook would sometimes meet nothing but faults 18 times, and be given up on by right.
 */
const stormMs = 45_000;
const cycleMs = 75_000;

type InjectionOptions = Nature & Readonly<{ seed: number; forMs: number }>;

/** What goes wrong in a usual run, in order. */
export function planInjections({ seed, ...options }: InjectionOptions): Injection[] {
  return lanes
    .filter(({ ofServer }) => !ofServer || options.ledger !== 'sqlite')
    .filter(({ ofDurable }) => !ofDurable || options.mode === 'durable')
    .flatMap((lane, position) => planLane(lane, { ...options, seed: seed + 7919 * (position + 1) }))
    .sort((a, b) => a.at - b.at);
}

/** Profiles that reach Omneo after webhooks for them did: one after the other while webhooks arrive. */
export function planLateProfiles(arrivalsMs: number): Injection[] {
  return tenants.flatMap((tenant) =>
    lateProfilesOf(tenant).map((_, position, { length }) => ({
      at: Math.round((arrivalsMs * (position + 1)) / (length + 1)),
      forMs: 0,
      what: { kind: 'profile', tenant, position } as const,
    })),
  );
}

function planLane({ gapMs, draw }: Lane, { seed, forMs, ...nature }: InjectionOptions): Injection[] {
  const random = seededRandom(seed);
  const planned: Injection[] = [];
  for (let at = between(random, ...gapMs); at < forMs; at += between(random, ...gapMs)) {
    // A replica is hit best when it has its hands full.
    if (random() < 0.4) at = afterNextBurst(at, random);
    if (at % cycleMs > stormMs) at = nextCycle(at) + between(random, 0, gapMs[0]);
    const drawn = draw(random, nature);
    planned.push({ at: Math.round(at), ...drawn, forMs: Math.round(drawn.forMs) });
    at += drawn.forMs;
  }
  return planned;
}

const nextCycle = (at: number): number => Math.ceil(at / cycleMs) * cycleMs;

/** A moment shortly after webhooks came in a burst. */
function afterNextBurst(at: number, random: Random): number {
  return Math.ceil(at / burstEveryMs) * burstEveryMs + between(random, 10, 250);
}
