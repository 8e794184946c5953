/** What a Pod finds under /var/run/secrets/kubernetes.io/serviceaccount, in a folder that a process can have. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuthenticationV1TokenRequest } from '@kubernetes/client-node';
import type { Cluster } from '../cluster.ts';
import type { Api } from './api.ts';
import type { Variables } from './environment.ts';
import type { Pod } from './pod.ts';

/**
 * Writes a token that is bound to the Pod, the CA and the namespace, and a kubeconfig that refers to them.
 * Resolves with the variable that leads there; a Pod without a token gets none.
 */
export async function giveCredentials(
  pod: Pod,
  { api, cluster, folder }: Readonly<{ api: Api; cluster: Cluster; folder: string }>,
): Promise<Variables> {
  if (pod.account === undefined) return {};
  const { status } = await api.post<AuthenticationV1TokenRequest>(
    `/api/v1/namespaces/${pod.namespace}/serviceaccounts/${pod.account}/token`,
    {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {
        expirationSeconds: 3607,
        boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: pod.name, uid: pod.uid },
      },
    },
  );
  if (status?.token === undefined) throw new Error(`no token for ${pod.name}`);
  const mount = join(folder, 'serviceaccount');
  await mkdir(mount, { recursive: true });
  await writeFile(join(mount, 'token'), status.token, { mode: 0o600 });
  await copyFile(cluster.caFile, join(mount, 'ca.crt'));
  await writeFile(join(mount, 'namespace'), pod.namespace);
  const kubeconfig = join(mount, 'kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(configOf(cluster.url, pod.namespace)));
  return { KUBECONFIG: kubeconfig };
}

function configOf(server: string, namespace: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'here', cluster: { server, 'certificate-authority': 'ca.crt' } }],
    users: [{ name: 'pod', user: { tokenFile: 'token' } }],
    contexts: [{ name: 'here', context: { cluster: 'here', user: 'pod', namespace } }],
    'current-context': 'here',
  };
}
