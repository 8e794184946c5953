/** A run, planned from its seed alone. */
import { seededRandom } from '../../sandbox/random.ts';
import { type Injection, intoBurst, planInjections, replicas } from './injections.ts';
import type { Sabotage } from './options.ts';
import { type Times, briefTimes, longestDay, usualTimes } from './times.ts';
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

/** Plans webhooks and faults; faults go on a while after the last webhook became due. */
export function planRun({ webhooks: count, seed, minutes, sabotage }: Options): Plan {
  const times = sabotage === undefined ? usualTimes : briefTimes;
  const endMs = minutes * 60_000 - reserveMs;
  const arrivalsMs = Math.max(20_000, endMs - longestDay(times) - times.apart);
  const webhooks = planWebhooks({ count, seed, arrivalsMs });
  const forMs = arrivalsMs + 10_000;
  const injections =
    sabotage === 'fencing' ? planPauses(seed, forMs, times) : planInjections({ seed, forMs, times });
  return { times, webhooks, injections, arrivalsMs, endMs };
}

/** Nothing but replicas that are paused in the middle of their work, until others have issued it. */
function planPauses(seed: number, forMs: number, times: Times): Injection[] {
  const random = seededRandom(seed);
  const planned: Injection[] = [];
  for (let at = burstEveryMs; at < forMs; at += burstEveryMs) {
    const slot = planned.length % replicas;
    const pauseMs = times.lease + times.settleWindow + 5_000;
    planned.push({ at: Math.round(intoBurst(at, random)), forMs: pauseMs, what: { kind: 'pause', slot } });
  }
  return planned;
}
