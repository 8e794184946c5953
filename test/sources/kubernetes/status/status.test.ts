import { expect } from 'chai';
import { Contention } from '../../../../src/sources/kubernetes/status/contention.ts';
import { DeliveryReports } from '../../../../src/sources/kubernetes/status/deliveryreports.ts';
import { LimitReports } from '../../../../src/sources/kubernetes/status/limitreports.ts';
import type { Reconciled } from '../../../../src/sources/kubernetes/controller.ts';
import { objectOf } from '../../../../src/sources/kubernetes/api/object.ts';
import type { Status } from '../../../../src/sources/kubernetes/status/conditions.ts';
import { StatusWriter } from '../../../../src/sources/kubernetes/status/status.ts';
import { tenantObjectOf } from '../../../../src/sources/kubernetes/tenantstore.ts';
import { send, sendStatus } from '../fakeapi.ts';
import { startWorld, type World } from '../harness.ts';
import { schema, tenantFields } from '../tenants.ts';
import type { Tenant } from '../../../../src/tenants/tenant.ts';

describe('StatusWriter', () => {
  let world: World;
  let writer: StatusWriter;
  let isLeader: () => boolean;
  let transitions: number;
  let postponed: number[];
  let reports: DeliveryReports;
  let isDurable: boolean;
  /** What the watch has shown so far. */
  let shown: Reconciled | undefined;

  function show(): void {
    const stored = world.api.get('omneotenants', 'a/acme');
    const tenant = tenantObjectOf(objectOf(stored), schema);
    const resolution = {
      webhookSecrets: [],
      refusal: { condition: 'Ready', reason: 'Suspended', message: 'x' },
      suspended: { delivery: { isDurable } } as Tenant,
    } as const;
    const registration = { key: 'a/acme', slug: 'acme', createdAt: 0, resolution };
    shown = { tenant, registration, holder: 'a/acme' };
  }

  const status = () =>
    world.api.get('omneotenants', 'a/acme')?.['status'] as { observedGeneration: number } | undefined;
  const rejected = (): Promise<boolean> =>
    writer.write('a/acme').then(
      () => false,
      () => true,
    );

  beforeEach(async () => {
    world = await startWorld();
    isLeader = () => true;
    transitions = 0;
    const { client, clock, log, observe } = world;
    postponed = [];
    isDurable = true;
    reports = new DeliveryReports({ clock, changed: () => undefined });
    const fieldManager = 'omneo-gateway/ours';
    writer = new StatusWriter({
      fieldManager,
      contention: new Contention({ clock, log, random: () => 0, fieldManager }),
      deliveries: reports,
      limits: new LimitReports({ changed: () => undefined }),
      statuses: { addLater: (_, ms) => postponed.push(ms) },
      signal: new AbortController().signal,
      client,
      clock,
      observe,
      controller: { describe: () => shown },
      refused: { has: () => false, rejectedFields: () => '' },
      isLeader: () => isLeader(),
      tenants: {
        written: (object, basedOn) => {
          expect(object.resourceVersion).not.to.equal(basedOn.resourceVersion);
          show();
        },
      },
      changed: () => transitions++,
    });
    world.api.put('omneotenants', 'a/acme', tenantFields('acme'));
    show();
  });

  afterEach(async () => {
    await world.client.close();
    await world.api.stop();
    expect(world.clock.timers).to.equal(0);
  });

  it('applies on the status subresource, as a manager of its own, with the version it was decided on', async () => {
    await writer.write('a/acme');
    const [asked] = world.api.asked;
    expect(asked).to.deep.include({
      method: 'PATCH',
      path: '/apis/omneo.io/v1alpha1/namespaces/a/omneotenants/acme/status',
      contentType: 'application/apply-patch+yaml',
    });
    expect([...asked!.query]).to.deep.equal([
      ['fieldManager', 'omneo-gateway/ours'],
      ['force', 'true'],
    ]);
    expect(asked!.body['metadata']).to.deep.equal({
      namespace: 'a',
      name: 'acme',
      uid: 'uid-1',
      resourceVersion: '101',
    });
    expect(status()?.observedGeneration).to.equal(1);
    expect(transitions).to.equal(1);
  });

  it('writes once, however often it is asked to', async () => {
    for (let turn = 0; turn < 3; turn++) await writer.write('a/acme');
    expect(world.api.asked).to.have.length(1);
    expect(Object.fromEntries(world.counts)).to.deep.equal({ 'status written': 1, 'status unchanged': 2 });
  });

  it('writes nothing unless it is the leader, or knows nothing', async () => {
    isLeader = () => false;
    await writer.write('a/acme');
    isLeader = () => true;
    shown = undefined;
    await writer.write('a/acme');
    expect(world.api.asked).to.have.length(0);
  });

  it('sends nothing when it ceased to be the leader between the decision and the sending', async () => {
    const answers = [true, false];
    isLeader = () => answers.shift() ?? false;
    await writer.write('a/acme');
    expect(world.api.asked).to.have.length(0);
  });

  it('never writes over what another leader wrote, even if it believes to lead', async () => {
    world.api.put('omneotenants', 'a/acme', { ...tenantFields('acme'), status: { observedGeneration: 77 } });
    expect(await rejected()).to.equal(true);
    expect(status()).to.deep.equal({ observedGeneration: 77 });
    expect(world.counts.get('status conflict')).to.equal(1);
    expect(transitions).to.equal(0);
    show();
    await writer.write('a/acme');
    expect(status()?.observedGeneration).to.equal(1);
  });

  it('fails when the API does, so that it is tried again', async () => {
    world.api.faults = [
      (_, response) => {
        sendStatus(response, 500, 'InternalError');
        return true;
      },
    ];
    expect(await rejected()).to.equal(true);
    expect(world.counts.get('status error')).to.equal(1);
    world.api.faults = [
      (_, response) => {
        send(response, 200, {});
        return true;
      },
    ];
    expect(await rejected(), 'an answer that makes no sense').to.equal(true);
  });

  it('leaves alone what is gone', async () => {
    world.api.remove('omneotenants', 'a/acme');
    await writer.write('a/acme');
    expect([...world.counts]).to.deep.equal([]);
  });

  describe('with the counts of deliveries', () => {
    type Shown = Readonly<{ deliveries?: unknown }>;
    const deliveries = (): unknown => (status() as Shown | undefined)?.deliveries;
    const patches = (): number => world.api.count(({ method }) => method === 'PATCH');
    const count = (waiting: number, parked = 0) => {
      reports.set('a/acme', { waiting, parked, oldestWaitingAt: waiting === 0 ? null : world.clock.now() });
    };

    it('shows them as they were counted last, with the time of the oldest that waits', async () => {
      count(3, 1);
      await writer.write('a/acme');
      expect(deliveries()).to.deep.equal({ waiting: 3, parked: 1, oldestWaiting: '2026-11-23T00:00:01Z' });
    });

    it('names no time when none waits', async () => {
      count(0, 2);
      await writer.write('a/acme');
      expect(deliveries()).to.deep.equal({ waiting: 0, parked: 2 });
    });

    it('shows none before they were counted, and those at once that were counted first', async () => {
      await writer.write('a/acme');
      expect(status()).not.to.have.property('deliveries');
      count(1);
      await writer.write('a/acme');
      expect(deliveries()).to.deep.include({ waiting: 1 });
      expect(patches()).to.equal(2);
    });

    it('is written once a minute at most, however often they change, and is no transition', async () => {
      count(0);
      await writer.write('a/acme');
      const waits: number[] = [];
      for (let second = 1; second <= 180; second++) {
        world.clock.advance(1000);
        count(second);
        await writer.write('a/acme');
        waits.push(...postponed.splice(0));
      }
      expect(patches()).to.equal(1 + 3);
      expect(deliveries()).to.deep.include({ waiting: 180 });
      expect(waits.slice(0, 3)).to.deep.equal([59_000, 58_000, 57_000]);
      expect(waits).to.have.length(180 - 3);
      expect(transitions).to.equal(1);
    });

    it('is written once for each change, however often it is asked to', async () => {
      for (const waiting of [0, 7]) {
        count(waiting);
        world.clock.advance(60_000);
        for (let turn = 0; turn < 5; turn++) await writer.write('a/acme');
      }
      expect(patches()).to.equal(2);
      expect(postponed).to.deep.equal([]);
    });

    it('has new ones on board when something else is written', async () => {
      count(1);
      await writer.write('a/acme');
      count(2);
      world.api.put('omneotenants', 'a/acme', {
        ...tenantFields('acme', { suspend: true }),
        status: status(),
      });
      show();
      await writer.write('a/acme');
      expect(deliveries()).to.deep.include({ waiting: 2 });
      expect(patches()).to.equal(2);
    });

    it('waits a minute too after a write that failed', async () => {
      count(1);
      await writer.write('a/acme');
      world.clock.advance(60_000);
      count(2);
      world.api.faults = [
        (_, response) => {
          sendStatus(response, 409, 'Conflict');
          return true;
        },
      ];
      expect(await rejected()).to.equal(true);
      world.api.faults = [];
      await writer.write('a/acme');
      expect([patches(), postponed]).to.deep.equal([2, [60_000]]);
      world.clock.advance(60_000);
      await writer.write('a/acme');
      expect(deliveries()).to.deep.include({ waiting: 2 });
    });

    it('waits a minute when another leader may just have written it', async () => {
      count(1);
      await writer.write('a/acme');
      world.clock.advance(3_600_000);
      reports.clear();
      count(2);
      await writer.write('a/acme');
      expect([patches(), postponed]).to.deep.equal([1, [60_000]]);
      world.clock.advance(60_000);
      await writer.write('a/acme');
      expect(deliveries()).to.deep.include({ waiting: 2 });
    });

    it('keeps what it shows while nobody has counted yet', async () => {
      count(5, 1);
      await writer.write('a/acme');
      const before = deliveries();
      reports.forget('a/acme');
      world.api.put('omneotenants', 'a/acme', {
        ...tenantFields('acme', { suspend: true }),
        status: status(),
      });
      show();
      await writer.write('a/acme');
      expect(status()?.observedGeneration).to.equal(2);
      expect(deliveries()).to.deep.equal(before);
    });

    it('takes them away at once when delivery becomes synchronous, and shows none that are counted then', async () => {
      count(5, 1);
      await writer.write('a/acme');
      isDurable = false;
      show();
      await writer.write('a/acme');
      expect(status()).not.to.have.property('deliveries');
      world.clock.advance(60_000);
      count(6, 1);
      await writer.write('a/acme');
      expect(patches()).to.equal(2);
    });

    it('takes them away when another manager has applied them too', async () => {
      isDurable = false;
      show();
      world.api.faults = [
        (asked, response) => {
          if (asked.contentType !== 'application/apply-patch+yaml') return false;
          const merged = { ...(asked.body['status'] as object), deliveries: { waiting: 1, parked: 0 } };
          const object = { ...tenantFields('acme'), status: merged };
          send(response, 200, world.api.put('omneotenants', 'a/acme', object));
          return true;
        },
      ];
      await writer.write('a/acme');
      const { contentType, body } = world.api.asked.at(-1)!;
      expect(contentType).to.equal('application/merge-patch+json');
      expect(body['status']).to.have.property('deliveries', null);
    });

    it('is in no contention about them with one who counts otherwise', async () => {
      for (let minute = 0; minute < 10; minute++) {
        count(1);
        await writer.write('a/acme');
        const theirs = { ...status(), deliveries: { waiting: 99, parked: 0 } };
        world.api.put('omneotenants', 'a/acme', { ...tenantFields('acme'), status: theirs });
        show();
        world.clock.advance(60_000);
      }
      expect(patches()).to.equal(10);
      expect(postponed).to.deep.equal([]);
      expect(world.log.lines.filter(({ level }) => level === 'warn')).to.deep.equal([]);
    });
  });

  describe('that somebody else rewrites', () => {
    const theirs = {
      observedGeneration: 1,
      conditions: [
        { type: 'Accepted', status: 'False', reason: 'Invalid', message: 'x', observedGeneration: 1 },
        { type: 'Stalled', status: 'True', reason: 'Invalid', message: 'x', observedGeneration: 1 },
      ],
    };

    /** As the other install does, at once. */
    function rewrite(manager?: string): void {
      const managedFields = [
        { manager: 'kubectl', operation: 'Apply', time: '2026-11-23T00:00:09Z' },
        { manager: 'omneo-gateway/ours', subresource: 'status', time: '2026-11-23T00:00:08Z' },
        { manager: 'older', subresource: 'status', time: '2026-11-22T00:00:00Z' },
        ...(manager ? [{ manager, subresource: 'status', time: '2026-11-23T00:00:00Z' }] : []),
      ];
      const more = { metadata: { managedFields }, status: theirs };
      world.api.put('omneotenants', 'a/acme', { ...tenantFields('acme'), ...more });
      show();
    }

    const writes = (): number => world.counts.get('status written') ?? 0;
    const warnings = () => world.log.lines.filter(({ level }) => level === 'warn');

    /** The other one rewrites it each time; resolves with how long this one waited before each of its writes. */
    async function contend(times: number, manager?: string): Promise<number[]> {
      const waits: number[] = [];
      for (let time = 0; time < times; time++) {
        rewrite(manager);
        await writer.write('a/acme');
        const waitMs = postponed.shift() ?? 0;
        waits.push(waitMs);
        world.clock.advance(waitMs);
        if (waitMs > 0) await writer.write('a/acme');
      }
      return waits;
    }

    beforeEach(() => writer.write('a/acme'));

    it('is put right at once, then later and later', async () => {
      expect(await contend(11)).to.deep.equal([
        0, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000, 300_000,
      ]);
    });

    it('is not written before its time, however often it changes', async () => {
      await contend(3);
      const before = writes();
      rewrite();
      for (let time = 0; time < 100; time++) await writer.write('a/acme');
      expect(writes()).to.equal(before);
      expect(postponed.every((ms) => ms === 16_000)).to.equal(true);
    });

    it('is no transition a second time', async () => {
      await contend(5);
      expect(transitions).to.equal(1);
    });

    it('is warned of once, by the name of the other manager', async () => {
      await contend(2, 'omneo-gateway/theirs');
      expect(warnings(), 'a slip is put right in silence').to.deep.equal([]);
      await contend(6, 'omneo-gateway/theirs');
      expect(warnings().map(({ fields }) => fields)).to.deep.equal([
        { object: 'a/acme', manager: 'omneo-gateway/theirs', own: 'omneo-gateway/ours' },
      ]);
    });

    it('is written at once when something about the tenant changes', async () => {
      await contend(4);
      world.api.put('omneotenants', 'a/acme', { ...tenantFields('acme', { suspend: true }), status: theirs });
      show();
      await writer.write('a/acme');
      expect(postponed).to.deep.equal([]);
      expect(status()?.observedGeneration).to.equal(2);
      expect(transitions).to.equal(2);
    });

    it('is put right at once again after ten minutes of peace', async () => {
      await contend(4);
      world.clock.advance(10 * 60_000 + 1);
      expect(await contend(2)).to.deep.equal([0, 4000]);
    });

    it('is cleared of what another manager applied too, but for the conditions of others', async () => {
      const others = { type: 'Reviewed', status: 'True', reason: 'Yes', message: 'by hand' };
      world.api.faults = [
        (asked, response) => {
          if (asked.contentType !== 'application/apply-patch+yaml') return false;
          // Apply merges lists by type.
          const { conditions, ...more } = asked.body['status'] as Status;
          const merged = { ...more, conditions: [...conditions, theirs.conditions[1], others] };
          const object = { ...tenantFields('acme'), status: merged };
          send(response, 200, world.api.put('omneotenants', 'a/acme', object));
          return true;
        },
      ];
      await contend(1);
      expect(world.api.asked.map(({ contentType }) => contentType).slice(-2)).to.deep.equal([
        'application/apply-patch+yaml',
        'application/merge-patch+json',
      ]);
      expect((status() as unknown as Status).conditions.map(({ type }) => type)).to.deep.equal([
        'Accepted',
        'ResolvedRefs',
        'Ready',
        'Reviewed',
      ]);
    });
  });
});
