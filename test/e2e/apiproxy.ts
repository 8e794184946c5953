/** A proxy that speaks HTTPS to both sides of a Kubernetes API, so that tests can spoil what is said. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { selfSigned } from './apiproxy/certificate.ts';
import type { ApiRequest, Verb } from './apiproxy/request.ts';
import { ProxyServer, type Hooks } from './apiproxy/server.ts';
import { sendPieces, type Pieces } from './apiproxy/watch.ts';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { redirectKubeconfig } from './kubeconfig.ts';
import { onFreePort } from './ports.ts';

export { errorEvent, refusal, watchEvent, type Answer } from './apiproxy/faults.ts';
export type { ApiRequest, Verb } from './apiproxy/request.ts';
export type { Decision, Hooks } from './apiproxy/server.ts';
export type { Piece, Pieces } from './apiproxy/watch.ts';

export type ApiProxy = {
  readonly url: string;
  readonly caFile: string;
  /** Every request so far, oldest first. */
  readonly requests: readonly ApiRequest[];
  /** How often this was asked so far: `count('list', 'secrets')`. */
  count(verb: Verb, resource: string): number;
  /** How many watches of a resource are open. */
  openWatches(resource: string): number;
  /** Replaces all hooks, for requests and lines from now on; `use({})` forwards everything. */
  use(hooks: Hooks): void;
  /** Sends pieces of its own to every open watch of a resource. */
  send(resource: string, pieces: Pieces): void;
  /** A copy of a kubeconfig that leads here, as the same user. */
  kubeconfig(original: string): Promise<string>;
  close(): Promise<void>;
};

/** Starts a proxy in front of an API server, on a free port of the loopback interface. */
export async function startApiProxy(
  target: { readonly url: string; readonly caFile: string },
  hooks: Hooks = {},
): Promise<ApiProxy> {
  const folder = await temporaryFolder('apiproxy');
  try {
    const certificate = await selfSigned(folder.path);
    const upstream = { url: target.url, ca: await readFile(target.caFile, 'utf8') };
    return await onFreePort(async (port) => {
      const server = new ProxyServer({ certificate, upstream, port }, hooks);
      await server.listen();
      const access = { server: `https://127.0.0.1:${port}`, caFile: certificate.caFile };
      return handle(server, access, folder);
    });
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

function handle(
  server: ProxyServer,
  access: { readonly server: string; readonly caFile: string },
  folder: TemporaryFolder,
): ApiProxy {
  return {
    url: access.server,
    caFile: access.caFile,
    requests: server.requests,
    count: (verb, resource) =>
      server.requests.filter((request) => request.verb === verb && request.resource === resource).length,
    openWatches: (resource) => server.watchesOf(resource).length,
    use(hooks) {
      server.hooks = hooks;
    },
    send(resource, pieces) {
      for (const { response } of server.watchesOf(resource)) sendPieces(response, pieces);
    },
    async kubeconfig(original) {
      const path = join(folder.path, `${randomUUID()}.kubeconfig`);
      await redirectKubeconfig(original, path, access);
      return path;
    },
    async close() {
      try {
        await server.close();
      } finally {
        await folder.remove();
      }
    },
  };
}
