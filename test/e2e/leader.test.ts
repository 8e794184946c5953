import { expect } from 'chai';
import { apply, secretOf, tenantWithSecrets, untilAnswered } from './gateway.ts';
import {
  leading,
  leaseHolder,
  startReplica,
  statusWrites,
  eventWrites,
  type Replica,
} from './leaderreplicas.ts';
import { needTools } from './needs.ts';
import { adminApi, type Api } from './operatorapi.ts';
import { ready, untilShown } from './operatorstatus.ts';
import { startWorld, type World } from './operatorworld.ts';

const suspended = { ...ready, Ready: 'False Suspended' };
/** The lease from when another one saw it renewed, a look at it before and one after, and the write. */
const takeoverMs = 20_000 + 7_200 + 2_400 + 2_600;

describe('three replicas', () => {
  let world: World;
  let api: Api;
  let replicas: Replica[];
  const names = Array.from({ length: 8 }, (_, index) => `t${index}`);

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    world = await startWorld({ replicas: 0 });
    api = await adminApi(world.cluster);
    replicas = await Promise.all(['a', 'b', 'c'].map((name) => startReplica(world, `replica-${name}`)));
  });

  after(async () => {
    await (api as Api | undefined)?.close();
    await (world as World | undefined)?.stop();
  });

  const objectsOf = (name: string, spec: object = {}) =>
    tenantWithSecrets(name, { baseURL: world.sandbox.baseURL('acme'), spec: { ...spec } });

  async function answerAll(name: string, status = 200): Promise<void> {
    for (const { gateway } of replicas) {
      await untilAnswered(gateway, name, { secret: secretOf(name), status });
    }
  }

  it('all serve, and one of them writes', async () => {
    await apply(
      world.cluster,
      names.flatMap((name) => objectsOf(name)),
    );
    for (const name of names) await answerAll(name);
    for (const name of names) await untilShown(world, name, ready);
    const { user } = await leading(replicas);
    const writes = await statusWrites(world);
    expect(new Set(writes.map((write) => write.user))).to.deep.equal(new Set([user]));
    expect(writes.length).to.be.at.least(names.length);
  });

  it('go on after kill -9 of the leader: all serve, and another one writes once its lease has run out', async () => {
    const killed = await leading(replicas);
    killed.gateway.process.signal('SIGKILL');
    const at = performance.now();
    await killed.gateway.process.exited;
    replicas = replicas.filter((replica) => replica !== killed);
    await apply(world.cluster, objectsOf('orphan'));
    await answerAll('orphan');
    await untilShown(world, 'orphan', ready, { timeoutMs: takeoverMs });
    console.log(`      written by another ${Math.round(performance.now() - at)} ms after kill -9`);
    replicas.push(await startReplica(world, 'replica-d'));
  });

  it('keep a leader that was paused from sending anything when it wakes, though it has much to say', async () => {
    const old = await leading(replicas);
    const others = replicas.filter((replica) => replica !== old);
    // It has its hands full when it is stopped, and more to do when it wakes.
    await Promise.all(names.map((name) => api.apply(objectsOf(name, { suspend: true }).at(-1) ?? fail())));
    old.gateway.process.signal('SIGSTOP');
    const heir = await leading(others);
    const since = Date.now();
    for (const name of names) await untilShown(world, name, suspended);
    await Promise.all(names.map((name) => api.apply(objectsOf(name).at(-1) ?? fail())));
    for (const name of names) await untilShown(world, name, ready);
    old.gateway.process.signal('SIGCONT');
    await Promise.all(names.map((name) => api.apply(objectsOf(name, { suspend: true }).at(-1) ?? fail())));
    // It is awake and knows everything, so that it has had its chance to write.
    for (const name of names) await answerAll(name, 503);
    for (const name of names) await untilShown(world, name, suspended);

    const writes = (await statusWrites(world)).filter(({ at }) => at > since);
    expect(writes.length).to.be.at.least(2 * names.length);
    expect(new Set(writes.map(({ user }) => user))).to.deep.equal(new Set([heir.user]));
    const events = (await eventWrites(world)).filter(({ at }) => at > since);
    expect(new Set(events.map(({ user }) => user))).to.deep.equal(new Set([heir.user]));
    expect(await leading(replicas)).to.equal(heir);
  });

  it('hand the lease over when the leader stops', async () => {
    const old = await leading(replicas);
    const at = performance.now();
    const holder = await leaseHolder(world);
    await old.gateway.stop();
    expect(await leaseHolder(world), 'who holds the lease').to.not.equal(holder);
    replicas = replicas.filter((replica) => replica !== old);
    await leading(replicas);
    console.log(`      led by another ${Math.round(performance.now() - at)} ms after SIGTERM`);
    await apply(world.cluster, objectsOf('heir'));
    await untilShown(world, 'heir', ready);
  });

  it('send with every status the version that it was decided on, so that a newer one is never overwritten', async () => {
    const writes = await statusWrites(world);
    expect(writes.filter(({ resourceVersion }) => typeof resourceVersion !== 'string')).to.deep.equal([]);
    const codes = Object.groupBy(writes, ({ code }) => String(code));
    console.log(
      `      ${Object.entries(codes)
        .map(([code, all]) => `${code}: ${all?.length ?? 0}`)
        .join(', ')}`,
    );
    expect(Object.keys(codes)).to.satisfy((all: string[]) =>
      all.every((code) => ['200', '409'].includes(code)),
    );
  });
});

function fail(): never {
  throw new Error('a tenant is the last of its objects');
}
