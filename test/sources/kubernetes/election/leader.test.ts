import { expect } from 'chai';
import { KubeClient } from '../../../../src/sources/kubernetes/api/client.ts';
import { KubeConnection } from '../../../../src/sources/kubernetes/api/connection.ts';
import { Leadership } from '../../../../src/sources/kubernetes/election/leadership.ts';
import { leaseOf } from '../../../../src/sources/kubernetes/election/lease.ts';
import { Leader } from '../../../../src/sources/kubernetes/election/leader.ts';
import { RefusedTenants } from '../../../../src/sources/kubernetes/status/refusedtenants.ts';
import { type Fault, sendStatus } from '../fakeapi.ts';
import { FakeClock } from '../fakeclock.ts';
import { configOf, startWorld, type World } from '../harness.ts';

/** Knows how many calls are under way, so that a busy machine does not make time run ahead of them. */
class CountingClient extends KubeClient {
  underWay = 0;

  override async request(...call: Parameters<KubeClient['request']>): Promise<unknown> {
    this.underWay++;
    try {
      return await super.request(...call);
    } finally {
      this.underWay--;
    }
  }
}

type Replica = {
  leader: Leader;
  leadership: Leadership;
  refused: RefusedTenants;
  clock: FakeClock;
  changes: boolean[];
  woken: string[];
  faults: Fault[];
};

