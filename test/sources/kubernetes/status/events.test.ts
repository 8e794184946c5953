import { expect } from 'chai';
import { Events } from '../../../../src/sources/kubernetes/status/events.ts';
import type { TenantEvent } from '../../../../src/sources/kubernetes/status/transitions.ts';
import type { TenantObject } from '../../../../src/sources/kubernetes/tenantstore.ts';
import { sendStatus } from '../fakeapi.ts';
import { startWorld, type World } from '../harness.ts';
import { RecentFaults } from '../../../../src/sources/kubernetes/recentfaults.ts';

const happened: TenantEvent = {
  type: 'Warning',
  reason: 'Conflicted',
  action: 'Accept',
  note: 'Slug acme is taken.',
};

describe('Events', () => {
  let world: World;
  let events: Events;
  let isLeader: boolean;

  const tenant = {
    key: 'a/acme',
    namespace: 'a',
    name: 'acme',
    uid: 'u1',
    resourceVersion: '7',
  } as TenantObject;
  const written = () => world.api.all('events');

  beforeEach(async () => {
    world = await startWorld();
    isLeader = true;
    const { client, clock, log } = world;
    events = new Events({
      recentFaults: new RecentFaults(world.clock),
      client,
      clock,
      log,
      instance: 'pod-1',
      isLeader: () => isLeader,
    });
  });

  afterEach(async () => {
    await events.stop();
    await world.client.close();
    await world.api.stop();
    expect(world.clock.timers).to.equal(0);
  });

  it('name what they regard and what reports them', async () => {
    events.record(tenant, happened);
    await world.clock.until(() => written().length === 1);
    const [event] = written();
    expect(event).to.deep.include({
      ...happened,
      apiVersion: 'events.k8s.io/v1',
      reportingController: 'omneo.io/gateway',
      reportingInstance: 'pod-1',
      regarding: {
        apiVersion: 'omneo.io/v1alpha1',
        kind: 'OmneoTenant',
        namespace: 'a',
        name: 'acme',
        uid: 'u1',
        resourceVersion: '7',
      },
    });
    expect(event!['eventTime']).to.match(/\.\d{6}Z$/);
    expect(event!.metadata).to.include({ namespace: 'a' });
  });

  it('count what happens again on the Event that is there', async () => {
    for (let count = 0; count < 3; count++) events.record(tenant, happened);
    events.record(tenant, { ...happened, reason: 'Accepted' });
    events.record({ ...tenant, uid: 'u2' }, happened);
    await world.clock.until(() => written().length === 3);
    expect(written().map(({ series }) => (series as { count: number } | undefined)?.count)).to.deep.equal([
      3,
      undefined,
      undefined,
    ]);
  });

  it('are not written any more by a replica that has ceased to lead, however many are waiting', async () => {
    let asked = 0;
    world.api.faults = [
      () => {
        asked += 1;
        isLeader = false;
        return false;
      },
    ];
    for (const uid of ['u1', 'u2', 'u3']) events.record({ ...tenant, uid }, happened);
    await world.clock.until(() => written().length === 1);
    await world.clock.settle();
    expect(asked).to.equal(1);
    isLeader = true;
    events.record({ ...tenant, uid: 'u4' }, happened);
    await world.clock.until(() => asked === 2);
  });

  it('are new after some minutes', async () => {
    events.record(tenant, happened);
    await world.clock.until(() => written().length === 1);
    world.clock.advance(6 * 60_000);
    events.record(tenant, happened);
    await world.clock.until(() => written().length === 2);
  });

  it('are new when the old one is gone', async () => {
    events.record(tenant, happened);
    await world.clock.until(() => written().length === 1);
    world.api.remove('events', `a/${written()[0]!.metadata.name}`);
    events.record(tenant, happened);
    await world.clock.until(() => world.log.lines.length === 1);
    events.record(tenant, happened);
    await world.clock.until(() => written().length === 1);
  });

  it('are written by the leader only', async () => {
    isLeader = false;
    events.record(tenant, happened);
    await world.clock.settle(3);
    expect(world.api.asked).to.have.length(0);
  });

  it('are logged when they cannot be written, and block nothing', async () => {
    world.api.faults = [
      (asked, response) => {
        if (asked.body['reason'] !== 'Bad') return false;
        sendStatus(response, 403, 'Forbidden');
        return true;
      },
    ];
    events.record(tenant, { ...happened, reason: 'Bad' });
    events.record(tenant, happened);
    await world.clock.until(() => written().length === 1);
    const advice =
      'the gateway may not create events.events.k8s.io in namespace a; grant it, as examples/cluster/rbac.yml does';
    expect(world.log.lines).to.deep.equal([
      {
        level: 'warn',
        fields: { object: 'a/acme', reason: 'Bad', error: `Kubernetes API: 403 Forbidden: ${advice}` },
        message: 'Event could not be written',
      },
    ]);
  });

  it('are dropped rather than piled up without end', async () => {
    world.api.faults = [() => true];
    for (let index = 0; index < 5010; index++) events.record({ ...tenant, uid: `u${index}` }, happened);
    expect(world.log.lines.map(({ message }) => message)).to.deep.equal([
      'too many Events; some are dropped',
    ]);
    await world.clock.until(() => world.api.asked.length === 1);
    await events.stop();
    expect(world.api.asked).to.have.length(1);
  });

  it('leave nothing when they are stopped', async () => {
    world.api.faults = [() => true];
    events.record(tenant, happened);
    events.record(tenant, { ...happened, reason: 'Other' });
    await world.clock.until(() => world.api.asked.length === 1);
    await events.stop();
    events.record(tenant, happened);
    await world.clock.settle(3);
    expect(world.api.asked).to.have.length(1);
  });
});
