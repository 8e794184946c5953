import { expect } from 'chai';
import { BudgetExceeded } from '../../../src/delivery/limits/budgetexceeded.ts';
import { dayBudget, profileBudget } from '../../../src/delivery/limits/budgetnames.ts';
import { TenantBudgets } from '../../../src/delivery/limits/tenantbudgets.ts';
import type { Reservation, Reserved } from '../../../src/ledger/budgets/budgets.ts';
import type { DeliveryCount } from '../../../src/ledger/deliveries/deliveries.ts';
import type { Claim } from '../../../src/ledger/ledger.ts';
import { Problem } from '../../../src/lib/problem.ts';
import type { Limits } from '../../../src/tenants/limits.ts';
import type { Tenant } from '../../../src/tenants/tenant.ts';
import { HandClock } from '../../ledger/clock.ts';
import { tenantOf } from '../../support/rewards.ts';

const claim: Claim = { key: 'k', owner: 'o', externalId: 'order-1', leasedUntil: 0 };
const today = 'acme/2026-11-27';
const customer = profileBudget('acme', '2026-11-27', 'ada');

describe('the budgets of a tenant', () => {
  let clock: HandClock;
  let asked: Reservation[];
  let answer: Reserved;
  let counts: readonly DeliveryCount[];
  let budgets: TenantBudgets;

  const sydney = (limits: Limits): Tenant => {
    const tenant = tenantOf('acme');
    return { ...tenant, limits, rewards: { ...tenant.rewards, timezone: 'Australia/Sydney' } };
  };
  const reserve = (tenant: Tenant, cents = 1005): Promise<void> =>
    budgets.reserve(tenant, claim, { cents, profileId: 'ada' });
  const failureOf = async (tenant: Tenant, cents?: number): Promise<unknown> =>
    reserve(tenant, cents).then(
      () => undefined,
      (error: unknown) => error,
    );

  beforeEach(() => {
    clock = new HandClock();
    clock.advance(Date.parse('2026-11-27T12:59:00Z') - clock.now());
    asked = [];
    counts = [];
    answer = { result: 'reserved' };
    budgets = new TenantBudgets({
      ledger: {
        reserve: (_, reservation) => {
          asked.push(reservation);
          return Promise.resolve(answer);
        },
      },
      counts: { of: () => counts },
      clock,
    });
  });

  for (const [limits, charges] of [
    [{ perDay: { rewards: 5 } }, [[today, { rewards: 5 }]]],
    [{ perDay: { amount: 19.99 } }, [[today, { cents: 1999 }]]],
    [{ perProfilePerDay: { rewards: 2, amount: 0.07 } }, [[customer, { rewards: 2, cents: 7 }]]],
    [
      { perDay: { amount: 1_000_000_000_000 }, perProfilePerDay: { rewards: 1 } },
      [
        [today, { cents: 100_000_000_000_000 }],
        [customer, { rewards: 1 }],
      ],
    ],
  ] as const) {
    it(`are charged one reward of its amount on the day in its time zone, for ${JSON.stringify(limits)}`, async () => {
      await reserve(sydney(limits));
      const expected = charges.map(([budget, most]) => ({ budget, rewards: 1, cents: 1005, limits: most }));
      expect(asked.map((each) => each.charges)).to.deep.equal([expected]);
    });
  }

  it('leave the amount out for what is worth nothing, which a spent one must not hold', async () => {
    const both = { rewards: 5, amount: 10 };
    await reserve(sydney({ perDay: both, perProfilePerDay: both }), 0);
    const charges = asked.flatMap((reservation) => reservation.charges);
    expect(charges.map(({ cents, limits }) => ({ cents, limits }))).to.deep.equal(
      Array(2).fill({ cents: 0, limits: { rewards: 5 } }),
    );
  });

  it('are of the next day once it has begun there', async () => {
    clock.advance(60_000);
    await reserve(sydney({ perDay: { rewards: 5 } }));
    expect(asked[0]!.charges[0]!.budget).to.equal('acme/2026-11-28');
  });

  it('hold a webhook until the next day begins there, and a little longer', async () => {
    answer = { result: 'exceeded', budget: today, limit: 'rewards' };
    const failure = await failureOf(sydney({ perDay: { rewards: 5 } }));
    expect(failure).to.be.instanceOf(BudgetExceeded);
    expect(failure).to.include({ code: 'overloaded', status: 429, dueInMs: 90_000, retryAfter: 90 });
  });

  it('refuse what comes next without asking, if they have no room for one more', async () => {
    const tenant = sydney({ perDay: { rewards: 5 } });
    expect(budgets.refusalOf(tenant, 1)).to.equal(undefined);
    answer = { result: 'exceeded', budget: today, limit: 'rewards' };
    await failureOf(tenant);
    expect(budgets.refusalOf(tenant, 1)).to.be.instanceOf(BudgetExceeded);
    answer = { result: 'reserved' };
    await reserve(tenant);
    expect(budgets.refusalOf(tenant, 1)).to.equal(undefined);
  });

  it('refuse only what is as large, if they had no room for its amount', async () => {
    const tenant = sydney({ perDay: { amount: 5 } });
    answer = { result: 'exceeded', budget: today, limit: 'cents' };
    await failureOf(tenant, 300);
    expect(budgets.refusalOf(tenant, 299)).to.equal(undefined);
    expect(budgets.refusalOf(tenant, 300)).to.be.instanceOf(BudgetExceeded);
  });

  it('refuse nobody else when one customer has had enough', async () => {
    const tenant = sydney({ perDay: { rewards: 5 }, perProfilePerDay: { rewards: 1 } });
    answer = { result: 'exceeded', budget: customer, limit: 'rewards' };
    expect(await failureOf(tenant)).to.be.instanceOf(BudgetExceeded);
    expect(budgets.refusalOf(tenant, 1)).to.equal(undefined);
  });

  describe('while something is held', () => {
    const midnight = Date.parse('2026-11-26T13:00:00Z');
    const held = (oldest: number): readonly DeliveryCount[] => [
      { tenant: 'acme', state: 'waiting', reason: 'held', count: 1, oldest },
    ];
    const tenant = sydney({ perDay: { rewards: 5 } });

    it('have what comes wait behind what came on an earlier day there', () => {
      counts = held(midnight - 1);
      const refusal = budgets.refusalOfStored(tenant, 1);
      expect(refusal).to.be.instanceOf(BudgetExceeded).and.to.include({ dueInMs: 30_000 });
    });

    it('have what comes wait for the next day once they have no room', async () => {
      counts = held(midnight - 1);
      answer = { result: 'exceeded', budget: today, limit: 'rewards' };
      await failureOf(tenant);
      expect(budgets.refusalOfStored(tenant, 1)).to.include({ dueInMs: 90_000 });
    });

    for (const [what, limits, some] of [
      ['came today', { perDay: { rewards: 5 } }, held(midnight)],
      ['waits for anything else', { perDay: { rewards: 5 } }, [{ ...held(0)[0]!, reason: 'throttled' }]],
      ['one customer had too much of', { perProfilePerDay: { rewards: 5 } }, held(midnight - 1)],
    ] as const)
      it(`have nothing wait behind what ${what}`, () => {
        counts = some;
        expect(budgets.refusalOfStored(sydney(limits), 1)).to.equal(undefined);
      });
  });

  it('let nothing be sent once the claim is lost', async () => {
    answer = { result: 'lost' };
    const failure = await failureOf(sydney({ perDay: { rewards: 5 } }));
    expect(failure).to.be.instanceOf(Problem).and.to.include({ code: 'not_ready' });
  });
});

describe('the names of budgets', () => {
  it('say the tenant and its day', () => {
    expect(dayBudget('acme', '2026-11-27')).to.equal('acme/2026-11-27');
  });

  it('hold no id of a profile, and differ for each of each tenant and day', () => {
    const names = [
      profileBudget('acme', '2026-11-27', '1234'),
      profileBudget('acme', '2026-11-27', '1235'),
      profileBudget('acme', '2026-11-28', '1234'),
      profileBudget('globex', '2026-11-27', '1234'),
    ];
    expect(new Set(names).size).to.equal(4);
    for (const name of names) expect(name).to.not.include('123');
  });
});
