import { expect } from 'chai';
import { BudgetsPoll } from '../../../src/delivery/counts/budgetspoll.ts';
import type { Spent } from '../../../src/ledger/ledger.ts';
import type { BudgetOfDay } from '../../../src/tenants/budgetuse.ts';
import type { Limits } from '../../../src/tenants/limits.ts';
import type { Resolution, Tenant } from '../../../src/tenants/tenant.ts';
import { FakeClock } from '../../sources/kubernetes/fakeclock.ts';
import { type Lines, logInto } from '../../support/loglines.ts';

const perDay = { rewards: 10, amount: 100 };

describe('The look at the budgets of today', () => {
  let clock: FakeClock;
  let lines: Lines;
  let tenants: Map<string, Resolution>;
  let asked: (readonly string[])[];
  let answer: () => Promise<readonly Spent[]>;
  let seen: (readonly BudgetOfDay[])[];
  let poll: BudgetsPoll;

  const put = (slug: string, limits: Limits, timezone = 'UTC'): void => {
    const tenant = { slug, limits, rewards: { timezone } } as Tenant;
    tenants.set(slug, { webhookSecrets: [], tenant });
  };

  beforeEach(() => {
    clock = new FakeClock();
    clock.jump(Date.parse('2026-11-27T12:00:00Z') - clock.now());
    [lines, asked, seen, tenants] = [[], [], [], new Map<string, Resolution>()];
    answer = () => Promise.resolve([{ budget: 'acme/2026-11-27', rewards: 5, cents: 10_000 }]);
    poll = new BudgetsPoll({
      ledger: {
        spent: (budgets) => {
          asked.push(budgets);
          return answer();
        },
      },
      registry: {
        slugs: () => [...tenants.keys()],
        get: (slug) => tenants.get(slug),
        holder: (slug) => (slug === 'unheld' ? undefined : `a/${slug}`),
      },
      clock,
      random: () => 0,
      log: logInto(lines),
      isHolding: (slug) => slug === 'bloom',
      observe: (budgets) => seen.push(budgets),
    });
  });

  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await clock.settle(2);
  };

  it('tells of each tenant with a budget what is used of it, and of no other', async () => {
    put('acme', { perDay });
    put('bloom', { perDay: { rewards: 3 } });
    put('free', { maxAmount: 5, perProfilePerDay: { rewards: 1 } });
    put('unheld', { perDay });
    poll.start();
    await pass(0);
    expect(asked).to.deep.equal([['acme/2026-11-27', 'bloom/2026-11-27']]);
    expect(seen).to.deep.equal([
      [
        {
          ...{ slug: 'acme', key: 'a/acme', day: '2026-11-27', isHolding: false },
          uses: [
            { limit: 'perDay.rewards', ratio: 0.5 },
            { limit: 'perDay.amount', ratio: 1 },
          ],
        },
        {
          ...{ slug: 'bloom', key: 'a/bloom', day: '2026-11-27', isHolding: true },
          uses: [{ limit: 'perDay.rewards', ratio: 0 }],
        },
      ],
    ]);
  });

  it('takes nothing that is held for held by the budget of the day where customers have budgets too', async () => {
    put('bloom', { perDay, perProfilePerDay: { rewards: 1 } });
    poll.start();
    await pass(0);
    expect(seen[0]?.map(({ isHolding }) => isHolding)).to.deep.equal([false]);
  });

  it('goes by the calendar of each tenant, and looks at the next day when that has begun', async () => {
    put('acme', { perDay });
    put('east', { perDay }, 'Pacific/Auckland');
    poll.start();
    await pass(0);
    await pass(12 * 3_600_000);
    await pass(15_000);
    expect([asked[0], asked.at(-1)]).to.deep.equal([
      ['acme/2026-11-27', 'east/2026-11-28'],
      ['acme/2026-11-28', 'east/2026-11-28'],
    ]);
  });

  it('tells of a suspended tenant too', async () => {
    const suspended = { slug: 'acme', limits: { perDay }, rewards: { timezone: 'UTC' } } as Tenant;
    const refusal = { condition: 'Ready', reason: 'Suspended', message: '' } as const;
    tenants.set('acme', { webhookSecrets: [], refusal, suspended });
    poll.start();
    await pass(0);
    expect(seen[0]?.map(({ slug }) => slug)).to.deep.equal(['acme']);
  });

  it('asks the ledger nothing while no tenant has a budget, and tells that', async () => {
    put('free', {});
    poll.start();
    await pass(0);
    expect([asked, seen]).to.deep.equal([[], [[]]]);
  });

  it('leaves what was seen last when it fails, says so at level debug alone, and goes on', async () => {
    put('acme', { perDay });
    answer = () => Promise.reject(new Error('no ledger'));
    poll.start();
    await pass(0);
    expect([seen.length, lines.map(([level]) => level)]).to.deep.equal([0, ['debug']]);
    answer = () => Promise.resolve([]);
    await pass(15_000);
    expect(seen).to.have.length(1);
  });

  it('ends when it is stopped, and one that is under way then is not told', async () => {
    put('acme', { perDay });
    const underWay = Promise.withResolvers<readonly Spent[]>();
    answer = () => underWay.promise;
    poll.start();
    await pass(0);
    poll.stop();
    underWay.resolve([]);
    await pass(60_000);
    expect([asked.length, seen, clock.timers]).to.deep.equal([1, [], 0]);
  });
});
