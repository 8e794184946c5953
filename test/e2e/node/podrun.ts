/** The life of one Pod on our node, from its process's start to the end of its object. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { V1Probe } from '@kubernetes/client-node';
import type { Cluster } from '../cluster.ts';
import type { Exit } from '../process.ts';
import { unlessGone, type Api } from './api.ts';
import { startContainer, type Container } from './container.ts';
import { giveCredentials } from './credentials.ts';
import { environmentOf, type Lookup, type Variables } from './environment.ts';
import type { Network } from './network.ts';
import type { Pod } from './pod.ts';
import { followProbe } from './probe.ts';
import { pause } from './repeat.ts';
import { statusOf } from './status.ts';
import { followConfigMaps, mountVolumes } from './volumes.ts';

export type Surroundings = {
  readonly api: Api;
  readonly cluster: Cluster;
  readonly network: Network;
  readonly lookup: Lookup;
  /** Laid over the variables of every container: where what stands in for the outside differs from it. */
  readonly env: Variables;
  /** What could not be done for a Pod, and why. */
  readonly failed: (error: unknown) => void;
};

/** Where claims lie, which outlive their Pods. */
export function claimsIn(cluster: Pick<Cluster, 'folder'>): string {
  return join(cluster.folder, 'claims');
}

export class PodRun {
  readonly ended: Promise<void>;
  readonly #pod: Pod;
  readonly #around: Surroundings;
  readonly #address: string;
  readonly #since = new Date().toISOString();
  readonly #ending = new AbortController();
  #container: Container | undefined;
  #exit: Exit | undefined;
  #restarts = 0;
  #hasStarted = false;
  #isReady = false;
  #isOver = false;
  #reported: Promise<void> = Promise.resolve();

  /** Starts the Pod's process at once. */
  constructor(pod: Pod, around: Surroundings) {
    this.#pod = pod;
    this.#around = around;
    this.#address = around.network.newAddress();
    this.ended = this.#live().catch(around.failed);
  }

  /** The preStop pause, SIGTERM, and SIGKILL when the grace is over; again is no different from once. */
  delete(pod: Pod): void {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort();
    this.#terminate(pod).catch(this.#around.failed);
  }

  /** Whether this is the run of the Pod of that name. */
  is(namespace: string, name: string): boolean {
    return this.#pod.namespace === namespace && this.#pod.name === name;
  }

  /** Kills the process as `kill -9` does: the Pod goes on, with another one. */
  async crash(): Promise<void> {
    await this.#container?.stop(0);
  }

  /** The process's id, for whoever wants to look at it. */
  get pid(): number | undefined {
    return this.#container?.pid;
  }

  /** Ends the process at once: nobody asks for its Pod any more. */
  async kill(): Promise<void> {
    this.#ending.abort();
    await this.#container?.stop(0);
    await this.ended;
  }

  async #terminate(pod: Pod): Promise<void> {
    const deadline = performance.now() + pod.graceMs;
    const preStopMs = 1000 * (pod.container.lifecycle?.preStop?.sleep?.seconds ?? 0);
    await Promise.race([sleep(Math.min(preStopMs, pod.graceMs)), this.#container?.exited]);
    await this.#container?.stop(Math.max(0, deadline - performance.now()));
  }

  async #live(): Promise<void> {
    const { cluster, api, lookup, network } = this.#around;
    const folder = join(cluster.folder, 'pods', this.#pod.uid);
    await mkdir(folder, { recursive: true });
    const mounts = await mountVolumes(this.#pod, { api, folder, claims: claimsIn(cluster) });
    const own = Object.entries(await environmentOf(this.#pod, api, lookup));
    const env = {
      ...Object.fromEntries(own.map(([name, value]) => [name, mounts(value)])),
      ...(await giveCredentials(this.#pod, { api, cluster, folder })),
      ...this.#around.env,
    };
    const following = followConfigMaps(this.#pod, { api, folder }, this.#ending.signal);
    following.catch(this.#around.failed);
    while (!this.#ending.signal.aborted) {
      const parts = { pod: this.#pod, address: this.#address, network, env, mounts, folder };
      await this.#watch(await startContainer(parts));
      if (!this.#pod.restarts) break;
      // A kubelet waits ten seconds, and ever longer.
      await pause(1000, this.#ending.signal);
      this.#restarts++;
    }
    this.#isOver = true;
    this.#report();
    await this.#reported;
    if (this.#ending.signal.aborted) await this.#remove();
  }

  /** One process, from its start to its end. */
  async #watch(container: Container): Promise<void> {
    const probing = new AbortController();
    this.#container = container;
    this.#exit = undefined;
    if (this.#ending.signal.aborted) await container.stop(0);
    const probed = this.#probe(container, probing.signal);
    this.#report();
    this.#exit = await container.exited;
    probing.abort();
    await probed;
    this.#hasStarted = this.#isReady = false;
    this.#report();
  }

  async #probe(container: Container, signal: AbortSignal): Promise<void> {
    const { startupProbe, livenessProbe, readinessProbe } = this.#pod.container;
    const stopIfBad = (isHealthy: boolean): void => {
      if (!isHealthy && !this.#ending.signal.aborted) void container.stop(this.#pod.graceMs);
    };
    const follow = (probe: V1Probe, until: AbortSignal, verdict: (isHealthy: boolean) => void) =>
      followProbe(probe, container, { signal: AbortSignal.any([signal, until]), verdict });
    const started = new AbortController();
    if (startupProbe) {
      await follow(startupProbe, started.signal, (isHealthy) => {
        if (isHealthy) started.abort();
        stopIfBad(isHealthy);
      });
    }
    if (signal.aborted) return;
    this.#hasStarted = true;
    this.#isReady = !readinessProbe;
    this.#report();
    await Promise.all([
      livenessProbe && follow(livenessProbe, this.#ending.signal, stopIfBad),
      readinessProbe &&
        follow(readinessProbe, signal, (isReady) => {
          this.#isReady = isReady;
          this.#report();
        }),
    ]);
  }

  /** Writes the status as it is when its turn comes, one after the other. */
  #report(): void {
    const { api, failed } = this.#around;
    this.#reported = this.#reported
      .then(() => {
        const status = statusOf(this.#pod, {
          address: this.#address,
          since: this.#since,
          startedAt: this.#container?.startedAt,
          hasStarted: this.#hasStarted,
          isReady: this.#isReady,
          restarts: this.#restarts,
          exit: this.#exit,
          isOver: this.#isOver,
        });
        return unlessGone(
          api.patch(`${this.#pod.path}/status`, { metadata: { uid: this.#pod.uid }, status }),
        );
      })
      .catch(failed);
  }

  /** The end of the object, which a kubelet brings about once nothing of the Pod runs. */
  async #remove(): Promise<void> {
    const preconditions = { uid: this.#pod.uid };
    await unlessGone(this.#around.api.delete(this.#pod.path, { gracePeriodSeconds: 0, preconditions }));
  }
}
