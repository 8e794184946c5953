import { expect } from 'chai';
import { Paces } from '../../../src/omneo/pace/paces.ts';
import type { Tenant } from '../../../src/tenants/tenant.ts';
import { manualClock } from '../time.ts';
import { answerOf } from './driver.ts';

const baseURL = 'https://api.acme.getomneo.com/api/v3';

/** A snapshot of a tenant. */
function snapshot(slug: string, omneo: Partial<Tenant['omneo']> = {}): Tenant {
  return { slug, omneo: { baseURL, ...omneo } } as Tenant;
}

describe('the paces of tenants', () => {
  let paces: Paces;

  beforeEach(() => {
    paces = new Paces(manualClock());
  });

  const refuse = (tenant: Tenant): void => {
    const pace = paces.of(tenant);
    pace.answered(pace.called(), answerOf(429, { 'retry-after': '30' }));
  };

  it('outlive the snapshots of a tenant', () => {
    refuse(snapshot('acme'));
    expect(paces.of(snapshot('acme')).admit('arrives', undefined)).to.deep.equal({
      ok: false,
      retryInMs: 30_000,
      isCertain: true,
    });
    expect(paces.read(snapshot('acme')).isPaused).to.equal(true);
  });

  it('are each of one tenant, though the Omneo is the same', () => {
    refuse(snapshot('acme'));
    expect(paces.read(snapshot('bloom')).isPaused).to.equal(false);
    expect(paces.of(snapshot('bloom')).admit('arrives', undefined)).to.deep.equal({ ok: true });
  });

  it('begin anew for another Omneo', () => {
    refuse(snapshot('acme'));
    const moved = snapshot('acme', { baseURL: 'https://elsewhere.getomneo.com/api/v3' });
    expect(paces.of(moved).admit('arrives', undefined)).to.deep.equal({ ok: true });
  });

  it('begin anew for a tenant that was removed', () => {
    refuse(snapshot('acme'));
    paces.remove('acme');
    expect(paces.read(snapshot('acme')).isPaused).to.equal(false);
  });

  it('are read with the limit of the snapshot, also before the first call', () => {
    const none = { callsPerMinute: Infinity, learnedFrom: 'none', isPaused: false };
    expect(paces.read(snapshot('acme'))).to.deep.equal(none);
    expect(paces.read(snapshot('acme', { callsPerMinute: 600 }))).to.deep.equal({
      callsPerMinute: 600,
      learnedFrom: 'spec',
      isPaused: false,
    });
  });
});
