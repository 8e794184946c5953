/** One gateway in a namespace of its own, which may do less than it wants. */
import type { Rule } from '../../src/sources/kubernetes/api/rules.ts';
import { homeRules, watchRules } from '../../src/sources/kubernetes/api/rules.ts';
import { apply, secret, startGateway, tenantWithSecrets, type Gateway, type Manifest } from './gateway.ts';
import { untilShown } from './operatorstatus.ts';
import type { World } from './operatorworld.ts';
import { grant } from './rbacgrant.ts';

export type Permission = { readonly group: string; readonly resource: string; readonly verb: string };

/** Every verb on every resource that the rules allow. */
export const permissions: readonly Permission[] = [...watchRules, ...homeRules()].flatMap(
  ({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb }))),
    ),
);

export type Scene = {
  readonly gateway: Gateway;
  readonly namespace: string;
  readonly user: string;
  /** Changes the tenant's spec. */
  readonly change: (spec: object) => Promise<void>;
};

const free: Pick<Manifest, 'apiVersion' | 'kind' | 'spec'> = {
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  spec: { holderIdentity: '', leaseDurationSeconds: 1 },
};

/**
 * Starts a gateway that has to do with one tenant `acme`. A Lease is there already, unless this is about making it or
 * nothing is denied.
 */
export async function begin(world: World, namespace: string, denied?: Permission): Promise<Scene> {
  const granted = await grant(world.cluster, {
    account: 'gateway',
    namespace,
    watched: [namespace],
    watch: without(watchRules, denied),
    home: without(homeRules(), denied),
  });
  const baseURL = world.sandbox.baseURL('acme');
  await apply(world.cluster, [
    ...tenantWithSecrets('acme', { baseURL, namespace }),
    secret('spare', { key: 'the-spare-webhook-secret' }, { namespace }),
    ...(makesLease(denied) ? [] : [leaseIn(namespace)]),
  ]);
  const gateway = await startGateway({
    kubeconfig: granted.kubeconfig,
    folder: world.cluster.folder,
    name: namespace,
    namespace,
    env: { WATCH_NAMESPACES: namespace },
  });
  world.gateways.push(gateway);
  return {
    gateway,
    namespace,
    user: granted.user,
    async change(spec) {
      await world.kubectl(
        'patch',
        '-n',
        namespace,
        'otn/acme',
        '--type=merge',
        '-p',
        JSON.stringify({ spec }),
      );
    },
  };
}

function makesLease(denied: Permission | undefined): boolean {
  return denied === undefined || (denied.verb === 'create' && denied.resource === 'leases');
}

/** The tenant begins to accept a second secret, from a Secret that was there all the time. */
export async function refer({ change }: Scene): Promise<void> {
  await change({ klaviyo: { secretRefs: [{ name: 'acme-klaviyo' }, { name: 'spare', key: 'key' }] } });
}

/** What an Event is about happens twice. */
export async function repeat(world: World, { change, namespace }: Scene): Promise<void> {
  for (const suspend of [true, false, true]) {
    await change({ suspend });
    const Ready = suspend ? 'False Suspended' : 'True Ready';
    const conditions = { Accepted: 'True Accepted', ResolvedRefs: 'True ResolvedRefs', Ready };
    await untilShown(world, 'acme', conditions, { namespace });
  }
}

function leaseIn(namespace: string): Manifest {
  return { ...free, metadata: { name: 'omneo-gateway', namespace } };
}

function without(rules: readonly Rule[], denied: Permission | undefined): readonly Rule[] {
  return rules
    .map((rule) => {
      const isMeant =
        denied && rule.apiGroups.includes(denied.group) && rule.resources.includes(denied.resource);
      return isMeant ? { ...rule, verbs: rule.verbs.filter((verb) => verb !== denied.verb) } : rule;
    })
    .filter(({ verbs }) => verbs.length > 0);
}
