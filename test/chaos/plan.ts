/** A run, planned from its seed alone. */
import { seededRandom } from '../../sandbox/random.ts';
import { between, whole } from './draw.ts';
import { type Injection, planInjections, replicas } from './injections.ts';
import type { Sabotage } from './options.ts';
import { type Times, briefTimes, settlingMs, usualTimes } from './times.ts';
import type { Webhook } from './webhook.ts';
import { burstEveryMs, planWebhooks } from './webhooks.ts';

export type Plan = Readonly<{
  times: Times;
  webhooks: readonly Webhook[];
  injections: readonly Injection[];
  /** When the last webhook becomes due, in milliseconds from the start. */
  arrivalsMs: number;
  /** When the run is ended, finished or not. */
  endMs: number;
}>;

type Options = Readonly<{ webhooks: number; seed: number; minutes: number; sabotage?: Sabotage | undefined }>;

/** Starting, ending and reading the books take time too. */
const reserveMs = 20_000;
/** Faults go on for so long after the last webhook became due. */
const faultsAfterMs = 15_000;

/** Plans webhooks and faults, and time for all to settle. */
export function planRun({ webhooks: count, seed, minutes, sabotage }: Options): Plan {
  const times = sabotage === undefined ? usualTimes : briefTimes;
  const endMs = minutes * 60_000 - reserveMs;
  const arrivalsMs = Math.max(20_000, endMs - settlingMs(times) - faultsAfterMs);
  const webhooks = planWebhooks({ count, seed, arrivalsMs });
  const forMs = arrivalsMs + faultsAfterMs;
  const injections =
    sabotage === 'fencing' ? planPauses(seed, forMs, times) : planInjections({ seed, forMs, times });
  return { times, webhooks, injections, arrivalsMs, endMs };
}

/** Nothing but replicas that are paused between claim and create, until others have issued what they claimed. */
function planPauses(seed: number, forMs: number, times: Times): Injection[] {
  const random = seededRandom(seed);
  const pauseMs = times.lease + times.settleWindow + 5_000;
  const planned: Injection[] = [];
  for (let burst = burstEveryMs; burst < forMs; burst += burstEveryMs) {
    const slot = whole(random, replicas);
    const at = Math.round(burst + between(random, 50, 150));
    planned.push({ at: burst - 500, forMs: 2_000, what: { kind: 'omneo', fault: 'late profiles' } });
    planned.push({ at, forMs: pauseMs, what: { kind: 'pause', slot } });
  }
  return planned;
}
