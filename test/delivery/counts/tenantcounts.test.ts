import { expect } from 'chai';
import { TenantCounts } from '../../../src/delivery/counts/tenantcounts.ts';
import type { DeliveryCounts } from '../../../src/tenants/tenant.ts';
import { Registry } from '../../../src/tenants/registry.ts';
import { countOf, registrationsOf } from '../../support/deliveries.ts';

const nothing = { waiting: 0, parked: 0, oldestWaitingAt: null };

describe('What is told of a tenant and its deliveries', () => {
  let registry: Registry;
  let told: [key: string, counts: DeliveryCounts][];
  let tenants: TenantCounts;

  beforeEach(() => {
    registry = new Registry();
    told = [];
    tenants = new TenantCounts({ registry, report: (key, counts) => told.push([key, counts]) });
  });

  it('is the sum over all reasons, and when the oldest that waits was accepted', () => {
    registry.put(registrationsOf.durable('acme'));
    tenants.counted([
      countOf({ count: 3, oldest: 2000 }),
      countOf({ reason: 'unavailable', count: 4, oldest: 1000 }),
      countOf({ state: 'parked', reason: 'rejected', count: 2, oldest: 10 }),
      countOf({ state: 'parked', reason: 'gave_up', count: 1, oldest: 20 }),
    ]);
    expect(told).to.deep.equal([['loyalty/acme', { waiting: 7, parked: 3, oldestWaitingAt: 1000 }]]);
  });

  it('is that nothing is the oldest when all are parked', () => {
    registry.put(registrationsOf.durable('acme'));
    tenants.counted([countOf({ state: 'parked', reason: 'rejected' })]);
    expect(told).to.deep.equal([['loyalty/acme', { waiting: 0, parked: 1, oldestWaitingAt: null }]]);
  });

  it('goes to the OmneoTenant that holds the slug, and to nobody for a slug that nobody holds', () => {
    registry.put(registrationsOf.durable('acme'));
    registry.put({ ...registrationsOf.durable('acme'), key: 'a/older', createdAt: -1 });
    tenants.counted([countOf(), countOf({ tenant: 'gone' })]);
    expect(told.map(([key]) => key)).to.deep.equal(['a/older']);
  });

  it('is that there are none, once', () => {
    registry.put(registrationsOf.durable('acme'));
    tenants.counted([]);
    tenants.counted([]);
    expect(told).to.deep.equal([['loyalty/acme', nothing]]);
  });

  it('is that there are none again, each time when the last one is done', () => {
    registry.put(registrationsOf.durable('acme'));
    for (const counts of [[], [countOf()], [], [], [countOf()], []]) tenants.counted(counts);
    expect(told.map(([, { waiting }]) => waiting)).to.deep.equal([0, 1, 0, 1, 0]);
  });

  it('is told again of one that was changed, or deleted and made again', () => {
    registry.put(registrationsOf.durable('acme'));
    tenants.counted([]);
    registry.delete('loyalty/acme');
    registry.put(registrationsOf.durable('acme'));
    tenants.counted([]);
    expect(told).to.deep.equal([
      ['loyalty/acme', nothing],
      ['loyalty/acme', nothing],
    ]);
  });

  const cases: readonly [kind: keyof typeof registrationsOf, withNone: number, withSome: number][] = [
    ['durable', 1, 1],
    ['suspended', 1, 1],
    ['synchronous', 0, 0],
    ['without its Secret', 0, 1],
  ];
  for (const [kind, withNone, withSome] of cases) {
    it(`is told ${withNone} times with none and ${withSome} times with some, for one that is ${kind}`, () => {
      registry.put(registrationsOf[kind]('acme'));
      tenants.counted([]);
      expect(told).to.have.length(withNone);
      told = [];
      tenants.counted([countOf()]);
      expect(told).to.have.length(withSome);
    });
  }
});
