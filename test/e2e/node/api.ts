/** What a node asks of the Kubernetes API: objects as JSON, as admin. */
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'undici';
import { parse } from 'yaml';
import type { Cluster } from '../cluster.ts';

/** An answer of the API server that is no success. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export type Api = {
  get<T>(path: string): Promise<T>;
  /** Creates an object, or does what a subresource stands for. */
  post<T>(path: string, body: object): Promise<T>;
  /** A merge patch: lists are replaced. */
  patch(path: string, body: object): Promise<void>;
  delete(path: string, body: object): Promise<void>;
  close(): Promise<void>;
};

/** A client of a cluster with the rights of its admin. */
export async function openApi(cluster: Cluster): Promise<Api> {
  const { users } = parse(await readFile(cluster.adminKubeconfig, 'utf8')) as {
    users: [{ user: { token: string } }];
  };
  const ca = await readFile(cluster.caFile, 'utf8');
  const dispatcher = new Agent({ connect: { ca }, allowH2: false });
  const authorization = `Bearer ${users[0].user.token}`;
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const kind = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    const answer = await request(new URL(path, cluster.url), {
      dispatcher,
      method,
      headers: { authorization, accept: 'application/json', 'content-type': kind },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    if (answer.statusCode >= 300) {
      throw new ApiError(answer.statusCode, `${method} ${path}: ${answer.statusCode} ${text}`);
    }
    return JSON.parse(text);
  };
  return {
    get: async <T>(path: string) => (await ask('GET', path)) as T,
    post: async <T>(path: string, body: object) => (await ask('POST', path, body)) as T,
    async patch(path, body) {
      await ask('PATCH', path, body);
    },
    async delete(path, body) {
      await ask('DELETE', path, body);
    },
    close: () => dispatcher.close(),
  };
}

/** Resolves although the object is gone by now, which is how Pods end. */
export async function unlessGone(asked: Promise<void>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    if (!(error instanceof ApiError && (error.status === 404 || error.status === 409))) throw error;
  }
}
