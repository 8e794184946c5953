import { expect } from 'chai';
import fc from 'fast-check';
import { matchSecret } from '../../src/http/middleware/secret.ts';
import { type Registration, winner } from '../../src/tenants/registration.ts';
import { Registry } from '../../src/tenants/registry.ts';
import { registrationOf } from '../../src/tenants/resolve.ts';
import { HandClock } from '../ledger/clock.ts';
import { omneoTenant, policy, registration, secretsWith, secretValues, tenantIn } from './support.ts';

function registered(changes: Parameters<typeof secretsWith>[0] = {}) {
  return registrationOf(omneoTenant(), secretsWith(changes), policy);
}

function watched(registry: Registry): string[] {
  const removed: string[] = [];
  registry.onRemoved((slug) => removed.push(slug));
  return removed;
}

describe('The registry', () => {
  it('knows nothing at first, and says so', () => {
    const registry = new Registry();
    expect(registry.get('acme')).to.equal(undefined);
    expect(registry.holder('acme')).to.equal(undefined);
    expect(registry.claims('acme')).to.deep.equal([]);
    expect(registry.complete).to.equal(false);
    registry.setComplete(true);
    expect(registry.complete).to.equal(true);
  });

  it('serves what is put, and no longer what is deleted', () => {
    const registry = new Registry();
    const removed = watched(registry);
    registry.put(registration('a/acme', 'acme'));
    expect(registry.holder('acme')).to.equal('a/acme');
    expect(registry.slugs()).to.deep.equal(['acme']);
    expect(registry.registration('a/acme')?.slug).to.equal('acme');
    registry.delete('a/acme');
    registry.delete('a/acme');
    expect(registry.registration('a/acme')).to.equal(undefined);
    expect(registry.get('acme')).to.equal(undefined);
    expect(removed).to.deep.equal(['acme']);
  });

  for (const slug of ['__proto__', 'constructor', 'toString', '']) {
    it(`takes the slug ${JSON.stringify(slug)} for unknown`, () => {
      expect(new Registry().get(slug)).to.equal(undefined);
    });
  }

  it('promotes the next claim when the winner goes, without announcing a removal', () => {
    const registry = new Registry();
    const removed = watched(registry);
    registry.put(registration('b/young', 'acme', { createdAt: 2 }));
    registry.put(registration('a/old', 'acme', { createdAt: 1 }));
    expect(registry.holder('acme')).to.equal('a/old');
    expect(registry.claims('acme').map(({ key }) => key)).to.have.members(['a/old', 'b/young']);
    registry.delete('a/old');
    expect(registry.holder('acme')).to.equal('b/young');
    expect(removed).to.deep.equal([]);
  });

  it('gives up the old slug of an OmneoTenant that comes back under another', () => {
    const registry = new Registry();
    const removed = watched(registry);
    registry.put(registration('a/acme', 'old'));
    registry.put(registration('a/acme', 'new'));
    expect(registry.slugs()).to.deep.equal(['new']);
    expect(removed).to.deep.equal(['old']);
  });

  it('replaces everything in one step and announces only what nobody claims any more', () => {
    const registry = new Registry();
    const removed = watched(registry);
    registry.replace([
      registration('a/one', 'one'),
      registration('a/two', 'two'),
      registration('b/two', 'two'),
    ]);
    registry.replace([registration('b/two', 'two'), registration('a/three', 'three')]);
    expect(registry.slugs()).to.have.members(['two', 'three']);
    expect(registry.holder('two')).to.equal('b/two');
    expect(removed).to.deep.equal(['one']);
  });

  it('keeps the Tenant object of a tenant that did not change, since tokens hang on it', () => {
    const registry = new Registry();
    registry.put(registered());
    const before = tenantIn(registry.get('acme'));
    registry.put(registered());
    expect(tenantIn(registry.get('acme'))).to.equal(before);
    registry.replace([registered()]);
    expect(tenantIn(registry.get('acme'))).to.equal(before);
  });

  it('takes a new Tenant object when only a credential changed', () => {
    const registry = new Registry();
    registry.put(registered());
    const before = tenantIn(registry.get('acme'));
    registry.put(registered({ 'acme-omneo': { token: 'another-token' } }));
    expect(tenantIn(registry.get('acme'))).not.to.equal(before);
  });

  it('keeps the Tenant object but takes note of a new creation time', () => {
    const registry = new Registry();
    registry.put({ ...registered(), createdAt: 1 });
    const before = tenantIn(registry.get('acme'));
    registry.put({ ...registered(), createdAt: 5 });
    expect(registry.claims('acme')[0]?.createdAt).to.equal(5);
    expect(tenantIn(registry.get('acme'))).to.equal(before);
  });

  it('handles one of 10,000 tenants without touching the others', () => {
    const registry = new Registry();
    registry.replace(Array.from({ length: 10_000 }, (_, i) => registration(`a/t${i}`, `t${i}`)));
    const start = performance.now();
    for (let i = 0; i < 1000; i++) registry.put(registration(`a/t${i}`, `t${i}`, { createdAt: i }));
    expect(performance.now() - start).to.be.below(1000);
  });
});

