import { expect } from 'chai';
import type { OmneoTenantSpec } from '../../src/tenants/schema/omneotenant.ts';
import { resolve } from '../../src/tenants/resolve.ts';
import { secretKeysOf } from '../../src/tenants/secrets.ts';
import type { KlaviyoEvents, Resolution } from '../../src/tenants/tenant.ts';
import { omneoTenant, policy, refusalIn, secretsWith, tenantIn } from './support.ts';

type Events = NonNullable<OmneoTenantSpec['klaviyo']['events']>;
type Changes = Parameters<typeof secretsWith>[0];
type More = Readonly<{ delivery?: NonNullable<OmneoTenantSpec['delivery']>; canAcceptDurably?: boolean }>;

const events: Events = { secretRef: { name: 'acme-klaviyo' } };
const apiKey = 'pk_0123456789abcdef';

function resolved(changes: Changes, { delivery = {}, canAcceptDurably = true }: More = {}): Resolution {
  const object = omneoTenant({ klaviyo: { events }, delivery });
  return resolve(object, secretsWith(changes), { ...policy, canAcceptDurably });
}

function eventsIn(resolution: Resolution): KlaviyoEvents {
  const found = tenantIn(resolution).klaviyoEvents;
  if (found === undefined) throw new Error('This tells Klaviyo nothing.');
  return found;
}

describe('A tenant whose Klaviyo is told how webhooks end', () => {
  it('has the API key that its Secret holds, without the newline at its end', () => {
    const found = eventsIn(resolved({ 'acme-klaviyo': { 'api-key': `${apiKey}\n` } }));
    expect('apiKey' in found && found.apiKey.reveal()).to.equal(apiKey);
    expect(JSON.stringify(found)).not.to.include(apiKey);
  });

  it('is none where the spec says nothing of it', () => {
    expect(tenantIn(resolve(omneoTenant(), secretsWith(), policy))).not.to.have.property('klaviyoEvents');
  });

  const faults: [what: string, changes: Changes, reason: string][] = [
    ['a key that is missing', {}, 'SecretKeyMissing'],
    ['an empty key', { 'acme-klaviyo': { 'api-key': '' } }, 'InvalidSecret'],
    ['a key that no header can hold', { 'acme-klaviyo': { 'api-key': 'pk ä' } }, 'InvalidSecret'],
  ];
  for (const [what, changes, reason] of faults)
    it(`is served in spite of ${what}, and says why nothing can be told`, () => {
      const found = eventsIn(resolved(changes));
      expect('refusal' in found && found.refusal).to.include({ condition: 'ResolvedRefs', reason });
    });

  it('is served in spite of a Secret of its own that is not there', () => {
    const object = omneoTenant({ klaviyo: { events: { secretRef: { name: 'gone' } } } });
    const found = eventsIn(resolve(object, secretsWith(), policy));
    expect('refusal' in found && found.refusal.reason).to.equal('SecretNotFound');
  });

  it('is refused where delivery is synchronous, whether by the spec or by the ledger, by the name of the field', () => {
    for (const more of [
      { delivery: { mode: 'Synchronous' } },
      { canAcceptDurably: false },
    ] satisfies More[]) {
      const refusal = refusalIn(resolved({ 'acme-klaviyo': { 'api-key': apiKey } }, more));
      expect(refusal).to.include({ condition: 'Accepted', reason: 'Invalid' });
      expect(refusal.message).to.match(
        /^spec\.klaviyo\.events needs durable delivery, .* LEDGER_URL .* spec\.delivery\.mode Durable; or leave it out\.$/,
      );
    }
  });

  it('reads its key from the Secret and the key of its reference, which are followed', () => {
    const own = { secretRef: { name: 'acme-api', key: 'private' } };
    const keys = secretKeysOf(omneoTenant({ klaviyo: { events: own } }));
    expect(keys.get('acme-api')).to.deep.equal(['private']);
    expect(secretKeysOf(omneoTenant({ klaviyo: { events } })).get('acme-klaviyo')).to.deep.equal([
      'webhook-secret',
      'api-key',
    ]);
  });
});
