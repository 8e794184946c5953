/** A cluster with nodes, and an Omneo: all that a release of the chart needs. */
import { startSandbox, type Sandbox } from '../../../sandbox/omneo.ts';
import { sample } from '../../../sandbox/sample.ts';
import { helm, type Values } from '../chart.ts';
import { startCluster, type Cluster } from '../cluster.ts';
import { openApi, type Api } from './api.ts';
import { Balancer } from './balancer.ts';
import type { Lookup } from './environment.ts';
import { Network } from './network.ts';
import { startNodes, type Nodes } from './node.ts';

export type World = {
  readonly cluster: Cluster;
  readonly sandbox: Sandbox;
  readonly api: Api;
  /** What kubectl printed; an Error if it failed. */
  kubectl(...args: string[]): Promise<string>;
  /** What helm printed; an Error if it failed. Values come by `--values=-`. */
  helm(args: readonly string[], values?: Values): Promise<string>;
  /** Where a Service is reached: a port of the loopback interface. */
  reach: Lookup;
  readonly runOf: Nodes['runOf'];
  stop(): Promise<void>;
};

/** What a loopback Omneo needs, which stands in for one on the internet. */
const env = { ALLOW_INSECURE_UPSTREAM: 'true' };

/** Starts all of it with nodes of these names; a failed start leaves nothing behind. */
export async function startWorld(...nodes: string[]): Promise<World> {
  const endings: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    const ended: PromiseSettledResult<unknown>[] = [];
    for (const end of endings.splice(0).reverse()) ended.push(...(await Promise.allSettled([end()])));
    const failed = ended.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
    if (failed.length > 0) throw new AggregateError(failed, failed.map(String).join('\n'));
  };
  try {
    const cluster = await startCluster({ controllers: true });
    endings.push(() => cluster.stop());
    const sandbox = await startSandbox({ tenants: sample });
    endings.push(() => sandbox.close());
    const api = await openApi(cluster);
    endings.push(() => api.close());
    const network = new Network();
    const services = new Map<string, Promise<Balancer>>();
    endings.push(async () => {
      for (const balancer of services.values()) await (await balancer).close();
    });
    const reach: Lookup = async (namespace, service, port) => {
      const name = `${namespace}/${service}:${port}`;
      const balancer = services.get(name) ?? Balancer.start({ api, network }, { namespace, service, port });
      services.set(name, balancer);
      return (await balancer).port;
    };
    const running = await startNodes({ api, cluster, network, lookup: reach, names: nodes, env });
    endings.push(() => running.stop());
    return { cluster, sandbox, api, reach, runOf: running.runOf, stop, ...commands(cluster) };
  } catch (error) {
    await stop();
    throw error;
  }
}

function commands(cluster: Cluster): Pick<World, 'kubectl' | 'helm'> {
  return {
    async kubectl(...args) {
      const { stdout, stderr, code } = await cluster.kubectl(args);
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
    async helm(args, values = {}) {
      const options = { values, home: cluster.folder, kubeconfig: cluster.adminKubeconfig };
      const { stdout, stderr, code } = await helm(args, options);
      if (code !== 0) throw new Error(`helm ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
  };
}
