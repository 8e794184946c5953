/** A real Kubernetes API for a test: etcd, kube-apiserver, and on request kube-controller-manager. */
import { join } from 'node:path';
import { readAuditLog, type AuditEvent } from './cluster/audit.ts';
import { ControlPlane } from './cluster/controlplane.ts';
import { writeClusterFiles } from './cluster/files.ts';
import { temporaryFolder } from './folder.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import { run, type Outcome } from './run.ts';
import { tool } from './tools/tool.ts';

export type { AuditEvent } from './cluster/audit.ts';

export type ClusterOptions = {
  /** Run kube-controller-manager too: Deployments then make Pods, which stay Pending. */
  readonly controllers?: boolean;
};

export type Cluster = {
  readonly url: string;
  readonly caFile: string;
  /** A kubeconfig of the group system:masters. */
  readonly adminKubeconfig: string;
  /** Where everything lies, the logs of each component too; gone after stop(). */
  readonly folder: string;
  /** Runs kubectl as admin; a failure is an outcome, not an exception. */
  kubectl(args: readonly string[], options?: { input?: string }): Promise<Outcome>;
  /** A new kubeconfig with a token of an existing ServiceAccount. */
  serviceAccountKubeconfig(namespace: string, name: string): Promise<string>;
  auditEvents(): Promise<AuditEvent[]>;
  stopApiServer(): Promise<void>;
  /** On the port it had before, with all that etcd kept. */
  startApiServer(): Promise<void>;
  /** Empties etcd and restarts everything on the same ports; resource versions begin again. */
  wipe(): Promise<void>;
  /** Ends all processes and removes the folder. */
  stop(): Promise<void>;
};

/** Starts a cluster and resolves when it is ready; a failed start leaves nothing behind. */
export async function startCluster({ controllers = false }: ClusterOptions = {}): Promise<Cluster> {
  // Looked for once, since that asks each kubectl on PATH for its version.
  const program = await tool('kubectl');
  const folder = await temporaryFolder('cluster');
  const files = await writeClusterFiles(folder.path);
  const adminKubeconfig = join(folder.path, 'admin.kubeconfig');
  const plane = new ControlPlane({ files, kubeconfig: adminKubeconfig, controllers });
  const stop = async (): Promise<void> => {
    await plane.stop();
    await folder.remove();
  };
  const kubectl: Cluster['kubectl'] = (args, options) =>
    run(program, [`--kubeconfig=${adminKubeconfig}`, ...args], {
      ...options,
      // Its discovery cache goes into our folder: another cluster may have had the same port.
      env: { HOME: folder.path },
    });
  try {
    await plane.start();
    await writeKubeconfig(adminKubeconfig, { server: plane.url, caFile: files.ca, token: files.adminToken });
    await plane.startControllers();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: plane.url,
    caFile: files.ca,
    adminKubeconfig,
    folder: folder.path,
    kubectl,
    async serviceAccountKubeconfig(namespace, name) {
      const { stdout, stderr, code } = await kubectl(['create', 'token', name, '-n', namespace]);
      if (code !== 0) throw new Error(`no token for ${namespace}/${name}: ${stderr}`);
      const path = join(folder.path, `${namespace}.${name}.kubeconfig`);
      await writeKubeconfig(path, { server: plane.url, caFile: files.ca, token: stdout.trim() });
      return path;
    },
    auditEvents: () => readAuditLog(files.auditLog),
    stopApiServer: () => plane.stopApiServer(),
    startApiServer: () => plane.startApiServer(),
    wipe: () => plane.wipe(),
    stop,
  };
}
