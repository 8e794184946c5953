import { expect } from 'chai';
import { TenantCounter } from '../../src/telemetry/tenantcounter.ts';

const codes = ['200', '400', '401', '404', '503'];

function counter(): TenantCounter {
  return new TenantCounter({ name: 'webhooks_total', help: 'Webhooks.', labelNames: ['code', 'outcome'] });
}

describe('TenantCounter', () => {
  it('counts by tenant and labels', () => {
    const webhooks = counter();
    webhooks.inc('acme', '200', 'granted');
    webhooks.inc('acme', '200', 'granted');
    webhooks.inc('acme', '400', 'rejected');
    webhooks.inc('bloom', '200', 'granted');
    expect([...webhooks.lines()]).to.deep.equal([
      'webhooks_total{tenant="acme",code="200",outcome="granted"} 2',
      'webhooks_total{tenant="acme",code="400",outcome="rejected"} 1',
      'webhooks_total{tenant="bloom",code="200",outcome="granted"} 1',
    ]);
  });

  it('tells series apart whose values run into each other', () => {
    const webhooks = counter();
    webhooks.inc('acme', '2', '00');
    webhooks.inc('acme', '20', '0');
    expect(webhooks.size).to.equal(2);
  });

  it('keeps one series for each tenant and code, however often it counts', () => {
    const webhooks = counter();
    for (let round = 0; round < 20; round++)
      for (let tenant = 0; tenant < 100; tenant++)
        for (const code of codes) webhooks.inc(`tenant-${tenant}`, code, 'any');
    expect(webhooks.size).to.equal(100 * codes.length);
  });

  it('counts several at once', () => {
    const webhooks = counter();
    webhooks.add('acme', 3, '200', 'granted');
    webhooks.add('acme', 2, '200', 'granted');
    webhooks.inc('acme', '200', 'granted');
    expect([...webhooks.lines()]).to.deep.equal([
      'webhooks_total{tenant="acme",code="200",outcome="granted"} 6',
    ]);
  });

  it('forgets a tenant with all its series', () => {
    const webhooks = counter();
    for (const tenant of ['acme', 'bloom']) for (const code of codes) webhooks.inc(tenant, code, 'any');
    webhooks.remove('acme');
    expect(webhooks.size).to.equal(codes.length);
    expect([...webhooks.lines()].join()).to.not.contain('acme');
  });

  it('goes on through its lines while tenants come and go', () => {
    const webhooks = counter();
    for (const tenant of ['acme', 'bloom', 'cleo']) webhooks.inc(tenant, '200', 'granted');
    const seen: string[] = [];
    for (const line of webhooks.lines()) {
      seen.push(line);
      webhooks.remove('bloom');
      if (seen.length === 1) webhooks.inc('dora', '200', 'granted');
    }
    expect(seen.join()).to.contain('acme').and.contain('cleo').and.contain('dora').and.not.contain('bloom');
  });

  it('writes a series that has not begun as 0, and keeps nothing of it', () => {
    const webhooks = counter();
    expect(webhooks.zero('acme', '200', 'granted')).to.equal(
      'webhooks_total{tenant="acme",code="200",outcome="granted"} 0',
    );
    expect(webhooks.has('acme', '200', 'granted')).to.equal(false);
    expect(webhooks.size).to.equal(0);
  });
});
