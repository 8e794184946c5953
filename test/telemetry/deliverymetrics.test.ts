import { join } from 'node:path';
import { expect } from 'chai';
import type { DeliveryCount, DeliveryLedger } from '../../src/ledger/deliveries/deliveries.ts';
import type { ClaimStatus } from '../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { openKeyring } from '../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../src/ledger/sqlite/address.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/opensqlite.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { Outcome } from '../../src/lib/problem.ts';
import { deliveryResults } from '../../src/telemetry/deliverylog.ts';
import { type Metrics, createMetrics } from '../../src/telemetry/metrics.ts';
import { Telemetry } from '../../src/telemetry/telemetry.ts';
import { newWebhookContext } from '../../src/telemetry/webhookcontext.ts';
import type { DeliveryCounts } from '../../src/tenants/tenant.ts';
import { Registry } from '../../src/tenants/registry.ts';
import { times } from '../ledger/contract.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
import { WrappedLedger } from '../ledger/wrapped.ts';
import { FakeClock } from '../sources/kubernetes/fakeclock.ts';
import { countOf, registrationsOf, nobodysDeliveries } from '../support/deliveries.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { logInto } from '../support/loglines.ts';
import { samplesOf, textOf } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld } from '../support/world.ts';

/** Each sample as the values of its labels, and its value. */
function shownIn(text: string, name: string): Record<string, number> {
  const samples = samplesOf(text, `omneo_gateway_${name}`);
  return Object.fromEntries(samples.map(({ labels, value }) => [Object.values(labels).join('/'), value]));
}

