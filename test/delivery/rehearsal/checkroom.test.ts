import { expect } from 'chai';
import { BudgetExceeded } from '../../../src/delivery/limits/budgetexceeded.ts';
import { dayBudget, profileBudget } from '../../../src/delivery/limits/budgetnames.ts';
import { checkRoom } from '../../../src/delivery/rehearsal/checkroom.ts';
import type { Spent } from '../../../src/ledger/ledger.ts';
import { resolve } from '../../../src/tenants/resolve.ts';
import { type Tenant, tenantBehind } from '../../../src/tenants/tenant.ts';
import { omneoTenant, policy, secretsWith } from '../../tenants/support.ts';

/** Half an hour before midnight in Melbourne. */
const now = Date.parse('2026-03-01T12:30:00Z');
const today = dayBudget('acme', '2026-03-01');
const hers = profileBudget('acme', '2026-03-01', '7001');

function tenantWith(limits: Tenant['limits']): Tenant {
  const spec = { rewards: { timezone: 'Australia/Melbourne' }, ...(limits !== undefined && { limits }) };
  const tenant = tenantBehind(resolve(omneoTenant(spec as object), secretsWith(), policy));
  if (tenant === undefined) throw new Error('it is valid');
  return tenant;
}

describe('The room in budgets, as a rehearsal looks at it', () => {
  const rows: [what: string, limits: Tenant['limits'], spent: readonly Spent[], hasRoom: boolean][] = [
    ['is there without budgets', { maxAmount: 100 }, [], true],
    ['is there when nothing is spent', { perDay: { rewards: 1, amount: 10 } }, [], true],
    [
      'is there for the last reward',
      { perDay: { rewards: 5 } },
      [{ budget: today, rewards: 4, cents: 0 }],
      true,
    ],
    [
      'is not there for one more',
      { perDay: { rewards: 5 } },
      [{ budget: today, rewards: 5, cents: 0 }],
      false,
    ],
    [
      'is there to the cent',
      { perDay: { amount: 99.95 } },
      [{ budget: today, rewards: 9, cents: 8995 }],
      true,
    ],
    [
      'is not there beyond a cent',
      { perDay: { amount: 99.95 } },
      [{ budget: today, rewards: 9, cents: 8996 }],
      false,
    ],
    [
      'is not there for a customer',
      { perProfilePerDay: { rewards: 1 } },
      [{ budget: hers, rewards: 1, cents: 1 }],
      false,
    ],
    [
      'is not there for a customer, though the tenant has some',
      { perDay: { rewards: 9 }, perProfilePerDay: { amount: 15 } },
      [
        { budget: today, rewards: 1, cents: 1000 },
        { budget: hers, rewards: 1, cents: 1000 },
      ],
      false,
    ],
  ];
  for (const [what, limits, spent, hasRoom] of rows)
    it(what, async () => {
      const ledger = {
        spent: (names: readonly string[]) =>
          Promise.resolve(spent.filter(({ budget }) => names.includes(budget))),
      };
      const checked = checkRoom({ ledger, clock: { now: () => now } }, tenantWith(limits), {
        cents: 1000,
        profileId: '7001',
      });
      const error: unknown = await checked.catch((reason: unknown) => reason);
      if (hasRoom) expect(error).to.equal(undefined);
      else expect(error).to.be.instanceOf(BudgetExceeded).and.include({ retryAfter: 1830 });
    });
});