describe('A tenant that is deleted', () => {
  const graceMs = 900_000;
  let clock: HandClock;
  let registry: Registry;

  beforeEach(() => {
    clock = new HandClock();
    registry = new Registry({ graceMs, clock });
  });

  const another = 'another-webhook-secret';
  const withoutSecret = { 'acme-klaviyo': undefined };
  const rotated = { 'acme-klaviyo': { 'webhook-secret': another } };
  const wasSecretOf = (slug: string, value: string = secretValues.webhook) =>
    matchSecret(registry.deletedSecrets(slug), value) !== null;

  it('is known by its secrets until the grace is over', () => {
    registry.put(registered());
    expect(registry.deletedSecrets('acme')).to.deep.equal([]);
    registry.delete('loyalty/acme');
    expect(registry.get('acme')).to.equal(undefined);
    expect(registry.slugs()).to.deep.equal([]);
    clock.advance(graceMs - 1);
    expect(wasSecretOf('acme')).to.equal(true);
    expect(wasSecretOf('acme', another)).to.equal(false);
    clock.advance(1);
    expect(registry.deletedSecrets('acme')).to.deep.equal([]);
  });

  it('is known by nothing else, and by no value that could be shown', () => {
    registry.put(registered());
    registry.delete('loyalty/acme');
    const [secret, ...others] = registry.deletedSecrets('acme');
    expect(others).to.deep.equal([]);
    expect(secret).to.have.all.keys('name', 'value');
    expect(secret?.value).to.have.all.keys('digest');
  });

  it('is known when everything is replaced by nothing, and by what does not have its slug', () => {
    registry.replace([registered()]);
    registry.replace([]);
    expect(wasSecretOf('acme')).to.equal(true);
    registry.replace([registered()]);
    registry.replace([registration('loyalty/other', 'other')]);
    expect(wasSecretOf('acme')).to.equal(true);
  });

  it('is known under its old slug when it comes back under another', () => {
    registry.put(registered());
    registry.put({ ...registered(), slug: 'next' });
    expect(wasSecretOf('acme')).to.equal(true);
    expect(registry.deletedSecrets('next')).to.deep.equal([]);
  });

  it('is forgotten when it is registered again, and then known by its last secrets alone', () => {
    registry.put(registered());
    registry.delete('loyalty/acme');
    registry.put(registered(rotated));
    expect(registry.deletedSecrets('acme')).to.deep.equal([]);
    registry.delete('loyalty/acme');
    expect(wasSecretOf('acme')).to.equal(false);
    expect(wasSecretOf('acme', another)).to.equal(true);
  });

  it('is forgotten when another OmneoTenant has its slug, whatever becomes of that one', () => {
    registry.put(registered());
    registry.put(registration('loyalty/young', 'acme', { createdAt: 5 }));
    registry.delete('loyalty/acme');
    expect(registry.deletedSecrets('acme')).to.deep.equal([]);
    registry.delete('loyalty/young');
    expect(registry.deletedSecrets('acme')).to.deep.equal([]);
  });

  it('is known by the secrets that were read last when its Secret is deleted first', () => {
    registry.put(registered());
    registry.put(registered(withoutSecret));
    registry.put(registered(withoutSecret));
    registry.delete('loyalty/acme');
    expect(wasSecretOf('acme')).to.equal(true);
    registry.replace([registered()]);
    registry.replace([registered(withoutSecret)]);
    registry.replace([]);
    expect(wasSecretOf('acme')).to.equal(true);
  });

  it('is known by the same secrets when it is applied and deleted again before its Secret is there', () => {
    registry.put(registered());
    registry.delete('loyalty/acme');
    registry.put(registered(withoutSecret));
    registry.delete('loyalty/acme');
    expect(wasSecretOf('acme')).to.equal(true);
  });

  it('does not hand its secrets to another OmneoTenant that takes the slug without a Secret', () => {
    registry.put(registered());
    registry.delete('loyalty/acme');
    registry.put({ ...registered(withoutSecret), key: 'other/acme' });
    registry.delete('other/acme');
    expect(registry.deletedSecrets('acme')).to.deep.equal([]);
  });

  it('is not known by a secret that was rotated out before its Secret went', () => {
    registry.put(registered());
    registry.put(registered(rotated));
    registry.put(registered(withoutSecret));
    registry.delete('loyalty/acme');
    expect(wasSecretOf('acme')).to.equal(false);
    expect(wasSecretOf('acme', another)).to.equal(true);
  });

  it('is served by its present secrets alone while one of them cannot be read', () => {
    registry.put(registered());
    registry.put(registered(withoutSecret));
    expect(registry.get('acme')?.webhookSecrets).to.deep.equal([]);
    expect(registry.get('acme')?.hasUnreadSecret).to.equal(true);
    expect(registry.deletedSecrets('acme')).to.deep.equal([]);
  });

  it('is not known at all without a grace', () => {
    const strict = new Registry();
    strict.put(registered());
    strict.delete('loyalty/acme');
    expect(strict.deletedSecrets('acme')).to.deep.equal([]);
  });
});

