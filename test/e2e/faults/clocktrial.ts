/** A trial of the gateway in the test's own process, whose control plane lives by a clock that the test sets. */
import { expect } from 'chai';
import { FakeClock } from '../../sources/kubernetes/fakeclock.ts';
import type { Line } from '../../sources/kubernetes/harness.ts';
import { startApiProxy } from '../apiproxy.ts';
import { eventually } from '../time.ts';
import { countListeners } from './census.ts';
import { startHere, type Here, type HereOptions } from './here.ts';
import { portOf, socketsTo } from './sockets.ts';
import { followed } from './spoil.ts';
import type { Stage } from './stage.ts';
import { usual, type Trial } from './trial.ts';

export type ClockTrial = Trial & {
  readonly clock: FakeClock;
  /** What was logged so far. */
  readonly lines: readonly Line[];
  /** Names of OmneoTenants whose handler throws. */
  readonly cursed: Set<string>;
  /** Lets this time pass in one moment in which nothing is under way; resolves when nothing is again. */
  readonly pass: (ms: number) => Promise<void>;
  /** Ends the gateway alone. */
  readonly end: () => Promise<void>;
};

type Parts = Pick<ClockTrial, 'stage' | 'proxy' | 'clock' | 'cursed'> & {
  readonly here: Here;
  readonly listeners: ReturnType<typeof countListeners>;
};

/** How much time passes with every question, unless the test lets more of it pass. */
const stepMs = 50;

/** Starts a gateway that serves the tenants of a cluster through a proxy. */
export async function startClockTrial(
  stage: Stage,
  options: Pick<HereOptions, 'leaderTimes'> = {},
): Promise<ClockTrial> {
  const [clock, cursed, listeners] = [new FakeClock(), new Set<string>(), countListeners()];
  const proxy = await startApiProxy(stage.cluster);
  const kubeconfig = await proxy.kubeconfig(stage.kubeconfig);
  const here = await startHere({ kubeconfig, clock, handling: throwFor(cursed), ...options });
  const trial = trialOf({ stage, proxy, here, clock, cursed, listeners });
  try {
    await trial.until('the gateway is ready', () => trial.gateway.isReady());
    await trial.pass(0);
  } catch (error) {
    await trial.stop();
    throw error;
  }
  return trial;
}

function trialOf({ stage, proxy, here, clock, cursed, listeners }: Parts): ClockTrial {
  const { gateway, lines } = here;
  const time = timeOf(clock, () => followed.every((resource) => proxy.openWatches(resource) === 1));
  const sockets = (): Promise<number> => socketsTo(portOf(proxy.url));
  const end = once(() => here.stop());
  return {
    ...{ stage, proxy, gateway, lines, clock, cursed, end, before: {}, idle: 0, otherTimers: 0, ...time },
    held: async () => ({ timers: clock.timers, listeners: listeners.count(), sockets: await sockets() }),
    async stop() {
      await end();
      listeners.end();
      await proxy.close();
      expect(clock.timers, 'timers after the end').to.equal(0);
    },
  };
}

function timeOf(clock: FakeClock, isWatching: () => boolean): Pick<ClockTrial, 'until' | 'pass'> {
  const isQuiet = (): boolean => clock.timers === usual.timers && isWatching();
  const until: Trial['until'] = async (what, isTrue) => {
    const ask = (): Promise<boolean> | boolean => {
      clock.advance(stepMs);
      return isTrue();
    };
    await eventually(what, ask, { timeoutMs: 30_000, everyMs: 5 });
  };
  const pass = async (ms: number): Promise<void> => {
    await until('it is quiet', isQuiet);
    clock.advance(ms);
    await clock.settle();
    await until('it is quiet again', isQuiet);
  };
  return { until, pass };
}

function once(run: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= run());
}

function throwFor(cursed: ReadonlySet<string>): (tenant: unknown) => void {
  return (tenant) => {
    const { metadata } = tenant as { metadata: { name: string } };
    if (cursed.has(metadata.name)) throw new Error('cursed');
  };
}
