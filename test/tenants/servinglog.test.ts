import { expect } from 'chai';
import { Registry } from '../../src/tenants/registry.ts';
import { registrationOf } from '../../src/tenants/resolve.ts';
import { logServing } from '../../src/tenants/servinglog.ts';
import { keptLog, omneoTenant, policy, secretsWith } from './support.ts';

type Changes = Readonly<{ slug?: string; suspend?: boolean; name?: string; createdAt?: number }>;

function acme({ name = 'acme', createdAt = 0, ...spec }: Changes = {}, secrets = secretsWith()) {
  return { ...registrationOf(omneoTenant(spec, { name }), secrets, policy), createdAt };
}

describe('The serving log', () => {
  let registry: Registry;
  let log: ReturnType<typeof keptLog>;

  beforeEach(() => {
    registry = new Registry();
    log = keptLog();
    logServing(registry, log);
  });

  /** What was logged since it was asked last. */
  const news = () => log.lines.splice(0).map(({ level, fields }) => ({ level, ...fields }));
  const begins = (key: string, tenant = 'acme') => ({ level: 'info', tenant, key, reason: 'Ready' });
  const ceases = (key: string, reason: string, tenant = 'acme') => ({ level: 'warn', tenant, key, reason });

  it('says in one line how many tenants were found at the start', () => {
    registry.put(acme());
    registry.put(acme({ name: 'bloom', suspend: true }));
    expect(news()).to.deep.equal([]);
    registry.setComplete(true);
    registry.setComplete(true);
    expect(news()).to.deep.equal([{ level: 'info', served: 1, not_served: 1 }]);
  });

  it('says so of a source that is not complete too, and of a registry that was loaded before', () => {
    registry.setComplete(false);
    expect(news()).to.deep.equal([{ level: 'info', served: 0, not_served: 0 }]);
    logServing(registry, log);
    expect(news()).to.deep.equal([{ level: 'info', served: 0, not_served: 0 }]);
  });

  it('says at the start too that a tenant ceases to be served', () => {
    registry.put(acme());
    registry.delete('loyalty/acme');
    expect(news()).to.deep.equal([ceases('loyalty/acme', 'Deleted')]);
  });

  describe('when tenants are loaded', () => {
    beforeEach(() => {
      registry.setComplete(true);
      news();
    });

    it('says once that a tenant begins to be served, and once that it ceases', () => {
      registry.put(acme());
      registry.put(acme());
      registry.replace([acme()]);
      expect(news()).to.deep.equal([begins('loyalty/acme')]);
      registry.delete('loyalty/acme');
      registry.replace([]);
      expect(news()).to.deep.equal([ceases('loyalty/acme', 'Deleted')]);
    });

    it('says why, with the sentence of the refusal', () => {
      registry.put(acme());
      news();
      registry.put(acme({}, secretsWith({ 'acme-omneo': undefined })));
      expect(log.lines).to.deep.equal([
        {
          level: 'warn',
          fields: { tenant: 'acme', key: 'loyalty/acme', reason: 'SecretNotFound' },
          message:
            'loyalty/acme is no longer served: Secret acme-omneo was not found in this namespace; create it.',
        },
      ]);
      news();
      registry.put(acme({ suspend: true }));
      expect(news()).to.deep.equal([]);
      registry.put(acme());
      expect(news()).to.deep.equal([begins('loyalty/acme')]);
    });

    it('says nothing of a rotation', () => {
      registry.put(acme());
      news();
      registry.put(acme({}, secretsWith({ 'acme-klaviyo': { 'webhook-secret': 'another-webhook-secret' } })));
      expect(news()).to.deep.equal([]);
    });

    it('distinguishes a slug that changes from a tenant that is deleted', () => {
      registry.put(acme());
      news();
      registry.put(acme({ slug: 'other' }));
      expect(news()).to.deep.equal([ceases('loyalty/acme', 'SlugChanged'), begins('loyalty/acme', 'other')]);
    });

    it('says of a slug that changes hands who has it no longer, and who has it now', () => {
      registry.put(acme({ name: 'young', slug: 'acme', createdAt: 2 }));
      news();
      registry.put(acme({ name: 'old', slug: 'acme', createdAt: 1 }));
      expect(news()).to.deep.equal([ceases('loyalty/young', 'Conflicted'), begins('loyalty/old')]);
      registry.delete('loyalty/old');
      expect(news()).to.deep.equal([ceases('loyalty/old', 'Deleted'), begins('loyalty/young')]);
    });
  });
});
