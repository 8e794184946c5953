/** Nodes of a real cluster whose Pods are processes of this machine: scheduler and kubelet in one. */
import type { V1Node, V1NodeList, V1Pod, V1PodList } from '@kubernetes/client-node';
import type { Cluster } from '../cluster.ts';
import { unlessGone, type Api } from './api.ts';
import { provideVolumes } from './claims.ts';
import type { Lookup, Variables } from './environment.ts';
import type { Network } from './network.ts';
import { readPod, type Pod } from './pod.ts';
import { claimsIn, PodRun } from './podrun.ts';
import { heartbeat, register } from './registration.ts';
import { repeat } from './repeat.ts';

export type NodesOptions = {
  readonly api: Api;
  readonly cluster: Cluster;
  readonly network: Network;
  /** The port of the loopback interface on which a Service is reached. */
  readonly lookup: Lookup;
  readonly names: readonly string[];
  /** Laid over the variables of every container. */
  readonly env: Variables;
};

export type Nodes = {
  /** The run of a Pod; an Error if no node has it. */
  readonly runOf: (namespace: string, pod: string) => Pick<PodRun, 'crash' | 'pid'>;
  /** Ends every process; rejects with what the nodes could not do for a Pod, if there is something. */
  stop(): Promise<void>;
};

/** Registers the nodes and runs from now on whatever Pod there is. */
export async function startNodes({ names, ...options }: NodesOptions): Promise<Nodes> {
  const { api } = options;
  const failures: unknown[] = [];
  const around = { ...options, failed: (error: unknown) => void failures.push(error) };
  const runs = new Map<string, PodRun>();
  for (const name of names) await register(api, name);
  const beats = repeat(5000, async () => {
    for (const name of names) await heartbeat(api, name);
  });
  const turns = repeat(200, async () => {
    const pods = (await api.get<V1PodList>('/api/v1/pods')).items.map(readPod);
    await bindAll(pods, api);
    await provideVolumes(api, claimsIn(options.cluster));
    const present = new Set(pods.map(({ uid }) => uid));
    const gone = [...runs].filter(([uid]) => !present.has(uid));
    for (const [uid] of gone) runs.delete(uid);
    await Promise.all(gone.map(([, run]) => run.kill()));
    for (const pod of pods.filter(({ node }) => node !== undefined && names.includes(node))) {
      const run = runs.get(pod.uid);
      if (run === undefined && !pod.isOver && !pod.isDeleted) runs.set(pod.uid, new PodRun(pod, around));
      if (pod.isDeleted) run?.delete(pod);
    }
  });
  return {
    runOf(namespace, name) {
      const found = [...runs.values()].find((run) => run.is(namespace, name));
      if (!found) throw new Error(`no node runs ${namespace}/${name}`);
      return found;
    },
    async stop() {
      const loops = await Promise.allSettled([turns.stop(), beats.stop()]);
      await Promise.all([...runs.values()].map((run) => run.kill()));
      failures.push(...loops.flatMap((loop) => (loop.status === 'rejected' ? [loop.reason as unknown] : [])));
      if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'));
    },
  };
}

/** Gives each Pod that has none the node with the fewest Pods among those that are not cordoned. */
async function bindAll(pods: readonly Pod[], api: Api): Promise<void> {
  const waiting = pods.filter((pod) => pod.node === undefined && !pod.isDeleted);
  if (waiting.length === 0) return;
  const { items } = await api.get<V1NodeList>('/api/v1/nodes');
  const load = new Map(
    items
      .filter(({ spec }) => spec?.unschedulable !== true)
      .map((node) => [nameOf(node), pods.filter(({ node: on }) => on === nameOf(node)).length]),
  );
  for (const { name, namespace, path } of waiting) {
    const [[node, count] = []] = [...load].sort(([, one], [, other]) => one - other);
    if (node === undefined || count === undefined) return;
    load.set(node, count + 1);
    const target = { apiVersion: 'v1', kind: 'Node', name: node };
    const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace }, target };
    await unlessGone(api.post<undefined>(`${path}/binding`, binding));
  }
}

const nameOf = ({ metadata }: V1Node | V1Pod): string => metadata?.name ?? '';
