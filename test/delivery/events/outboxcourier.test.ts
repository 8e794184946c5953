import { expect } from 'chai';
import { OutboxCourier } from '../../../src/delivery/events/outboxcourier.ts';
import type { Notified } from '../../../src/delivery/events/notifyoutcome.ts';
import type { OutboxItem } from '../../../src/ledger/deliveries/outbox.ts';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { Confidential } from '../../../src/tenants/confidential.ts';
import { Registry } from '../../../src/tenants/registry.ts';
import type { KlaviyoEvents, Refusal, Resolution } from '../../../src/tenants/tenant.ts';
import { Process } from '../../ledger/model/process.ts';
import { World } from '../../ledger/model/world.ts';
import { type Lines, logInto } from '../../support/loglines.ts';
import { durableTenant } from '../stored.ts';
import { itemOf } from './items.ts';

const key = (value = 'pk_of_the_tests'): KlaviyoEvents => ({ apiKey: new Confidential(value) });
const missing: Refusal = { condition: 'ResolvedRefs', reason: 'SecretKeyMissing', message: 'Add the key.' };
const leaseMs = 20_000;

type Row = { readonly item: OutboxItem; dueAt: number };

describe('The courier of the outbox', () => {
  let world: World;
  let registry: Registry;
  let lines: Lines;
  let rows: Row[];
  let looks: number;
  let away: Error | undefined;
  /** What comes of telling an item, by its delivery; else it is sent. */
  let results: Map<string, Omit<Notified, 'item'>>;
  /** When each delivery was told, with which key. */
  let told: [id: string, key: string, at: number][];
  let courier: OutboxCourier;

  beforeEach(() => {
    world = new World();
    const { clock } = new Process(world, 5000);
    registry = new Registry();
    [lines, rows, told] = [[], [], []];
    results = new Map();
    looks = 0;
    away = undefined;
    courier = new OutboxCourier({
      registry,
      clock,
      random: () => 1,
      log: logInto(lines),
      outbox: {
        tenants: () => {
          looks += 1;
          if (away !== undefined) return Promise.reject(away);
          return Promise.resolve([...new Set(due().map(({ item }) => item.tenant))]);
        },
        take: (tenant, most, takenMs) => {
          const taken = due()
            .filter(({ item }) => item.tenant === tenant)
            .slice(0, most);
          for (const row of taken) row.dueAt = world.now + takenMs;
          return Promise.resolve(taken.map(({ item }) => item));
        },
      },
      notify: (_, apiKey, item) => {
        told.push([item.deliveryId, apiKey.reveal(), world.now]);
        const result = results.get(item.deliveryId) ?? { result: 'sent' };
        if (result.result === 'sent') rows = rows.filter((row) => row.item !== item);
        return Promise.resolve({ item, ...result });
      },
    });
  });

  const due = (): Row[] => rows.filter(({ dueAt }) => dueAt <= world.now);
  const put = (...ids: readonly string[]): void => {
    for (const id of ids) {
      const [tenant = ''] = id.split('-');
      rows.push({ item: itemOf({ deliveryId: id, tenant }), dueAt: world.now });
    }
  };
  const resolve = (slug: string, resolution: Resolution): void => {
    registry.put({ key: `default/${slug}`, slug, createdAt: 0, resolution });
  };
  const serve = (slug: string, klaviyoEvents: KlaviyoEvents | undefined = key()): void => {
    resolve(slug, { webhookSecrets: [], tenant: durableTenant({ slug, klaviyoEvents }) });
  };
  const ids = (): readonly string[] => told.map(([id]) => id);
  const pass = async (ms: number): Promise<void> => {
    await world.pass(ms);
  };

  it('tells what is due within a second, and each once', async () => {
    serve('acme');
    put('acme-1', 'acme-2');
    courier.start();
    await pass(5000);
    expect(ids()).to.deep.equal(['acme-1', 'acme-2']);
    expect(told.every(([, , at]) => at <= 1000)).to.equal(true);
    expect(lines).to.deep.equal([]);
  });

  it('leaves the ledger alone while no tenant has its Klaviyo told', async () => {
    resolve('acme', { webhookSecrets: [], tenant: durableTenant() });
    put('acme-1');
    courier.start();
    await pass(5000);
    expect([looks, ids()]).to.deep.equal([0, []]);
  });

  it('tells nothing of a tenant that is suspended, gone, or has its Klaviyo told no more', async () => {
    serve('bloom');
    const refusal: Refusal = { condition: 'Ready', reason: 'Suspended', message: 'It is suspended.' };
    const suspended = durableTenant({ slug: 'suspended', klaviyoEvents: key() });
    resolve('suspended', { webhookSecrets: [], refusal, suspended });
    resolve('silent', { webhookSecrets: [], tenant: durableTenant({ slug: 'silent' }) });
    put('suspended-1', 'silent-1', 'gone-1', 'bloom-1');
    courier.start();
    await pass(5000);
    expect(ids()).to.deep.equal(['bloom-1']);
  });

  it('tells a few of each tenant at each look, so that one holds up no other and takes no whole account', async () => {
    serve('acme');
    serve('bloom');
    put(...Array.from({ length: 50 }, (_, n) => `acme-${n}`), 'bloom-1');
    courier.start();
    await pass(1000);
    expect(ids().filter((id) => id.startsWith('acme'))).to.have.length(20);
    expect(ids()).to.include('bloom-1');
    await pass(2000);
    expect(ids()).to.have.length(51);
  });

  it('lets tenants take turns when all have much to tell', async () => {
    const slugs = Array.from({ length: 15 }, (_, n) => `t${n}`);
    for (const slug of slugs) {
      serve(slug);
      put(...Array.from({ length: 100 }, (_, n) => `${slug}-${n}`));
    }
    courier.start();
    await pass(1000);
    expect(told).to.have.length(200);
    await pass(14_000);
    const counts = Map.groupBy(ids(), (id) => id.split('-')[0]);
    for (const slug of slugs) expect(counts.get(slug)?.length, slug).to.be.at.least(100);
  });

  for (const result of ['unavailable', 'refused'] as const)
    it(`leaves an account alone for longer and longer while it is ${result}, and no other one`, async () => {
      serve('acme');
      serve('bloom');
      put('acme-1');
      results.set('acme-1', { result });
      courier.start();
      await pass(200_000);
      const at = told.map(([, , time]) => Math.round(time / 1000));
      const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0));
      expect(pauses.slice(0, 3)).to.deep.equal([20, 20, 20]);
      expect(pauses[3]).to.be.within(39, 42);
      put('bloom-1');
      await pass(1000);
      expect(ids().at(-1)).to.equal('bloom-1');
    });

  it('waits for as long as Klaviyo asks for', async () => {
    serve('acme');
    put('acme-1');
    results.set('acme-1', { result: 'throttled', waitMs: 120_000 });
    courier.start();
    await pass(1000);
    results.clear();
    put('acme-2');
    await pass(119_000);
    expect(ids()).to.deep.equal(['acme-1']);
    await pass(2000);
    expect(ids().slice(1)).to.have.members(['acme-1', 'acme-2']);
  });

  it('goes on with an account as soon as one event is sent, though another one fails', async () => {
    serve('acme');
    put('acme-bad');
    results.set('acme-bad', { result: 'unavailable' });
    courier.start();
    for (let n = 0; n < 20; n += 1) {
      put(`acme-${n}`);
      await pass(6000);
    }
    expect(new Set(ids())).to.have.length(21);
  });

  it('is not held up by what only one event fails for', async () => {
    serve('acme');
    put('acme-sealed');
    results.set('acme-sealed', { result: 'sealed' });
    courier.start();
    await pass(1000);
    put('acme-1');
    await pass(1000);
    expect(ids()).to.deep.equal(['acme-sealed', 'acme-1']);
    await pass(leaseMs);
    expect(ids()).to.deep.equal(['acme-sealed', 'acme-1', 'acme-sealed']);
  });

  it('uses a changed key at once', async () => {
    serve('acme', key('pk_old'));
    put('acme-1');
    results.set('acme-1', { result: 'throttled', waitMs: 3_600_000 });
    courier.start();
    await pass(1000);
    serve('acme', key('pk_new'));
    put('acme-2');
    await pass(1000);
    expect(told.at(-1)?.slice(0, 2)).to.deep.equal(['acme-2', 'pk_new']);
  });

  it('says why it tells nothing while the key cannot be read, now and then', async () => {
    serve('acme', { refusal: missing });
    put('acme-1');
    courier.start();
    await pass(14_000);
    expect(ids()).to.deep.equal([]);
    expect(lines).to.have.length(2);
    expect(lines[0]).to.deep.equal([
      'warn',
      'Klaviyo cannot be told how webhooks end: Add the key.',
      { tenant: 'acme', reason: 'SecretKeyMissing' },
    ]);
    serve('acme');
    await pass(1000);
    expect(ids()).to.deep.equal(['acme-1']);
  });

  it('waits for a ledger that is away, and goes on after a bug', async () => {
    serve('acme');
    away = new LedgerUnavailable('away');
    courier.start();
    await pass(2000);
    expect(lines).to.deep.equal([]);
    away = new Error('a bug');
    await pass(1000);
    expect(lines.map(([level, message]) => [level, message])).to.deep.equal([
      ['error', 'outbox courier failed'],
    ]);
    away = undefined;
    put('acme-1');
    await pass(1000);
    expect(ids()).to.deep.equal(['acme-1']);
  });

  it('takes nothing more once it is stopped', async () => {
    serve('acme');
    courier.start();
    await pass(1000);
    await courier.stop();
    put('acme-1');
    await pass(5000);
    expect(ids()).to.deep.equal([]);
  });
});
