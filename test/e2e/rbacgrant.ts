/** What a cluster needs before a gateway runs on it: the resource, and a ServiceAccount that may do what it does. */
import { join } from 'node:path';
import { homeRules, watchRules, type Rule } from '../../src/sources/kubernetes/api/rules.ts';
import type { Cluster } from './cluster.ts';
import { untilCrdServed } from './crdserved.ts';
import { apply, type Manifest } from './operatortenants.ts';

/** The namespace of the gateway itself. */
export const home = 'gateway';

const crd = join(import.meta.dirname, '../../crds/omneotenants.omneo.io.yaml');

export type Installed = {
  /** As the API server calls the gateway's user. */
  readonly user: string;
  readonly kubeconfig: string;
};

export type Grant = {
  /** Name of the ServiceAccount. */
  readonly account: string;
  /** Where it and the Lease live. */
  readonly namespace: string;
  /** Namespaces that it may watch; absent: the whole cluster. */
  readonly watched?: readonly string[];
  readonly watch: readonly Rule[];
  readonly home: readonly Rule[];
};

/**
 * Makes OmneoTenant known, the namespace `loyalty` for tenants, and a ServiceAccount with exactly the rules of the
 * gateway, for one or all namespaces.
 */
export async function install(cluster: Cluster, watched?: readonly string[]): Promise<Installed> {
  await installCrd(cluster);
  await apply(cluster, [namespaceOf('loyalty')]);
  const account = watched ? `gateway-${watched.join('-')}` : 'gateway';
  return grant(cluster, {
    account,
    namespace: home,
    watch: watchRules,
    home: homeRules(),
    ...(watched && { watched }),
  });
}

/** Makes OmneoTenant known. */
export async function installCrd(cluster: Cluster): Promise<void> {
  await must(cluster, 'apply', '--server-side', '-f', crd);
  await untilCrdServed((...args) => must(cluster, ...args));
}

/** Makes a ServiceAccount with these rules, and a kubeconfig with its token. */
export async function grant(cluster: Cluster, wanted: Grant): Promise<Installed> {
  const { account, namespace } = wanted;
  await apply(cluster, objectsOf(wanted));
  return {
    user: `system:serviceaccount:${namespace}:${account}`,
    kubeconfig: await cluster.serviceAccountKubeconfig(namespace, account),
  };
}

function objectsOf({ account: name, namespace, watched, watch, home: own }: Grant): Manifest[] {
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  const role = (kind: 'Role' | 'ClusterRole', rules: readonly Rule[], metadata: object): Manifest[] => [
    { apiVersion: 'rbac.authorization.k8s.io/v1', kind, metadata: { name, ...metadata }, rules },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: `${kind}Binding`,
      metadata: { name, ...metadata },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects,
    },
  ];
  const namespaces = new Set([namespace, ...(watched ?? [])]);
  const inWatched = (watched ?? []).map((each) => ({
    namespace: each,
    rules: each === namespace ? [...watch, ...own] : watch,
  }));
  return [
    ...[...namespaces].map(namespaceOf),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } },
    ...(watched ? [] : role('ClusterRole', watch, {})),
    ...inWatched.flatMap(({ namespace: where, rules }) => role('Role', rules, { namespace: where })),
    ...(watched?.includes(namespace) ? [] : role('Role', own, { namespace })),
  ];
}

function namespaceOf(name: string): Manifest {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

async function must(cluster: Cluster, ...args: string[]): Promise<void> {
  const { code, stderr } = await cluster.kubectl(args);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
}
