import { expect } from 'chai';
import type { AuditEvent } from './cluster.ts';
import { untilAnswered } from './gateway.ts';
import { needTools } from './needs.ts';
import { eventsOf, ready, untilShown } from './operatorstatus.ts';
import { startWorld, type World } from './operatorworld.ts';
import { losses, spare } from './rbaclosses.ts';
import { begin, permissions, refer, repeat, type Permission, type Scene } from './rbacscene.ts';
import { eventually } from './time.ts';

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

  /** How a warning names a permission. */
  function sentenceOf(name: string, namespace: string): string {
    const permission = permissions.find((each) => nameOf(each) === name);
    const group = permission?.group ? `.${permission.group}` : '';
    return `the gateway may not ${name}${group} in namespace ${namespace};`;
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
    await eventually('the Lease is renewed', async () =>
      (await auditOf(scene.user)).map(permissionOf).includes('update leases'),
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
      const warned = (): number =>
        scene.gateway.process.lines.filter(
          (line) => line.includes('"level":"warn"') && line.includes(sentenceOf(name, scene.namespace)),
        ).length;
      await eventually('a warning names it', () => Promise.resolve(warned() > 0));
      expect(warned(), 'warnings that name it').to.equal(1);
    });
  }
});
