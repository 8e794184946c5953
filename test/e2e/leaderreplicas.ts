/** Replicas that the audit log can tell apart, since each has a ServiceAccount of its own. */
import { defaultLeaseName, homeRules, watchRules } from '../../src/sources/kubernetes/api/rules.ts';
import type { AuditEvent } from './cluster.ts';
import { home, startReadyGateway, type Gateway } from './gateway.ts';
import { leaderOf, type World } from './operatorworld.ts';
import { grant } from './rbacgrant.ts';
import { eventually } from './time.ts';

export type Replica = { readonly gateway: Gateway; readonly user: string };

/** Starts a gateway with a ServiceAccount of its own, which has the rules of every other. */
export async function startReplica(world: World, name: string): Promise<Replica> {
  const { kubeconfig, user } = await grant(world.cluster, {
    account: name,
    namespace: home,
    watch: watchRules,
    home: homeRules(),
  });
  const gateway = await startReadyGateway({ kubeconfig, name, folder: world.cluster.folder });
  world.gateways.push(gateway);
  return { gateway, user };
}

/** The one of these that leads, once one of them does. */
export async function leading(replicas: readonly Replica[]): Promise<Replica> {
  return eventually(
    'a replica leads',
    async () => {
      const leader = await leaderOf(replicas.map(({ gateway }) => gateway));
      return replicas.find(({ gateway }) => gateway === leader);
    },
    { timeoutMs: 45_000 },
  );
}

/** Who holds the lease, as it is written there; empty if it was let go. */
export function leaseHolder(world: World): Promise<string> {
  const where = ['-n', home, 'lease', defaultLeaseName];
  return world.kubectl('get', ...where, '-o', 'jsonpath={.spec.holderIdentity}');
}

export type Write = {
  readonly user: string;
  readonly name: string;
  readonly code: number;
  readonly at: number;
  /** On which version of the object it was decided; undefined for what is audited by name only. */
  readonly resourceVersion: unknown;
};

/** Every status of an OmneoTenant that was sent to the API server, in order. */
export function statusWrites(world: World): Promise<Write[]> {
  return writes(world, isStatusWrite);
}

/** Every Event that a gateway sent to the API server, in order. */
export function eventWrites(world: World): Promise<Write[]> {
  return writes(
    world,
    ({ verb, objectRef, user }) =>
      objectRef?.resource === 'events' &&
      ['create', 'patch'].includes(verb) &&
      user.username.startsWith('system:serviceaccount:'),
  );
}

type Versioned = { readonly metadata?: { readonly resourceVersion?: unknown } };

async function writes(world: World, isWanted: (event: AuditEvent) => boolean): Promise<Write[]> {
  const events = await world.cluster.auditEvents();
  return events.filter(isWanted).map(({ user, objectRef, responseStatus, requestObject, ...event }) => ({
    user: user.username,
    name: objectRef?.name ?? '',
    code: responseStatus?.code ?? 0,
    at: Date.parse(event.requestReceivedTimestamp),
    resourceVersion: (requestObject as Versioned | undefined)?.metadata?.resourceVersion,
  }));
}

function isStatusWrite({ verb, objectRef }: AuditEvent): boolean {
  return objectRef?.resource === 'omneotenants' && objectRef.subresource === 'status' && verb !== 'get';
}
