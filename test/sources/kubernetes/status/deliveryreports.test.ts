import { expect } from 'chai';
import {
  deliveriesToShow,
  DeliveryReports,
  shownDeliveries,
} from '../../../../src/sources/kubernetes/status/deliveryreports.ts';
import type { Resolution, Tenant } from '../../../../src/tenants/tenant.ts';
import { FakeClock } from '../fakeclock.ts';

const counts = { waiting: 2, parked: 1, oldestWaitingAt: Date.parse('2026-11-23T10:00:00.900Z') };

describe('DeliveryReports', () => {
  let clock: FakeClock;
  let changed: string[];
  let reports: DeliveryReports;

  beforeEach(() => {
    clock = new FakeClock();
    changed = [];
    reports = new DeliveryReports({ clock, changed: (key) => changed.push(key) });
  });

  it('tell of counts that differ from those before, and of no others', () => {
    reports.set('a/acme', counts);
    reports.set('a/acme', { ...counts });
    reports.set('a/bloom', counts);
    reports.set('a/acme', { ...counts, oldestWaitingAt: null });
    expect(changed).to.deep.equal(['a/acme', 'a/bloom', 'a/acme']);
    expect(reports.get('a/bloom')).to.deep.equal(counts);
  });

  it('leave a status alone for a minute after it was written, or first seen', () => {
    expect(reports.waitMs('a/acme')).to.equal(60_000);
    clock.advance(60_000);
    expect(reports.waitMs('a/acme')).to.equal(0);
    reports.writing('a/acme');
    clock.advance(59_999);
    expect(reports.waitMs('a/acme')).to.equal(1);
    expect(reports.waitMs('a/bloom')).to.equal(60_000);
  });

  it('go by the monotonic clock', () => {
    reports.writing('a/acme');
    clock.jump(3_600_000);
    expect(reports.waitMs('a/acme')).to.equal(60_000);
  });

  it('forget who is gone', () => {
    reports.set('a/acme', counts);
    reports.forget('a/acme');
    expect(reports.get('a/acme')).to.equal(undefined);
    reports.set('a/acme', counts);
    expect(changed).to.have.length(2);
  });
});

describe('The deliveries to show', () => {
  const tenant = (isDurable: boolean) => ({ delivery: { isDurable } }) as Tenant;
  const refusal = { condition: 'Ready', reason: 'Suspended', message: '' } as const;
  const shown = { deliveries: { waiting: 9, parked: 8, oldestWaiting: '2026-11-23T09:00:00Z' } };
  const fresh = { waiting: 2, parked: 1, oldestWaiting: '2026-11-23T10:00:00Z' };

  const cases: [
    what: string,
    resolution: object,
    expected: object | undefined,
    uncounted: object | undefined,
  ][] = [
    ['a durable tenant', { tenant: tenant(true) }, fresh, shown.deliveries],
    ['a synchronous one', { tenant: tenant(false) }, undefined, undefined],
    ['a durable one that is suspended', { refusal, suspended: tenant(true) }, fresh, shown.deliveries],
    ['a synchronous one that is suspended', { refusal, suspended: tenant(false) }, undefined, undefined],
    ['one of which that is not known', { refusal }, fresh, shown.deliveries],
  ];
  for (const [what, resolution, expected, uncounted] of cases) {
    const given = { webhookSecrets: [], ...resolution } as unknown as Resolution;

    it(`are ${expected ? 'those that were counted' : 'none'} for ${what}`, () => {
      expect(deliveriesToShow(given, counts, shown)).to.deep.equal(expected);
    });

    it(`are ${uncounted ? 'those that are shown' : 'none'} for ${what} while nobody has counted`, () => {
      expect(deliveriesToShow(given, undefined, shown)).to.deep.equal(uncounted);
    });
  }

  for (const status of [
    undefined,
    null,
    5,
    {},
    { deliveries: null },
    { deliveries: { waiting: '1', parked: 0 } },
  ])
    it(`are read with care from the status ${JSON.stringify(status)}`, () => {
      expect(shownDeliveries(status)).to.equal(undefined);
    });
});
