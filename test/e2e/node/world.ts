/** A cluster with nodes, a Redis and an Omneo: all that a release of the chart needs. */
import { startSandbox, type Sandbox } from '../../../sandbox/omneo.ts';
import { sample } from '../../../sandbox/sample.ts';
import { helm, type Values } from '../chart.ts';
import { startCluster, type Cluster } from '../cluster.ts';
import { onFreePort } from '../ports.ts';
import { startProcess, type RunningProcess } from '../process.ts';
import { tool } from '../tools/tool.ts';
import { openApi, type Api } from './api.ts';
import { Balancer } from './balancer.ts';
import type { Lookup } from './environment.ts';
import { Network } from './network.ts';
import { startNodes } from './node.ts';

export type World = {
  readonly cluster: Cluster;
  readonly sandbox: Sandbox;
  readonly redisURL: string;
  readonly api: Api;
  /** What kubectl printed; an Error if it failed. */
  kubectl(...args: string[]): Promise<string>;
  /** What helm printed; an Error if it failed. Values come by `--values=-`. */
  helm(args: readonly string[], values?: Values): Promise<string>;
  /** Where a Service is reached: a port of the loopback interface. */
  reach: Lookup;
  stop(): Promise<void>;
};

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
    const redis = await startRedis(cluster.folder);
    endings.push(() => redis.server.stop());
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
    const running = await startNodes({ api, cluster, network, lookup: reach, names: nodes });
    endings.push(() => running.stop());
    return { cluster, sandbox, redisURL: redis.url, api, reach, stop, ...commands(cluster) };
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

async function startRedis(folder: string): Promise<{ server: RunningProcess; url: string }> {
  const command = await tool('redis-server');
  return onFreePort(async (port) => {
    const settings = { port, dir: folder, bind: '127.0.0.1', save: '', 'maxmemory-policy': 'noeviction' };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const ready = /Ready to accept connections/;
    const server = await startProcess({ command, args, ready, log: `${folder}/redis.log` });
    return { server, url: `redis://127.0.0.1:${port}` };
  });
}