describe('The metrics of deliveries', () => {
  let registry: Registry;
  let clock: FakeClock;
  let metrics: Metrics;
  const shown = async (name: string): Promise<Record<string, number>> => shownIn(await textOf(metrics), name);

  beforeEach(() => {
    registry = new Registry();
    registry.setComplete(true);
    clock = new FakeClock();
    metrics = createMetrics(registry, '0.0.0', { dropped: 0 }, { clock });
    registry.put(registrationsOf.durable('acme'));
  });

  it('count what people change, from 0 on, and forget it with its tenant', async () => {
    expect(await shown('delivery_changes_total')).to.deep.equal({ 'acme/replayed': 0 });
    metrics.deliveriesChanged('acme', 'replayed', 5);
    metrics.deliveriesChanged('acme', 'replayed', 1);
    metrics.deliveriesChanged('acme', 'erased', 2);
    metrics.deliveriesChanged('nobody', 'discarded', 1);
    expect(await shown('delivery_changes_total')).to.deep.equal({
      ...{ 'acme/replayed': 6, 'acme/erased': 2, 'unknown/discarded': 1 },
    });
    registry.delete('loyalty/acme');
    expect(await shown('delivery_changes_total')).to.deep.equal({ 'unknown/discarded': 1 });
  });

  it('show what waits and what is parked, by tenant, state and reason', async () => {
    registry.put(registrationsOf.durable('bloom'));
    metrics.deliveriesCounted([
      countOf({ count: 3 }),
      countOf({ reason: 'unavailable', count: 2 }),
      countOf({ tenant: 'bloom', state: 'parked', reason: 'rejected', count: 5 }),
    ]);
    expect(await shown('deliveries')).to.deep.equal({
      'acme/waiting/throttled': 3,
      'acme/waiting/unavailable': 2,
      'acme/parked/gave_up': 0,
      'bloom/waiting/throttled': 0,
      'bloom/parked/gave_up': 0,
      'bloom/parked/rejected': 5,
    });
  });

  it('show nothing before the first count, since a 0 that nobody knows hides what waits', async () => {
    expect(await shown('deliveries')).to.deep.equal({});
    expect(await shown('oldest_waiting_seconds')).to.deep.equal({});
  });

  it('show the age of the oldest that waits, which goes on between two counts, and 0 when none waits', async () => {
    metrics.deliveriesCounted([
      countOf({ oldest: clock.now() - 2000 }),
      countOf({ reason: 'unconfirmed', oldest: clock.now() - 3000 }),
      countOf({ state: 'parked', reason: 'rejected', oldest: clock.now() - 9000 }),
    ]);
    expect(await shown('oldest_waiting_seconds')).to.deep.equal({ acme: 3 });
    clock.advance(500);
    expect(await shown('oldest_waiting_seconds')).to.deep.equal({ acme: 3.5 });
    metrics.deliveriesCounted([countOf({ state: 'parked', reason: 'rejected', oldest: 0 })]);
    expect(await shown('oldest_waiting_seconds')).to.deep.equal({ acme: 0 });
  });

  it('show 0 as the age of what was accepted by a clock that is ahead', async () => {
    metrics.deliveriesCounted([countOf({ oldest: clock.now() + 1000 })]);
    expect(await shown('oldest_waiting_seconds')).to.deep.equal({ acme: 0 });
  });

  it('show what is left of a tenant that is synchronous by now, and nothing of one that has nothing', async () => {
    registry.put(registrationsOf.synchronous('acme'));
    registry.put(registrationsOf.synchronous('bloom'));
    metrics.deliveriesCounted([countOf({ count: 2, oldest: clock.now() })]);
    expect(await shown('deliveries')).to.deep.equal({ 'acme/waiting/throttled': 2 });
    expect(await shown('oldest_waiting_seconds')).to.deep.equal({ acme: 0 });
  });

  it('add up what nobody registered as unknown, once it is known who is registered', async () => {
    const before = new Registry();
    metrics = createMetrics(before, '0.0.0', { dropped: 0 }, { clock });
    metrics.deliveriesCounted([
      countOf({ tenant: 'gone', count: 2, oldest: clock.now() - 1000 }),
      countOf({ tenant: 'lost', count: 3, oldest: clock.now() - 4000 }),
      countOf({ tenant: 'lost', state: 'parked', reason: 'rejected' }),
    ]);
    expect(await shown('deliveries')).to.deep.equal({});
    before.setComplete(true);
    expect(await shown('deliveries')).to.deep.equal({
      'unknown/waiting/throttled': 5,
      'unknown/parked/rejected': 1,
    });
    expect(await shown('oldest_waiting_seconds')).to.deep.equal({ unknown: 4 });
  });

  it('count attempts by result, webhooks that are accepted or not parked, and rounds of the courier', async () => {
    for (const result of deliveryResults) metrics.deliveryAttempted('acme', result);
    metrics.deliveryAttempted('acme', 'issued');
    metrics.deliveryAttempted('gone', 'failed');
    for (const slug of ['acme', 'acme', 'gone']) metrics.accepted(slug);
    for (const slug of ['acme', 'gone']) metrics.notParked(slug);
    metrics.courierRound();
    expect(await shown('delivery_attempts_total')).to.deep.equal({
      'acme/issued': 2,
      'acme/postponed': 1,
      'acme/unconfirmed': 1,
      'acme/parked': 1,
      'acme/failed': 1,
      'unknown/failed': 1,
    });
    expect(await shown('accepted_total')).to.deep.equal({ acme: 2, unknown: 1 });
    expect(await shown('not_parked_total')).to.deep.equal({ acme: 1, unknown: 1 });
    expect(await shown('courier_rounds_total')).to.deep.equal({ '': 1 });
  });

  const claims: readonly [claim: ClaimStatus, outcome: Outcome, counted: number][] = [
    ['won', 'accepted', 1],
    ['unconfirmed', 'accepted', 1],
    ['accepted', 'accepted', 0],
    ['busy', 'accepted', 0],
    ['won', 'granted', 0],
  ];
  for (const [claim, outcome, counted] of claims) {
    it(`count a webhook that ends as ${outcome} ${counted} times as accepted if its claim is ${claim}`, async () => {
      const telemetry = new Telemetry({ metrics, clock, log: logInto([]), maxConnections: 1 });
      const context = { ...newWebhookContext(), tenant: 'acme', outcome, claim };
      telemetry.webhookEnded({ context, status: 202, requestId: 'r', seconds: 0, callerGone: false });
      expect(await shown('accepted_total')).to.deep.equal({ acme: counted });
    });
  }

  it('begin at 0 for each tenant whose delivery is durable, also while it is suspended, and for no other', async () => {
    registry.put(registrationsOf.suspended('paused'));
    registry.put(registrationsOf.synchronous('plain'));
    registry.put(registrationsOf['without its Secret']('poor'));
    expect(await shown('delivery_attempts_total')).to.deep.equal({ 'acme/issued': 0, 'paused/issued': 0 });
    expect(await shown('accepted_total')).to.deep.equal({ acme: 0, paused: 0 });
    expect(await shown('courier_rounds_total')).to.deep.equal({ '': 0 });
  });

  it('forget a tenant that is removed', async () => {
    metrics.deliveriesCounted([countOf()]);
    metrics.deliveryAttempted('acme', 'postponed');
    metrics.accepted('acme');
    registry.delete('loyalty/acme');
    expect(await textOf(metrics)).not.to.contain('tenant="acme"');
    registry.put(registrationsOf.durable('acme'));
    expect(await shown('accepted_total')).to.deep.equal({ acme: 0 });
    expect(await shown('delivery_attempts_total')).to.deep.equal({ 'acme/issued': 0 });
  });
});