describe('Precedence among claims', () => {
  it('is nobody’s where there is none', () => {
    expect(winner<Registration>([])).to.equal(undefined);
  });

  it('is the oldest’s, then the alphabetically first key’s', () => {
    const [a, b, c] = [
      registration('b/x', 's', { createdAt: 5 }),
      registration('a/x', 's', { createdAt: 5 }),
      registration('z/x', 's', { createdAt: 4 }),
    ];
    expect(winner([a, b])?.key).to.equal('a/x');
    expect(winner([a, b, c])?.key).to.equal('z/x');
  });

  const operation = fc.record({
    key: fc.constantFrom('a/a', 'a/b', 'b/a', 'b/b'),
    slug: fc.constantFrom('s', 't'),
    createdAt: fc.integer({ min: 0, max: 2 }),
    isDelete: fc.boolean(),
  });

  it('does not depend on the order in which claims come and go', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        const registry = new Registry();
        const left = new Map<string, ReturnType<typeof registration>>();
        for (const { key, slug, createdAt, isDelete } of operations) {
          if (isDelete) left.delete(key);
          else left.set(key, registration(key, slug, { createdAt }));
          if (isDelete) registry.delete(key);
          else registry.put(registration(key, slug, { createdAt }));
        }
        const replaced = new Registry();
        replaced.replace(left.values());
        for (const slug of ['s', 't']) {
          const expected = winner([...left.values()].filter((each) => each.slug === slug));
          expect(registry.holder(slug)).to.equal(expected?.key);
          expect(replaced.holder(slug)).to.equal(expected?.key);
        }
        expect(registry.slugs()).to.have.members([...replaced.slugs()]);
      }),
    );
  });
});
