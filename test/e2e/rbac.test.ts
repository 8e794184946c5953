import { expect } from 'chai';
import { countsBy } from '../support/prometheus.ts';
import type { AuditEvent } from './cluster.ts';
import { untilAnswered } from './gateway.ts';
import { needTools } from './needs.ts';
import { eventsOf, ready, shown, untilShown } from './operatorstatus.ts';
import { startWorld, type World } from './operatorworld.ts';
import { begin, permissions, refer, repeat, type Permission, type Scene } from './rbacscene.ts';
import { eventually } from './time.ts';

const spare = { secret: 'the-spare-webhook-secret' };

type Loss = {
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
const losses: Readonly<Record<string, Loss>> = {
  'list omneotenants': { what: 'no tenant is ever known', isSeen: isUnsynced('omneotenants') },
  'watch omneotenants': { what: 'tenants are only polled', isSeen: isBlind('omneotenants') },
  'patch omneotenants/status': { what: 'no status is written', isSeen: isWithoutStatus },
  'list secrets': { what: 'no tenant is ever known', isSeen: isUnsynced('secrets') },
  'watch secrets': { what: 'Secrets are only polled', isSeen: isBlind('secrets') },
  'get secrets': {
    what: 'a Secret that was there before it was referred to is not used',
    stir: (_, scene) => refer(scene),
    isSeen: async (_, { gateway }) => {
      const results = countsBy(await gateway.metrics(), 'omneo_gateway_reconcile_total', 'result');
      return (results['error'] ?? 0) > 0 && (await gateway.post('acme', spare)).status === 401;
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

const nameOf = ({ verb, resource }: Permission): string => `${verb} ${resource}`;

describe('the RBAC rules', () => {
  let world: World;
  const scenes = new Map<string, Scene>();

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    world = await startWorld({ replicas: 0 });
    // All at once, since each takes its time to start and to fail.
    const starting = permissions.map(async (permission, index) => {
      scenes.set(nameOf(permission), await begin(world, `without-${index}`, permission));
    });
    starting.push(begin(world, 'whole').then((scene) => void scenes.set('whole', scene)));
    await Promise.all(starting);
  });

  after(async () => {
    await (world as World | undefined)?.stop();
  });

  function sceneOf(name: string): Scene {
    const scene = scenes.get(name);
    if (!scene) throw new Error(`${name} was not started`);
    return scene;
  }

  async function auditOf(user: string): Promise<AuditEvent[]> {
    return (await world.cluster.auditEvents()).filter((event) => event.user.username === user);
  }

  function permissionOf({ verb, objectRef = {} }: AuditEvent): string {
    const { resource = 'nothing', subresource } = objectRef;
    return `${verb} ${subresource ? `${resource}/${subresource}` : resource}`;
  }

  it('are all known to this suite', () => {
    expect(Object.keys(losses)).to.have.members(permissions.map(nameOf));
  });

  it('are all used, and nothing else is', async () => {
    const scene = sceneOf('whole');
    await untilShown(world, 'acme', ready, { namespace: 'whole' });
    await refer(scene);
    await untilAnswered(scene.gateway, 'acme', spare);
    await repeat(world, scene);
    const events = await eventually('an Event that is counted', async () => {
      const all = await eventsOf(world, 'acme', 'whole');
      return all.some(({ series }) => series) && all;
    });
    expect(events.every(({ reportingController }) => reportingController === 'omneo.io/gateway')).to.equal(
      true,
    );
    await world.kubectl('delete', 'lease', 'omneo-gateway', '-n', 'whole');
    await eventually('a Lease of its own', async () =>
      (await auditOf(scene.user)).map(permissionOf).includes('create leases'),
    );
    const audit = await auditOf(scene.user);
    expect(new Set(audit.map(permissionOf))).to.deep.equal(new Set(permissions.map(nameOf)));
    expect(audit.filter(({ responseStatus }) => responseStatus?.code === 403)).to.deep.equal([]);
  });

  for (const name of permissions.map(nameOf)) {
    const { what, stir, isSeen } = losses[name] ?? { what: 'unknown', isSeen: () => Promise.resolve(false) };
    it(`need "${name}": without it ${what}`, async () => {
      const scene = sceneOf(name);
      if (stir) await eventually('it is ready', () => scene.gateway.isReady(), { timeoutMs: 30_000 });
      await stir?.(world, scene);
      await eventually(
        `without "${name}" ${what}`,
        async () => {
          const refused = (await auditOf(scene.user)).filter(
            ({ responseStatus }) => responseStatus?.code === 403,
          );
          return refused.some((event) => permissionOf(event) === name) && isSeen(world, scene);
        },
        { timeoutMs: 20_000, everyMs: 200 },
      );
      const refused = (await auditOf(scene.user)).filter(
        ({ responseStatus }) => responseStatus?.code === 403,
      );
      expect(new Set(refused.map(permissionOf))).to.deep.equal(new Set([name]));
    });
  }
});
