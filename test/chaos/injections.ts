/** Plans what goes wrong, and when. */
import { type Random, seededRandom } from '../../sandbox/random.ts';
import { between, pick, whole } from './draw.ts';
import type { Times } from './times.ts';
import { burstEveryMs } from './webhooks.ts';

export const replicas = 3;

export type LinkName = 'caller' | 'ledger' | 'omneo';
export type LinkFault = 'cut' | 'reset' | 'stall' | 'stallDown' | 'slow';
const omneoFaults = ['throttle', 'errors', 'ambiguous', 'refusals', 'late', 'late profiles'] as const;
export type OmneoFault = (typeof omneoFaults)[number];

/** What goes wrong. `forMs` is how long, for those that have a length. */
export type What =
  | Readonly<{ kind: 'kill' | 'pause'; slot: number }>
  | Readonly<{ kind: 'roll' }>
  | Readonly<{ kind: 'redis freeze' | 'redis kill' | 'redis restart' | 'redis wipe' }>
  | Readonly<{ kind: 'link'; link: LinkName; fault: LinkFault; slot: number }>
  | Readonly<{ kind: 'omneo'; fault: OmneoFault }>;

export type Injection = Readonly<{ at: number; forMs: number; what: What }>;

type Draw = (random: Random, times: Times) => Omit<Injection, 'at'>;
type Lane = Readonly<{
  gapMs: readonly [least: number, most: number];
  draw: Draw;
  /** Nothing begins later than this in a storm. */
  untilMs?: number;
}>;

const slotOf = (random: Random) => whole(random, replicas);

/** A pause is short, or longer than the lease of whatever was claimed before it. */
function drawPause(random: Random, { lease }: Times): Omit<Injection, 'at'> {
  const forMs = random() < 0.4 ? between(random, 300, 2_500) : lease + between(random, 300, 4_000);
  return { forMs, what: { kind: 'pause', slot: slotOf(random) } };
}

const drawReplica: Draw = (random, times) => {
  const chance = random();
  if (chance < 0.5) return { forMs: between(random, 0, 3_000), what: { kind: 'kill', slot: slotOf(random) } };
  return chance < 0.9 ? drawPause(random, times) : { forMs: 0, what: { kind: 'roll' } };
};

const drawFreeze: Draw = (random) => ({
  forMs: between(random, 200, 2_500),
  what: { kind: 'redis freeze' },
});

const drawRestart: Draw = (random) => ({
  forMs: between(random, 200, 2_500),
  what: { kind: pick(random, ['redis kill', 'redis kill', 'redis restart', 'redis restart', 'redis wipe']) },
});

const drawOmneo: Draw = (random) => ({
  forMs: between(random, 500, 2_500),
  what: { kind: 'omneo', fault: pick(random, omneoFaults) },
});

const drawLink =
  (link: LinkName): Draw =>
  (random, { longestStall }) => {
    const fault = pick(random, ['cut', 'reset', 'stall', 'stallDown', 'slow'] as const);
    const forMs = fault === 'reset' ? 0 : between(random, 200, longestStall);
    return { forMs, what: { kind: 'link', link, fault, slot: slotOf(random) } };
  };

/** Each lane has one fault at a time; the lanes run side by side. */
const lanes: readonly Lane[] = [
  { gapMs: [2_000, 7_000], draw: drawReplica },
  { gapMs: [10_000, 30_000], draw: drawFreeze },
  // After each of these the ledger is quiet for a lease and a settle window.
  { gapMs: [20_000, 40_000], draw: drawRestart, untilMs: 30_000 },
  { gapMs: [4_000, 12_000], draw: drawOmneo },
  { gapMs: [1_000, 4_000], draw: drawLink('caller') },
  { gapMs: [2_000, 8_000], draw: drawLink('ledger') },
  { gapMs: [1_000, 5_000], draw: drawLink('omneo') },
];

/**
 * Storms and lulls take turns: Klaviyo's day is long enough for something to be in order now and then. Without
 * lulls a webhook would sometimes meet nothing but faults 18 times, and be given up on by right.
 */
const stormMs = 45_000;
const cycleMs = 75_000;

type Options = Readonly<{ seed: number; forMs: number; times: Times }>;

/** What goes wrong in a usual run, in order. */
export function planInjections({ seed, forMs, times }: Options): Injection[] {
  return lanes
    .flatMap((lane, position) => planLane(lane, { seed: seed + 7919 * (position + 1), forMs, times }))
    .sort((a, b) => a.at - b.at);
}

function planLane({ gapMs, draw, untilMs = stormMs }: Lane, { seed, forMs, times }: Options): Injection[] {
  const random = seededRandom(seed);
  const planned: Injection[] = [];
  for (let at = between(random, ...gapMs); at < forMs; at += between(random, ...gapMs)) {
    // A replica is hit best when it has its hands full.
    if (random() < 0.4) at = afterNextBurst(at, random);
    if (at % cycleMs > untilMs) at = nextCycle(at) + between(random, 0, gapMs[0]);
    const drawn = draw(random, times);
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
