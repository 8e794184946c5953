/** A cluster with gateways on it and an Omneo beside it, and what a platform engineer sees of them. */
import { startSandbox, type Sandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { samplesOf } from '../support/prometheus.ts';
import { startCluster, type Cluster } from './cluster.ts';
import { install, startReadyGateway, type Gateway, type Installed } from './gateway.ts';
import { eventually } from './time.ts';

export type World = {
  readonly cluster: Cluster;
  readonly sandbox: Sandbox;
  readonly installed: Installed;
  readonly gateways: Gateway[];
  /** The first of the gateways. */
  readonly gateway: Gateway;
  /** What kubectl printed; an Error if it failed. */
  kubectl(...args: string[]): Promise<string>;
  /** Starts one more gateway and resolves when it is ready. */
  startGateway(env?: Readonly<Record<string, string>>): Promise<Gateway>;
  /** The gateway that writes, once there is one. */
  leader(): Promise<Gateway>;
  stop(): Promise<void>;
};

export type WorldOptions = {
  /** How many gateways to start with; 1 if not given. */
  readonly replicas?: number;
  readonly watched?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** Starts all of it; a failed start leaves nothing behind. */
export async function startWorld({ replicas = 1, watched, env = {} }: WorldOptions = {}): Promise<World> {
  const cluster = await startCluster();
  const sandbox = await startSandbox({ tenants: sample });
  const gateways: Gateway[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await sandbox.close();
    await cluster.stop();
  };
  try {
    const installed = await install(cluster, watched);
    const world = handle({ cluster, sandbox, installed, gateways, env, stop });
    await Promise.all(Array.from({ length: replicas }, () => world.startGateway()));
    return world;
  } catch (error) {
    await stop();
    throw error;
  }
}

type Parts = Pick<World, 'cluster' | 'sandbox' | 'installed' | 'gateways' | 'stop'> & {
  readonly env: Readonly<Record<string, string>>;
};

function handle({ env, ...parts }: Parts): World {
  const { cluster, installed, gateways } = parts;
  return {
    ...parts,
    get gateway() {
      const [first] = gateways;
      if (!first) throw new Error('this world was started without a gateway');
      return first;
    },
    async kubectl(...args) {
      const { stdout, stderr, code } = await cluster.kubectl(args);
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
    async startGateway(more = {}) {
      const gateway = await startReadyGateway({
        kubeconfig: installed.kubeconfig,
        folder: cluster.folder,
        // What is never printed must not be printed at any level.
        env: { LOG_LEVEL: 'debug', ...env, ...more },
      });
      gateways.push(gateway);
      return gateway;
    },
    leader: () => eventually('one gateway leads', () => leaderOf(gateways), { timeoutMs: 30_000 }),
  };
}

/** The gateway among these that says that it leads, if one of them does. */
export async function leaderOf(gateways: readonly Gateway[]): Promise<Gateway | undefined> {
  const leading = await Promise.all(gateways.map(leads));
  return gateways.find((_, index) => leading[index]);
}

/** Whether this gateway says that it leads. */
export async function leads(gateway: Gateway): Promise<boolean> {
  return samplesOf(await gateway.metrics(), 'omneo_gateway_leader')[0]?.value === 1;
}
