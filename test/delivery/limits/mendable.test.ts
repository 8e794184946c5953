import { expect } from 'chai';
import { mostToWake } from '../../../src/delivery/limits/mendable.ts';
import type { DeliveryCount } from '../../../src/ledger/deliveries/deliveries.ts';
import { tenantOf } from '../../support/rewards.ts';

const count = (changes: Partial<DeliveryCount>): DeliveryCount => {
  return { tenant: 'acme', state: 'waiting', reason: 'held', count: 5, oldest: 0, ...changes };
};

describe('How much of what waits is woken when its tenant changes', () => {
  const counted = [
    count({}),
    count({ reason: 'throttled', count: 20 }),
    count({ reason: 'profile_not_found', count: 100 }),
    count({ state: 'parked', reason: 'rejected', count: 1000 }),
    count({ tenant: 'bloom', count: 10_000 }),
  ];
  let asked: number;
  const countAll = (): Promise<readonly DeliveryCount[]> => {
    asked += 1;
    return Promise.resolve(counted);
  };
  beforeEach(() => {
    asked = 0;
  });

  for (const limits of [{}, { maxAmount: 5 }])
    it(`is all of it with ${JSON.stringify(limits)}, without a count`, async () => {
      expect(await mostToWake({ slug: 'acme', limits }, countAll)).to.equal(Infinity);
      expect(await mostToWake(tenantOf('acme'), countAll)).to.equal(Infinity);
      expect(asked).to.equal(0);
    });

  for (const limits of [{ perDay: { rewards: 1 } }, { perProfilePerDay: { amount: 1 } }])
    it(`is as much as waits for what may be mended, with ${JSON.stringify(limits)}`, async () => {
      expect(await mostToWake({ slug: 'acme', limits }, countAll)).to.equal(25);
      expect(await mostToWake({ slug: 'zinc', limits }, countAll)).to.equal(0);
    });
});
