import { expect } from 'chai';
import { Courier } from '../../src/delivery/courier.ts';
import type { DeliveryLedger } from '../../src/ledger/deliveries/deliveries.ts';
import { LedgerUnavailable } from '../../src/ledger/ledger.ts';
import { Registry } from '../../src/tenants/registry.ts';
import type { Resolution, Tenant } from '../../src/tenants/tenant.ts';
import { Process } from '../ledger/model/process.ts';
import { World } from '../ledger/model/world.ts';
import { type Lines, logInto } from '../support/loglines.ts';
import { tenantOf } from '../support/rewards.ts';
import { FakeDeliveries } from './fakedeliveries.ts';
import { admitsAll } from '../support/omneo.ts';

const suspended: Resolution = {
  webhookSecrets: [],
  refusal: { condition: 'Ready', reason: 'Suspended', message: 'It is suspended.' },
};

/** One attempt that a courier has begun. */
type Begun = Readonly<{ id: string; tenant: Tenant | undefined; at: number; end: () => void }>;

describe('A courier', () => {
  let world: World;
  let deliveries: FakeDeliveries;
  let registry: Registry;
  let lines: Lines;
  let begun: Begun[];
  let courier: Courier;
  let bug: Error | undefined;
  let unserved: string[];
  /** Each delivery that is taken waits again, for what a budget holds until the next day. */
  let isHeld: boolean;
  /** How long an attempt takes, in milliseconds; Infinity: until the test ends it. */
  let attemptMs: number;

  const serve = (slug: string, changes: Partial<Tenant> = {}): void => {
    resolve(slug, { webhookSecrets: [], tenant: { ...tenantOf(slug), ...changes } });
  };
  const resolve = (slug: string, resolution: Resolution): void => {
    registry.put({ key: `default/${slug}`, slug, createdAt: 0, resolution });
  };
  const of = (slug: string): readonly Begun[] => begun.filter(({ id }) => id.startsWith(`${slug}-`));
  const start = async (): Promise<void> => {
    courier.start();
    await world.pass(0);
  };

  beforeEach(() => {
    world = new World();
    const { clock } = new Process(world, 5000);
    deliveries = new FakeDeliveries(() => world.now);
    registry = new Registry();
    lines = [];
    begun = [];
    unserved = [];
    isHeld = false;
    bug = undefined;
    attemptMs = Infinity;
    courier = new Courier({
      deliveries: deliveries as unknown as DeliveryLedger,
      registry,
      omneoOf: () => admitsAll,
      deliverTaken: (tenant, { id }) => {
        if (bug !== undefined) return Promise.reject(bug);
        if (isHeld) {
          deliveries.put('acme', 1, 3_600_000);
          return Promise.resolve();
        }
        return new Promise((end) => {
          begun.push({ id, tenant, at: world.now, end });
          if (attemptMs < Infinity) world.after(attemptMs, end);
        });
      },
      clock,
      log: logInto(lines),
      suspensions: {
        seen: (slug) => {
          unserved.push(slug);
          return Promise.resolve();
        },
      },
      goneTenants: { look: () => Promise.resolve() },
      onRound: () => undefined,
    });
  });
  afterEach(async () => {
    for (const { end } of begun) end();
    const stopped = courier.stop();
    await world.calm();
    await stopped;
  });

  describe('takes', () => {
    it('what is due, and attempts it for its tenant as that is served now', async () => {
      serve('acme');
      deliveries.put('acme', 2);
      await start();
      expect(begun.map(({ id }) => id)).to.deep.equal(['acme-0', 'acme-1']);
      expect(begun[0]?.tenant?.slug).to.equal('acme');
    });

    it('what is due later when it is due, and no sooner', async () => {
      serve('acme');
      deliveries.put('acme', 1, 300);
      await start();
      await world.pass(2000);
      expect(begun.map(({ at }) => at)).to.deep.equal([300]);
    });

    it('what was stored since within a second', async () => {
      serve('acme');
      await start();
      await world.pass(10);
      deliveries.put('acme', 1);
      await world.pass(990);
      expect(begun).to.have.length(1);
    });

    it('what becomes due meanwhile within a few milliseconds, if the ledger tells of it', async () => {
      serve('acme');
      await start();
      await world.pass(10);
      deliveries.put('acme', 1);
      deliveries.due.tell();
      await world.pass(20);
      expect(begun.map(({ at }) => at)).to.deep.equal([30]);
    });

    it('what becomes due together by one look, however often the ledger tells of it', async () => {
      serve('acme');
      await start();
      for (let n = 0; n < 100; n += 1) deliveries.due.tell();
      await world.pass(20);
      expect(deliveries.looks).to.equal(2);
    });

    it('nothing more that the ledger tells of once it is stopped', async () => {
      await start();
      await courier.stop();
      deliveries.due.tell();
      await world.pass(2000);
      expect(deliveries.looks).to.equal(1);
      expect(deliveries.due.isEmpty).to.equal(true);
    });

    it('no time away from what waits for a tenant that is not served: it notes each that is registered', async () => {
      serve('bloom');
      resolve('acme', suspended);
      for (const slug of ['acme', 'bloom', 'gone']) deliveries.put(slug, 1, 5000);
      await start();
      expect(unserved).to.deep.equal(['acme']);
    });

    it('nothing of a tenant that is not served, and asks no more often for it', async () => {
      resolve('acme', suspended);
      deliveries.put('acme', 5);
      deliveries.put('gone', 5);
      await start();
      await world.pass(10_000);
      expect(begun).to.deep.equal([]);
      expect(deliveries.looks).to.equal(11);
    });

    it('a hundred looks a second at most, however much is due soon', async () => {
      for (let ms = 1; ms < 1000; ms += 1) deliveries.put(`t${ms}x`, 1, ms);
      await start();
      await world.pass(1000);
      expect(deliveries.looks).to.be.within(90, 101);
    });
  });

  describe('has places', () => {
    it('32 for one tenant, which it fills again when half of them are free', async () => {
      serve('acme');
      deliveries.put('acme', 100);
      await start();
      expect(begun).to.have.length(32);
      for (const { end } of begun.slice(0, 15)) end();
      await world.pass(0);
      expect(begun).to.have.length(32);
      begun[15]?.end();
      await world.pass(0);
      expect(begun).to.have.length(48);
      expect(deliveries.looks).to.equal(1);
    });

    it('for a tenant, however much another one has waiting whose attempts never end', async () => {
      for (const slug of ['acme', 'bloom']) serve(slug);
      deliveries.put('acme', 100_000);
      await start();
      await world.pass(5000);
      deliveries.put('bloom', 1);
      await world.pass(1000);
      expect(of('acme')).to.have.length(32);
      expect(of('bloom')).to.have.length(1);
    });

    it('256 in all, of which each of many tenants has some', async () => {
      const slugs = Array.from({ length: 20 }, (_, n) => `t${n}x`);
      for (const slug of slugs) {
        serve(slug);
        deliveries.put(slug, 1000);
      }
      await start();
      await world.pass(5000);
      expect(begun.length).to.be.within(200, 256);
      for (const slug of slugs) expect(of(slug).length, slug).to.be.at.least(1);
    });

    it('for a tenant that comes when others have taken all, as soon as their attempts end', async () => {
      const slugs = Array.from({ length: 8 }, (_, n) => `t${n}x`);
      attemptMs = 10_000;
      for (const slug of slugs) {
        serve(slug);
        deliveries.put(slug, 2000);
      }
      await start();
      await world.pass(5000);
      expect(begun).to.have.length(256);
      serve('bloom');
      deliveries.put('bloom', 1);
      await world.pass(11_000);
      expect(of('bloom')).to.have.length(1);
    });

    it('for all in turn, when there are more tenants than places', async () => {
      const slugs = Array.from({ length: 300 }, (_, n) => `t${n}x`);
      attemptMs = 500;
      for (const slug of slugs) {
        serve(slug);
        deliveries.put(slug, 1);
      }
      await start();
      await world.pass(5000);
      expect(new Set(begun.map(({ id }) => id)).size).to.equal(300);
    });
  });

  describe('wakes', () => {
    const anHour = 3_600_000;

    it('what waits for a tenant that is served again', async () => {
      resolve('acme', suspended);
      deliveries.put('acme', 3, anHour);
      await start();
      await world.pass(5000);
      serve('acme');
      await world.pass(2000);
      expect(begun).to.have.length(3);
    });

    it('nothing of a tenant that was written again as it was', async () => {
      serve('acme');
      await start();
      deliveries.put('acme', 1, anHour);
      serve('acme');
      await world.pass(5000);
      expect(deliveries.woken).to.deep.equal([]);
    });

    it('nothing of a tenant that has nothing stored', async () => {
      serve('acme');
      await start();
      await world.pass(2000);
      expect(deliveries.woken).to.deep.equal([]);
    });

    it('it later, if the ledger was away when the tenant changed', async () => {
      serve('acme');
      deliveries.put('acme', 1, anHour);
      await start();
      deliveries.failures.set('wake', new LedgerUnavailable('away'));
      serve('acme', { rewards: { timezone: 'Australia/Melbourne' } });
      deliveries.put('acme', 1, anHour);
      await world.pass(3000);
      deliveries.failures.clear();
      await world.pass(3000);
      expect(begun).to.have.length(2);
    });

    it('it in vain while the ledger does not manage that, and works on what is due of others', async () => {
      for (const slug of ['acme', 'bloom']) serve(slug);
      deliveries.put('acme', 1, anHour);
      await start();
      deliveries.failures.set('wake', new LedgerUnavailable('too much of it'));
      serve('acme', { rewards: { timezone: 'Australia/Melbourne' } });
      await world.pass(3000);
      deliveries.put('bloom', 1);
      await world.pass(3000);
      expect(of('bloom')).to.have.length(1);
    });

    it('of a tenant with budgets as much as waits when it changes, and not again what they hold again', async () => {
      isHeld = true;
      serve('acme');
      await start();
      await world.pass(2000);
      deliveries.put('acme', 1500, anHour);
      serve('acme', { limits: { perDay: { rewards: 1 } } });
      await world.pass(30_000);
      expect(deliveries.woken).to.deep.equal(['acme', 'acme']);
      serve('acme', { limits: { perDay: { rewards: 2 } } });
      await world.pass(30_000);
      const { length } = deliveries.woken;
      expect(length).to.be.within(3, 4);
      await world.pass(60_000);
      expect(deliveries.woken).to.have.length(length);
    });

    it('of a tenant with budgets all of it later, if the ledger was away when it was to be counted', async () => {
      serve('acme');
      await start();
      deliveries.put('acme', 3, anHour);
      deliveries.failures.set('counts', new LedgerUnavailable('away'));
      serve('acme', { limits: { perProfilePerDay: { rewards: 1 } } });
      await world.pass(3000);
      expect(begun).to.have.length(0);
      deliveries.failures.clear();
      await world.pass(3000);
      expect(begun).to.have.length(3);
    });

    it('of many tenants with budgets by one count of all', async () => {
      const slugs = ['acme', 'bloom', 'cork', 'dune'];
      for (const slug of slugs) deliveries.put(slug, 3, anHour);
      for (const slug of slugs) serve(slug, { limits: { perDay: { rewards: 9 } } });
      await start();
      await world.pass(1000);
      expect(begun).to.have.length(12);
      expect(deliveries.timesCounted).to.equal(1);
    });

    it('so many at a time that no other tenant waits for it', async () => {
      for (const slug of ['acme', 'bloom']) serve(slug);
      deliveries.put('acme', 5500, anHour);
      await start();
      deliveries.put('bloom', 1);
      await world.pass(1000);
      expect(of('bloom')).to.have.length(1);
      await world.pass(6000);
      expect(deliveries.woken).to.deep.equal(Array.from({ length: 6 }, () => 'acme'));
    });
  });

  describe('when something fails', () => {
    it('goes on once the ledger is back, and says nothing: that is the ledger’s to say', async () => {
      serve('acme');
      deliveries.put('acme', 1);
      deliveries.isAway = true;
      await start();
      await world.pass(10_000);
      expect(begun).to.deep.equal([]);
      deliveries.isAway = false;
      await world.pass(1000);
      expect(begun).to.have.length(1);
      expect(lines).to.deep.equal([]);
    });

    it('loses no place when the ledger is away as places become free', async () => {
      serve('acme');
      deliveries.put('acme', 64);
      await start();
      deliveries.isAway = true;
      for (const { end } of begun) end();
      await world.pass(3000);
      deliveries.isAway = false;
      await world.pass(1000);
      expect(begun).to.have.length(64);
    });

    it('serves the others while what one has stored runs into a bug, and names that tenant', async () => {
      for (const slug of ['acme', 'bloom', 'zinc']) {
        serve(slug);
        deliveries.put(slug, 1);
      }
      deliveries.failures.set('takeDue bloom', new TypeError('a value of the payload'));
      await start();
      expect(of('acme').length + of('zinc').length).to.equal(2);
      expect(lines).to.deep.equal([['error', 'courier failed', { tenant: 'bloom', error: 'TypeError' }]]);
    });

    it('says so when it runs into a bug itself, and looks again', async () => {
      serve('acme');
      deliveries.put('acme', 1);
      deliveries.failures.set('dueTenants', new TypeError('x is undefined'));
      await start();
      deliveries.failures.clear();
      await world.pass(1000);
      expect(lines).to.deep.equal([['error', 'courier failed', { error: 'TypeError' }]]);
      expect(begun).to.have.length(1);
    });

    it('frees the place of an attempt that ended in a bug, and says of which that is', async () => {
      serve('acme');
      deliveries.put('acme', 40);
      bug = new RangeError('a value of the payload');
      await start();
      await world.pass(1000);
      expect(lines).to.have.length(40);
      const names = { tenant: 'acme', request_id: 'acme-0' };
      expect(lines[0]).to.deep.equal(['error', 'courier failed', { ...names, error: 'RangeError' }]);
    });
  });

  describe('that is stopped', () => {
    it('takes nothing more, and has stopped when what it took has ended', async () => {
      serve('acme');
      deliveries.put('acme', 100);
      await start();
      let isStopped = false;
      const stopped = courier.stop().then(() => (isStopped = true));
      await world.pass(5000);
      expect(isStopped).to.equal(false);
      for (const { end } of begun) end();
      await world.pass(0);
      expect(isStopped).to.equal(true);
      await stopped;
      expect(begun).to.have.length(32);
      expect(deliveries.looks).to.equal(1);
    });

    it('gives back what was being taken at that moment, before it has stopped', async () => {
      serve('acme');
      deliveries.put('acme', 40);
      await start();
      const { promise, resolve: goOn } = Promise.withResolvers<undefined>();
      deliveries.taking = promise;
      for (const { end } of begun) end();
      await world.pass(0);
      let isStopped = false;
      const stopped = courier.stop().then(() => (isStopped = true));
      await world.pass(0);
      expect(isStopped, 'before it knows what it has taken').to.equal(false);
      goOn(undefined);
      await world.pass(0);
      expect(begun.slice(32).map(({ tenant }) => tenant)).to.deep.equal(Array(8).fill(undefined));
      for (const { end } of begun) end();
      await world.pass(0);
      await stopped;
      expect(isStopped).to.equal(true);
    });

    it('before it was started has stopped at once', async () => {
      await courier.stop();
      courier.start();
      await world.pass(5000);
      expect(deliveries.looks).to.equal(0);
    });
  });
});
