/** A real kube-controller-manager: Deployments make Pods, garbage is collected. No kubelet runs what it makes. */
import { join } from 'node:path';
import { startProcess, type RunningProcess } from '../process.ts';
import { tool } from '../tools/tool.ts';
import type { ClusterFiles } from './files.ts';

/** Starts the controllers as the admin of the given kubeconfig. */
export async function startControllers(files: ClusterFiles, kubeconfig: string): Promise<RunningProcess> {
  return startProcess({
    command: await tool('kube-controller-manager'),
    args: [
      `--kubeconfig=${kubeconfig}`,
      '--leader-elect=false',
      // No port: nobody asks it for its health.
      '--secure-port=0',
      `--service-account-private-key-file=${files.privateKey}`,
      `--root-ca-file=${files.ca}`,
      // Fifteen seconds otherwise, from a change of an autoscaler to what it does.
      '--horizontal-pod-autoscaler-sync-period=1s',
      '--kube-api-qps=200',
      '--kube-api-burst=400',
    ],
    ready: /Proceeding to collect garbage/,
    log: join(files.folder, 'kube-controller-manager.log'),
  });
}
