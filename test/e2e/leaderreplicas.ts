/** Replicas that the audit log can tell apart, since each has a ServiceAccount of its own. */
import { homeRules, watchRules } from '../../src/kube/rules.ts';
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

export type Write = {
  readonly user: string;
  readonly name: string;
  readonly code: number;
  readonly at: number;
  /** On which version of the object it was decided. */
  readonly resourceVersion: unknown;
};

/** Every status of an OmneoTenant that was sent to the API server, in order. */
export async function statusWrites(world: World): Promise<Write[]> {
  const events = await world.cluster.auditEvents();
  return events.filter(isStatusWrite).map(({ user, objectRef, responseStatus, requestObject, ...event }) => ({
    user: user.username,
    name: objectRef?.name ?? '',
    code: responseStatus?.code ?? 0,
    at: Date.parse(event.requestReceivedTimestamp),
    resourceVersion: (requestObject as { metadata?: { resourceVersion?: unknown } }).metadata
      ?.resourceVersion,
  }));
}

function isStatusWrite({ verb, objectRef }: AuditEvent): boolean {
  return objectRef?.resource === 'omneotenants' && objectRef.subresource === 'status' && verb !== 'get';
}
