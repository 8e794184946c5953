/** Kubeconfig files, written as JSON, which is YAML too. */
import { readFile, writeFile } from 'node:fs/promises';
import { parse } from 'yaml';

export type Access = { readonly server: string; readonly caFile: string; readonly token: string };

/** Writes a kubeconfig for one server and one bearer token. */
export async function writeKubeconfig(path: string, { server, caFile, token }: Access): Promise<void> {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'e2e', cluster: { server, 'certificate-authority': caFile } }],
    users: [{ name: 'e2e', user: { token } }],
    contexts: [{ name: 'e2e', context: { cluster: 'e2e', user: 'e2e' } }],
    'current-context': 'e2e',
  };
  await writeFile(path, JSON.stringify(config, null, 2), { mode: 0o600 });
}

/** Writes a copy of a kubeconfig that leads somewhere else, such as to a proxy, as the same user. */
export async function redirectKubeconfig(
  from: string,
  to: string,
  { server, caFile }: { server: string; caFile?: string },
): Promise<void> {
  const access = parseAccess(await readFile(from, 'utf8'));
  await writeKubeconfig(to, { ...access, server, ...(caFile && { caFile }) });
}

// The counterpart of writeKubeconfig: it reads what that wrote, not every kubeconfig there is.
function parseAccess(text: string): Access {
  const config = parse(text) as {
    clusters: [{ cluster: { server: string; 'certificate-authority': string } }];
    users: [{ user: { token: string } }];
  };
  const { cluster } = config.clusters[0];
  return {
    server: cluster.server,
    caFile: cluster['certificate-authority'],
    token: config.users[0].user.token,
  };
}
