import { expect } from 'chai';
import { desiredStatus, type Facts } from '../../../../src/sources/kubernetes/status/conditions.ts';
import { LimitReports, type SpentOfDay } from '../../../../src/sources/kubernetes/status/limitreports.ts';
import { transitions } from '../../../../src/sources/kubernetes/status/transitions.ts';
import type { BudgetOfDay } from '../../../../src/tenants/budgetuse.ts';
import type { Resolution, Tenant } from '../../../../src/tenants/tenant.ts';

const day = '2026-11-27';

function budgetOf(key: string, ratio: number, of = day): BudgetOfDay {
  return { slug: 'acme', key, day: of, isHolding: false, uses: [{ limit: 'perDay.rewards', ratio }] };
}

describe('LimitReports', () => {
  let changed: string[];
  let reports: LimitReports;

  beforeEach(() => {
    changed = [];
    reports = new LimitReports({ changed: (key) => changed.push(key) });
  });

  it('know nothing before the budgets were read', () => {
    expect(reports.get('a/acme')).to.equal('unknown');
  });

  it('tell when other budgets are spent, and on another day, and nothing of how much is used', () => {
    reports.set([budgetOf('a/acme', 0)]);
    reports.set([budgetOf('a/acme', 0.99)]);
    expect(changed).to.deep.equal(['a/acme']);
    reports.set([budgetOf('a/acme', 1), budgetOf('a/bloom', 0)]);
    expect(changed).to.deep.equal(['a/acme', 'a/acme', 'a/bloom']);
    expect(reports.get('a/acme')).to.deep.equal({ day, spent: ['perDay.rewards'] });
    reports.set([budgetOf('a/acme', 1, '2026-11-28'), budgetOf('a/bloom', 0)]);
    expect(changed.at(-1)).to.equal('a/acme');
  });

  it('forget a budget that is there no more', () => {
    reports.set([budgetOf('a/acme', 1)]);
    reports.set([]);
    expect(reports.get('a/acme')).to.equal('unknown');
  });
});

describe('The condition WithinLimits', () => {
  const resolution: Resolution = { webhookSecrets: [], tenant: {} as Tenant };
  const registration = { key: 'a/acme', slug: 'acme', createdAt: 0, resolution };

  const status = (budget: Facts['budget'], shown?: unknown) =>
    desiredStatus(
      { registration, generation: 3, holder: 'a/acme', refusedSecret: undefined, budget },
      shown,
      0,
    );
  const shownIn = (desired: ReturnType<typeof status>) =>
    desired.conditions
      .filter(({ type }) => type === 'WithinLimits')
      .map((each) => `${each.status} ${each.reason}: ${each.message}`);
  const spent = (...fields: SpentOfDay['spent']): SpentOfDay => ({ day, spent: fields });

  it('is there for a tenant with a budget alone', () => {
    expect(shownIn(status(undefined))).to.deep.equal([]);
    expect(shownIn(status(undefined, status(spent())))).to.deep.equal([]);
    expect(shownIn(status(spent()))).to.deep.equal([
      'True WithinLimits: No budget of limits.perDay is spent today.',
    ]);
  });

  it('names the budgets that are spent, and the day', () => {
    expect(shownIn(status(spent('perDay.rewards')))).to.deep.equal([
      'False BudgetSpent: Of 2026-11-27, limits.perDay.rewards is spent: what is over it is not issued before the next day, unless it is raised.',
    ]);
    expect(shownIn(status(spent('perDay.rewards', 'perDay.amount')))[0]).to.contain(
      'limits.perDay.rewards and limits.perDay.amount are spent',
    );
  });

  it('changes no other condition', () => {
    const others = (desired: ReturnType<typeof status>) =>
      desired.conditions.filter(({ type }) => type !== 'WithinLimits');
    expect(others(status(spent('perDay.rewards')))).to.deep.equal(others(status(undefined)));
  });

  it('stays as it is shown until the budgets were read, and is not there if none is shown', () => {
    const before = status(spent('perDay.amount'));
    expect(status('unknown', before)).to.deep.equal(before);
    expect(shownIn(status('unknown'))).to.deep.equal([]);
  });

  it('is told by an Event when a budget is first spent, once a day, and not when it has room again', () => {
    const eventsOf = (before: Facts['budget'], after: Facts['budget']) =>
      transitions(status(before).conditions, status(after).conditions).map(
        ({ type, action, reason }) => `${type} ${action} ${reason}`,
      );
    const told = ['Warning Reserve BudgetSpent'];
    expect(eventsOf(undefined, spent())).to.deep.equal([]);
    expect(eventsOf(spent(), spent('perDay.rewards'))).to.deep.equal(told);
    expect(eventsOf(spent('perDay.rewards'), spent('perDay.rewards'))).to.deep.equal([]);
    expect(
      eventsOf(spent('perDay.rewards'), { ...spent('perDay.rewards'), day: '2026-11-28' }),
    ).to.deep.equal(told);
    expect(eventsOf(spent('perDay.rewards'), spent())).to.deep.equal([]);
  });
});
