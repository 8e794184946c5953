import { expect } from 'chai';
import { tenantOf, withConsole } from '../support.ts';

const tenants = [
  tenantOf({
    waiting: 12,
    parked: 3,
    oldest_waiting: '2026-11-27T09:00:00.000Z',
    reasons: [
      { state: 'waiting', reason: 'throttled', count: 12 },
      { state: 'parked', reason: 'rejected', count: 3 },
    ],
  }),
  tenantOf({
    slug: 'bloom',
    resource: 'loyalty/bloom',
    state: 'suspended',
    message: 'spec.suspend is true.',
  }),
];

describe('`tenants`', () => {
  const asked = withConsole();
  const list = (...args: string[]) => asked.run(['tenants', ...args]);

  beforeEach(() => {
    asked.stub.answer('listTenants', { tenants });
  });

  it('shows what waits and is parked, and why', async () => {
    expect((await list()).stdout.split('\n')).to.deep.equal([
      'TENANT  STATE      WAITING  OLDEST  PARKED  DELIVERY  RESOURCE       WHY',
      'acme    ready      12       3h      3       Durable   loyalty/acme   12 waiting for throttled, 3 parked for rejected',
      'bloom   suspended  0                0       Durable   loyalty/bloom  spec.suspend is true.',
      '',
    ]);
  });

  it('shows what is spent of the budgets of the day, where there are any', async () => {
    const ends = { ends_at: '2026-11-27T13:00:00.000Z' };
    const budgets = [
      { unit: 'rewards', most: 5000, spent: 1200, ...ends },
      { unit: 'amount', most: 50_000, ...ends },
    ];
    asked.stub.answer('listTenants', { tenants: [tenantOf({ budgets }), tenantOf({ slug: 'bloom' })] });
    expect((await list()).stdout.split('\n')).to.deep.equal([
      'TENANT  STATE  WAITING  OLDEST  PARKED  TODAY                                    DELIVERY  RESOURCE      WHY',
      'acme    ready  0                0       1200 of 5000 rewards, ? of 50000 amount  Durable   loyalty/acme',
      'bloom   ready  0                0                                                Durable   loyalty/acme',
      '',
    ]);
  });

  it("shows the API's own document as JSON", async () => {
    expect(JSON.parse((await list('-o', 'json')).stdout)).to.deep.equal({ tenants });
  });

  it('shows one of them', async () => {
    expect(JSON.parse((await list('--tenant', 'bloom', '-o', 'json')).stdout)).to.deep.equal({
      tenants: [tenants[1]],
    });
  });

  it('ends with 4 when that one is not there, or may not be seen', async () => {
    const { code, stderr } = await list('--tenant', 'nobody');
    expect(code).to.equal(4);
    expect(stderr).to.equal('omneo-gateway: There is no tenant with this slug, or you may not see it.\n');
  });
});
