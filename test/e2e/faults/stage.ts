/** What the trials of one file share: a cluster that knows the gateway, and an Omneo. */
import { startSandbox, type Sandbox } from '../../../sandbox/omneo.ts';
import { sample } from '../../../sandbox/sample.ts';
import { startCluster, type Cluster } from '../cluster.ts';
import { apply, install } from '../gateway.ts';

export type Stage = {
  readonly cluster: Cluster;
  readonly sandbox: Sandbox;
  /** Of the gateway's ServiceAccount, straight to the API server. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
};

/** Where the tenants live. */
export const namespace = 'loyalty';

/** Starts a cluster and an Omneo; the gateway has its rules, and there is no tenant. */
export async function startStage(): Promise<Stage> {
  const cluster = await startCluster();
  const sandbox = await startSandbox({ tenants: sample });
  const stop = async (): Promise<void> => {
    await sandbox.close();
    await cluster.stop();
  };
  try {
    return { cluster, sandbox, kubeconfig: await furnish(cluster), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** What a new or an emptied cluster needs before a gateway follows it; resolves with the gateway's kubeconfig. */
export async function furnish(cluster: Cluster): Promise<string> {
  const { kubeconfig } = await install(cluster);
  await apply(cluster, [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
  return kubeconfig;
}
