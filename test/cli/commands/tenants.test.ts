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
