/** Those who call the console of a gateway on a real API server, and what they call. */
import { Agent, request } from 'undici';
import { operatorRules, type Rule, viewerRules } from '../../src/sources/kubernetes/api/rules.ts';
import type { Cluster } from './cluster.ts';
import { apply, type Manifest } from './operatortenants.ts';

export type ConsoleReply = Readonly<{ status: number; json: Record<string, unknown> }>;

/** Calls with these credentials. */
export type Caller = (method: 'GET' | 'POST', path: string, body?: object) => Promise<ConsoleReply>;

const rbac = 'rbac.authorization.k8s.io';
const home = 'people';

type Grant = Readonly<{ user: string; role: 'viewer' | 'operator'; namespace?: string }>;

/** Makes the roles of the chart, these ServiceAccounts, and their bindings: everywhere, or in one namespace. */
export async function grantConsole(
  cluster: Cluster,
  users: readonly string[],
  grants: readonly Grant[],
): Promise<void> {
  const accounts = users.map((name) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: home },
  }));
  const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: home } };
  const roles = [roleOf('viewer', viewerRules), roleOf('operator', operatorRules)];
  await apply(cluster, [space, ...accounts, ...roles, ...grants.map(bindingOf)]);
}

function roleOf(name: string, rules: readonly Rule[]): Manifest {
  return { apiVersion: `${rbac}/v1`, kind: 'ClusterRole', metadata: { name: `deliveries-${name}` }, rules };
}

function bindingOf({ user, role, namespace }: Grant): Manifest {
  return {
    apiVersion: `${rbac}/v1`,
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: { name: `${user}-${role}`, ...(namespace !== undefined && { namespace }) },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: `deliveries-${role}` },
    subjects: [{ kind: 'ServiceAccount', name: user, namespace: home }],
  };
}

/** A token of a ServiceAccount that `grantConsole` made. */
export async function tokenOf(cluster: Cluster, user: string): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl(['create', 'token', user, '-n', home]);
  if (code !== 0) throw new Error(`no token for ${user}: ${stderr}`);
  return stdout.trim();
}

let address = 1;

/** Another address on each call, so that the limit of failed tries is that of one caller. */
export function nextAddress(): string {
  address += 1;
  return `127.0.1.${address}`;
}

/** Calls the console at this URL; without a token anonymously. `addressOf` says from which address. */
export function callerOf(url: string, token: string | undefined, addressOf = nextAddress): Caller {
  return async (method, path, body) => {
    const agent = new Agent({ localAddress: addressOf(), allowH2: false });
    try {
      const answer = await request(url + path, {
        dispatcher: agent,
        method,
        headers: {
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return {
        status: answer.statusCode,
        json: (await answer.body.json()) as Record<string, unknown>,
      };
    } finally {
      await agent.close();
    }
  };
}