describe('Leader', () => {
  let world: World;
  let replicas: Replica[];
  let clients: CountingClient[];

  beforeEach(async () => {
    world = await startWorld();
    replicas = [];
    clients = [];
  });

  afterEach(async () => {
    world.api.faults = [];
    for (const { leader } of replicas) await leader.stop();
    for (const client of [...clients, world.client]) await client.close();
    for (const { clock } of replicas) expect(clock.timers, 'timers left').to.equal(0);
    await world.api.stop();
  });

  /** A replica with a clock of its own, so that it can be stopped in time. */
  function replica(name: string): Replica {
    const clock = new FakeClock();
    const faults: Fault[] = [];
    const config = configOf(world.api.url);
    config.users = [{ name: 'gateway', token: name }];
    const client = new CountingClient({ connection: new KubeConnection(config), clock });
    clients.push(client);
    const woken: string[] = [];
    const refused = new RefusedTenants({
      replica: name,
      clock,
      log: world.log,
      changed: (tenant) => woken.push(tenant),
    });
    const leadership = new Leadership({ clock, log: world.log });
    const leader = new Leader({
      client,
      namespace: 'gw',
      name: 'omneo-gateway',
      identity: `${name}_1`,
      shared: refused,
      leadership,
      clock,
      random: () => 0,
      log: world.log,
    });
    const changes: boolean[] = [];
    leadership.onChange((leading) => changes.push(leading));
    world.api.faults.push(
      (asked, response) =>
        asked.authorization === `Bearer ${name}` && faults.some((fault) => fault(asked, response)),
    );
    const made = { leader, leadership, refused, clock, changes, woken, faults };
    replicas.push(made);
    return made;
  }

  const lease = () => leaseOf(world.api.get('leases', 'gw/omneo-gateway'));
  const leading = (): number[] =>
    replicas.flatMap(({ leadership }, index) => (leadership.isHeld() ? [index] : []));

  /** Calls come to their end, unless they are held up on purpose. */
  async function settle(): Promise<void> {
    await world.clock.settle(2);
    for (let turn = 0; turn < 50 && clients.some(({ underWay }) => underWay > 0); turn++)
      await world.clock.settle(1);
  }

  /** Time passes for these replicas alike. */
  async function pass(ms: number, who = replicas): Promise<void> {
    for (let passed = 0; passed < ms; passed += 500) {
      for (const { clock } of who) clock.advance(500);
      await settle();
      expect(leading().length, 'leaders at a time').to.be.below(2);
    }
  }

  async function settleOn(index: number, who = replicas): Promise<void> {
    for (let ms = 0; ms < 60_000 && leading()[0] !== index; ms += 500) await pass(500, who);
    expect(leading()).to.deep.equal([index]);
  }

  it('takes a lease that does not exist, in the form that the API demands', async () => {
    const { leader, changes } = replica('one');
    leader.start();
    leader.start();
    await settleOn(0);
    expect(changes).to.deep.equal([true]);
    const { spec } = world.api.get('leases', 'gw/omneo-gateway') as unknown as {
      spec: Record<string, unknown>;
    };
    expect(spec).to.deep.include({ holderIdentity: 'one_1', leaseDurationSeconds: 20, leaseTransitions: 0 });
    expect(spec['renewTime']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  });

  it('keeps it, and is alone', async () => {
    for (const name of ['one', 'two', 'three']) replica(name).leader.start();
    await pass(60_000);
    expect(leading()).to.have.length(1);
    expect(lease().transitions).to.equal(0);
    expect(replicas.flatMap(({ changes }) => changes)).to.deep.equal([true]);
  });

  it('asks less than ten times a minute, whether it leads or not', async () => {
    let asked = 0;
    world.api.faults.push(({ path }) => {
      if (path.includes('/leases')) asked++;
      return false;
    });
    for (const name of ['one', 'two', 'three']) replica(name).leader.start();
    await settleOn(0);
    asked = 0;
    await pass(120_000);
    expect(asked / 3 / 2).to.be.within(5, 10);
  });

  it('tries again sooner after a look that failed', async () => {
    replica('one').leader.start();
    await settleOn(0);
    const fails: Fault = (_, response) => {
      sendStatus(response, 500, 'InternalError');
      return true;
    };
    replicas[0]!.faults.push(fails);
    await pass(6500);
    replicas[0]!.faults.length = 0;
    const before = lease().renewTime;
    await pass(2500);
    expect(lease().renewTime).to.not.equal(before);
  });

  it('names once the permission that it lacks, and again when it lacks another one', async () => {
    const one = replica('one');
    let denied = 'POST';
    one.faults.push((asked, response) => {
      if (asked.plural !== 'leases' || asked.method !== denied) return false;
      sendStatus(response, 403, 'Forbidden');
      return true;
    });
    one.leader.start();
    await pass(60_000);
    const warned = () => world.log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields);
    expect(warned()).to.deep.equal([
      {
        lease: 'gw/omneo-gateway',
        error:
          'Kubernetes API: 403 Forbidden: the gateway may not create leases.coordination.k8s.io in namespace gw; grant it, as examples/cluster/rbac.yml does',
      },
    ]);
    denied = 'PUT';
    await pass(60_000);
    expect(warned().map(({ error }) => /may not (\w+)/.exec(String(error))?.[1])).to.deep.equal([
      'create',
      'update',
    ]);
  });

  it('hands it over when it stops', async () => {
    replica('one').leader.start();
    await settleOn(0);
    replica('two').leader.start();
    await pass(8000);
    await replicas[0]!.leader.stop();
    expect(lease().holder).to.equal('');
    await pass(7000);
    expect(leading()).to.deep.equal([1]);
    expect(lease().transitions).to.equal(1);
    expect(replicas[0]!.changes).to.deep.equal([true, false]);
  });

  it('is followed when its lease has run out if it dies', async () => {
    replica('one').leader.start();
    await settleOn(0);
    replica('two').leader.start();
    await pass(8000);
    replicas[0]!.faults.push((_, response) => Boolean(response.destroy()));
    const survivor = [replicas[1]!];
    const before = survivor[0]!.clock.monotonic();
    for (let ms = 0; ms < 30_000 && !replicas[1]!.leadership.isHeld(); ms += 500) {
      for (const { clock } of replicas) clock.advance(500);
      await settle();
    }
    expect(survivor[0]!.clock.monotonic() - before).to.be.within(13_000, 28_000);
    expect(leading()).to.deep.equal([1]);
  });

  it('knows that it lost the lease when it wakes from a pause, before it has asked anybody', async () => {
    replica('one').leader.start();
    await settleOn(0);
    replica('two').leader.start();
    await pass(8000);
    // The first one does not run; when it wakes, its clock has gone on.
    for (let ms = 0; ms < 30_000; ms += 500) {
      replicas[1]!.clock.advance(500);
      await settle();
    }
    expect(replicas[1]!.leadership.isHeld()).to.equal(true);
    replicas[0]!.clock.freeze(30_000);
    expect(replicas[0]!.leadership.isHeld()).to.equal(false);
    await pass(8000);
    expect(leading()).to.deep.equal([1]);
    expect(replicas[0]!.changes).to.deep.equal([true, false]);
  });

  it('ceases to lead when it cannot renew in time, and says so', async () => {
    replica('one').leader.start();
    await settleOn(0);
    replicas[0]!.faults.push((_, response) => {
      sendStatus(response, 500, 'InternalError');
      return true;
    });
    await pass(16_000);
    expect(replicas[0]!.changes).to.deep.equal([true, false]);
    replicas[0]!.faults.length = 0;
    await settleOn(0);
    expect(lease().transitions, 'nobody else had it').to.equal(0);
  });

  it('ceases to lead when the API hangs', async () => {
    replica('one').leader.start();
    await settleOn(0);
    replicas[0]!.faults.push(() => true);
    await pass(15_500);
    expect(replicas[0]!.changes).to.deep.equal([true, false]);
  });

  it('ceases to lead at once when another one has the lease', async () => {
    replica('one').leader.start();
    await settleOn(0);
    const spec = { holderIdentity: 'other', leaseDurationSeconds: 15, renewTime: 'x' };
    world.api.put('leases', 'gw/omneo-gateway', { spec });
    await pass(6500);
    expect(leading()).to.deep.equal([]);
  });

  it('goes by what it saw, not by the times in the lease', async () => {
    const spec = {
      holderIdentity: 'other',
      leaseDurationSeconds: 15,
      renewTime: '2001-01-01T00:00:00.000000Z',
    };
    world.api.put('leases', 'gw/omneo-gateway', { spec });
    replica('one').leader.start();
    await pass(14_000);
    expect(leading(), 'the other may have a wrong clock').to.deep.equal([]);
    await pass(4000);
    expect(leading()).to.deep.equal([0]);
  });

  it('takes a lease that was deleted anew', async () => {
    replica('one').leader.start();
    await settleOn(0);
    world.api.remove('leases', 'gw/omneo-gateway');
    await pass(6500);
    expect(lease().holder).to.equal('one_1');
    expect(replicas[0]!.changes).to.deep.equal([true]);
  });

  it('stops without an error when the lease cannot be let go', async () => {
    replica('one').leader.start();
    await settleOn(0);
    replicas[0]!.faults.push((_, response) => {
      sendStatus(response, 403, 'Forbidden');
      return true;
    });
    await replicas[0]!.leader.stop();
    expect(replicas[0]!.leadership.isHeld()).to.equal(false);
    expect(world.log.lines.some(({ message }) => message.includes('was not let go'))).to.equal(true);
  });

  describe('refused credentials', () => {
    async function two(): Promise<[Replica, Replica]> {
      replica('one').leader.start();
      await settleOn(0);
      replica('two').leader.start();
      await pass(7000);
      return [replicas[0]!, replicas[1]!];
    }

    it('are known to the leader within seconds of any replica, and cleared likewise', async () => {
      const [leader, other] = await two();
      other.refused.set('a/acme', true);
      other.refused.set('a/acme', true);
      await pass(14_000);
      expect(leader.refused.has('a/acme')).to.equal(true);
      expect(leader.woken).to.deep.equal(['a/acme']);
      other.refused.set('a/acme', false);
      await pass(14_000);
      expect(leader.refused.has('a/acme')).to.equal(false);
      expect(leader.woken).to.deep.equal(['a/acme', 'a/acme']);
      expect(lease().annotations).to.deep.equal({});
    });

    it('are known with the names that Omneo complains about, as far as these are names and few', async () => {
      const [leader, other] = await two();
      const many = Array.from({ length: 50 }, (_, index) => `field_${index}`);
      other.refused.set('a/acme', true, ['client_id', 'not a name', 'x'.repeat(65), 'scope']);
      other.refused.set('a/bloom', true, many);
      other.refused.set('a/crest', true);
      await pass(14_000);
      const rejectedFields = (tenant: string) => leader.refused.rejectedFields(tenant);
      expect(rejectedFields('a/acme')).to.equal('client_id, scope');
      expect(rejectedFields('a/bloom')).to.match(/^field_0, field_1, /);
      expect(rejectedFields('a/bloom').length).to.be.at.most(100);
      expect([rejectedFields('a/crest'), rejectedFields('a/other')]).to.deep.equal(['', '']);
      expect(other.refused.rejectedFields('a/acme')).to.equal('client_id, scope');
    });

    it('are not forgotten while the replica lives, and are when it is gone', async () => {
      const [leader, other] = await two();
      other.refused.set('a/acme', true);
      await pass(180_000);
      expect(leader.refused.has('a/acme')).to.equal(true);
      await other.leader.stop();
      await pass(130_000, [leader]);
      expect(leader.refused.has('a/acme')).to.equal(false);
      expect(lease().annotations).to.deep.equal({});
    }).timeout(40_000);

    it('are known to the leader itself without a note', async () => {
      const [leader] = await two();
      leader.refused.set('a/acme', true);
      await pass(7000);
      expect(leader.refused.has('a/acme')).to.equal(true);
      expect(lease().annotations).to.deep.equal({});
    });

    it('do not disturb the annotations of others, nor are disturbed by them', async () => {
      const [leader, other] = await two();
      const annotations = {
        team: 'loyalty',
        'refused.omneo.io/x': 'no json',
        'refused.omneo.io/y': '{"tenants":5}',
      };
      const old = world.api.get('leases', 'gw/omneo-gateway')!;
      world.api.put('leases', 'gw/omneo-gateway', { ...old, metadata: { annotations } });
      other.refused.set('a/acme', true);
      await pass(14_000);
      expect(leader.refused.has('a/acme')).to.equal(true);
      expect(lease().annotations).to.include({ team: 'loyalty' });
    });

    it('of very many tenants do not make the lease too large', async () => {
      const [, other] = await two();
      for (let index = 0; index < 10_000; index++)
        other.refused.set(`namespace/${'x'.repeat(50)}${index}`, true);
      await pass(7000);
      expect(JSON.stringify(lease().annotations).length).to.be.within(1000, 20_000);
    });
  });
});