/** A ledger in memory that says that it keeps these deliveries. */
class CountedLedger extends WrappedLedger {
  readonly deliveries: DeliveryLedger;

  constructor(clock: FakeClock, counts: () => Promise<readonly DeliveryCount[]>) {
    super(new MemoryLedger({ clock, times, maxEntries: 100 }));
    const done = () => Promise.resolve(false);
    const none = () => Promise.resolve([]);
    const zero = () => Promise.resolve(0);
    this.deliveries = {
      postpone: done,
      park: done,
      drop: done,
      parkNew: ({ delivery }) => Promise.resolve(delivery.id),
      takeDue: none,
      dueTenants: none,
      wake: zero,
      giveUp: zero,
      onDue: () => () => undefined,
      counts,
      outbox: {
        tenants: none,
        take: none,
        postpone: () => Promise.resolve(),
        remove: () => Promise.resolve(),
        counts: none,
      },
      admin: nobodysDeliveries,
    };
  }
}

describe('The deliveries of a gateway that runs', () => {
  it('are counted for its metrics and for its source, until it drains', async () => {
    const clock = new FakeClock();
    const told: [key: string, counts: DeliveryCounts][] = [];
    let counted = 0;
    const ledger = new CountedLedger(clock, () => {
      counted += 1;
      return Promise.resolve([countOf({ count: counted, oldest: 1 })]);
    });
    const gateway = await startGateway(
      { DRAIN_MS: '0', LEDGER_URL: 'sqlite:not-opened.db' },
      { clock, ledger, deliveries: (key, counts) => told.push([key, counts]) },
    );
    gateway.tenant('acme', { baseURL: 'http://127.0.0.1:9' });
    await clock.until(() => counted === 1, { stepMs: 1000 });
    await clock.settle();
    expect(shownIn(await gateway.metrics(), 'deliveries')).to.include({ 'acme/waiting/throttled': 1 });
    expect(told).to.deep.equal([['default/acme', { waiting: 1, parked: 0, oldestWaitingAt: 1 }]]);

    const stopped = gateway.stop();
    await clock.until(() => gateway.logs.some(({ msg }) => msg === 'stopped'), { stepMs: 100 });
    await stopped;
    const before = counted;
    clock.advance(60_000);
    await clock.settle();
    expect(counted).to.equal(before);
  });

  it('are counted as they are accepted, attempted and issued', async () => {
    const folder = await newFolder();
    const address = SqliteAddress.parse(`sqlite:${join(folder.path, 'ledger.db')}`);
    const ledger = await openSqliteLedger({ address, times, clock: systemClock, log: silent });
    const keyring = await openKeyring({ address, keyFile: undefined, clock: systemClock, log: silent });
    if (keyring === undefined) throw new Error('SQLite makes its key');
    // With so little jitter a pause of seconds is one of milliseconds, and the first count comes at once.
    const parts = { ledger, keyring, random: () => 0.001 };
    const { sandbox, gateway, stop } = await startWorld({ env: { LEDGER_URL: 'sqlite:ledger.db' }, parts });
    try {
      sandbox.setFaults([{ kind: 'error', status: 503 }]);
      const body = webhook({ id: 'a' });
      for (let copy = 0; copy < 2; copy++) expect((await gateway.post('acme', body)).status).to.equal(202);
      await eventually(async () => {
        const attempts = shownIn(await gateway.metrics(), 'delivery_attempts_total');
        expect(attempts['acme/postponed']).to.be.at.least(1);
      });
      sandbox.setFaults([]);
      await eventually(async () => {
        expect(shownIn(await gateway.metrics(), 'delivery_attempts_total')).to.include({ 'acme/issued': 1 });
      });
      const text = await gateway.metrics();
      expect(shownIn(text, 'accepted_total')).to.deep.equal({ acme: 1, bloom: 0 });
      expect(shownIn(text, 'courier_rounds_total')['']).to.be.at.least(2);
      expect(shownIn(text, 'oldest_waiting_seconds')).to.have.keys('acme', 'bloom');
    } finally {
      await stop();
      await folder.remove();
    }
  });
});
