/** What is lost without each permission, and how it shows. */
import { countsBy } from '../support/prometheus.ts';
import { eventsOf, shown } from './operatorstatus.ts';
import type { World } from './operatorworld.ts';
import { repeat, type Scene } from './rbacscene.ts';

/** The tenant accepts it once it refers to the spare Secret. */
export const spare = { secret: 'the-spare-webhook-secret' };

export type Loss = {
  readonly what: string;
  /** Done once the gateway runs. */
  readonly stir?: (world: World, scene: Scene) => Promise<void>;
  readonly isSeen: (world: World, scene: Scene) => Promise<boolean>;
};

const isUnsynced =
  (resource: string) =>
  async (_: World, { gateway }: Scene) => {
    const text = await gateway.metrics();
    const restarts = countsBy(text, 'omneo_gateway_reflector_restarts_total', 'resource', 'reason');
    const isReady = await gateway.isReady();
    return !isReady && (restarts[`${resource}/forbidden`] ?? 0) > 1;
  };

/** The watch of a resource begins anew all the time. */
const isBlind =
  (resource: string) =>
  async (_: World, { gateway }: Scene) => {
    const restarts = countsBy(
      await gateway.metrics(),
      'omneo_gateway_reflector_restarts_total',
      'resource',
      'reason',
    );
    return (restarts[`${resource}/forbidden`] ?? 0) > 1;
  };

const isWithoutStatus = async (world: World, { namespace, gateway }: Scene) => {
  const { status } = await shown(world, 'acme', namespace);
  return (await gateway.isReady()) && status.observedGeneration === -1;
};

const complains =
  (text: string) =>
  ({ gateway }: Scene) =>
    gateway.process.lines.some((line) => line.includes(text));

/** What is lost without each permission. */
export const losses: Readonly<Record<string, Loss>> = {
  'list omneotenants': { what: 'no tenant is ever known', isSeen: isUnsynced('omneotenants') },
  'watch omneotenants': { what: 'tenants are only polled', isSeen: isBlind('omneotenants') },
  'patch omneotenants/status': { what: 'no status is written', isSeen: isWithoutStatus },
  'list secrets': { what: 'no tenant is ever known', isSeen: isUnsynced('secrets') },
  'watch secrets': { what: 'Secrets are only polled', isSeen: isBlind('secrets') },
  'get secrets': {
    what: 'no tenant is served',
    isSeen: async (_, { gateway }) => {
      const results = countsBy(await gateway.metrics(), 'omneo_gateway_reconcile_total', 'result');
      return (results['error'] ?? 0) > 0 && !(await gateway.isReady());
    },
  },
  'create events': {
    what: 'no Event tells what happened',
    isSeen: async (world, scene) =>
      complains('Event could not be written')(scene) &&
      (await eventsOf(world, 'acme', scene.namespace)).length === 0,
  },
  'patch events': {
    what: 'what happens again is not counted',
    stir: repeat,
    isSeen: async (world, scene) =>
      complains('Event could not be written')(scene) &&
      (await eventsOf(world, 'acme', scene.namespace)).every(({ series }) => series === undefined),
  },
  'create leases': { what: 'nobody leads, so no status is written', isSeen: isWithoutStatus },
  'get leases': { what: 'nobody leads, so no status is written', isSeen: isWithoutStatus },
  'update leases': { what: 'nobody leads, so no status is written', isSeen: isWithoutStatus },
};
