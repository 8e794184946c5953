/** The Kubernetes API as admin, for what is too much or too fast for a kubectl a call. */
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import type { Cluster } from './cluster.ts';
import type { Manifest } from './operatortenants.ts';

export type ApiAnswer = {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> & { readonly message?: string };
};

export type Api = {
  request(method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, call?: ApiCall): Promise<ApiAnswer>;
  /** Server-side apply, as `kubectl apply --server-side` does it. */
  apply(manifest: Manifest, query?: string): Promise<ApiAnswer>;
  remove(manifest: Manifest): Promise<ApiAnswer>;
  close(): Promise<void>;
};

type ApiCall = { readonly body?: unknown; readonly contentType?: string };

const places: Readonly<Record<string, string>> = {
  OmneoTenant: '/apis/omneo.io/v1alpha1/namespaces/NS/omneotenants/',
  Secret: '/api/v1/namespaces/NS/secrets/',
  Lease: '/apis/coordination.k8s.io/v1/namespaces/NS/leases/',
};

/** The path of an object. */
export function pathOf({ kind, metadata }: Manifest): string {
  const place = places[kind];
  if (!place) throw new Error(`no path is known for ${kind}`);
  return place.replace('NS', String(metadata['namespace'])) + String(metadata['name']);
}

/** A client with the token of the cluster's admin. */
export async function adminApi(cluster: Cluster): Promise<Api> {
  const config = JSON.parse(await readFile(cluster.adminKubeconfig, 'utf8')) as {
    users: [{ user: { token: string } }];
  };
  const dispatcher = new Agent({
    connect: { ca: await readFile(cluster.caFile) },
    connections: 16,
    allowH2: false,
  });
  const authorization = `Bearer ${config.users[0].user.token}`;
  const ask: Api['request'] = async (method, path, { body, contentType = 'application/json' } = {}) => {
    const { statusCode: status, body: answer } = await request(cluster.url + path, {
      method,
      dispatcher,
      headers: { authorization, accept: 'application/json', 'content-type': contentType },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status, body: (await answer.json()) as ApiAnswer['body'] };
  };
  return {
    request: ask,
    apply: (manifest, query = '') =>
      ask('PATCH', `${pathOf(manifest)}?fieldManager=kubectl&force=true${query}`, {
        body: manifest,
        contentType: 'application/apply-patch+yaml',
      }),
    remove: (manifest) => ask('DELETE', pathOf(manifest)),
    close: () => dispatcher.close(),
  };
}
