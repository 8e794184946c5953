/** A real kube-apiserver on the loopback interface. */
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { startProcess, type RunningProcess } from '../process.ts';
import { eventually } from '../time.ts';
import { tool } from '../tools/tool.ts';
import type { ClusterFiles } from './files.ts';

export type ApiServerOptions = {
  readonly port: number;
  readonly etcdPort: number;
  readonly files: ClusterFiles;
  /** Whether kube-controller-manager runs beside it and makes the ServiceAccounts that Pods are admitted with. */
  readonly controllers: boolean;
};

/** Starts the API server and resolves when it says that it is ready, its RBAC bootstrap included. */
export async function startApiServer(options: ApiServerOptions): Promise<RunningProcess> {
  const server = await startProcess({
    command: await tool('kube-apiserver'),
    args: flags(options),
    log: join(options.files.folder, 'kube-apiserver.log'),
  });
  try {
    await Promise.race([ready(options), endedEarly(server)]);
  } catch (error) {
    await server.stop({ graceMs: 0 });
    throw error;
  }
  return server;
}

function flags({ port, etcdPort, files, controllers }: ApiServerOptions): string[] {
  const issuer = 'https://kubernetes.default.svc.cluster.local';
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    // Its endpoint would be a loopback address, which an Endpoints object must not hold.
    '--endpoint-reconciler-type=none',
    `--secure-port=${port}`,
    `--cert-dir=${files.certificates}`,
    '--service-cluster-ip-range=10.0.0.0/24',
    '--authorization-mode=RBAC',
    `--token-auth-file=${files.tokens}`,
    `--service-account-issuer=${issuer}`,
    `--service-account-signing-key-file=${files.privateKey}`,
    `--service-account-key-file=${files.publicKey}`,
    `--audit-policy-file=${files.auditPolicy}`,
    `--audit-log-path=${files.auditLog}`,
    // An event is in the file before its request is over, so that a test finds what it just did.
    '--audit-log-mode=blocking',
    ...(controllers ? [] : ['--disable-admission-plugins=ServiceAccount']),
  ];
}

async function ready({ port, files }: ApiServerOptions): Promise<void> {
  await eventually(
    `kube-apiserver is ready on port ${port}`,
    async () => {
      // The server makes its certificates when it starts for the first time.
      const ca = await readFile(files.served, 'utf8');
      return (await status(`https://127.0.0.1:${port}/readyz`, ca, files.adminToken)) === 200;
    },
    { timeoutMs: 60_000, everyMs: 100 },
  );
  const [, authority = ''] = (await readFile(files.served, 'utf8')).split(/(?<=-----END CERTIFICATE-----\n)/);
  await writeFile(files.ca, authority);
}

function status(url: string, ca: string, token: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}` };
    request(url, { ca, headers, agent: false, timeout: 5000 }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('timeout', () => {
        reject(new Error(`${url} did not answer`));
      })
      .on('error', reject)
      .end();
  });
}

async function endedEarly(server: RunningProcess): Promise<never> {
  const { code, signal } = await server.exited;
  throw new Error(
    `kube-apiserver ended with ${code ?? signal ?? 'nothing'}\n${server.lines.slice(-20).join('\n')}`,
  );
}
