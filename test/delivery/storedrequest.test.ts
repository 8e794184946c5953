import { expect } from 'chai';
import fc from 'fast-check';
import { toIdempotentRequest } from '../../src/delivery/idempotentrequest.ts';
import { resentMs, toStoredRequest } from '../../src/delivery/storedrequest.ts';
import { keyringOf } from '../ledger/seal/samples.ts';
import { adaWebhook, rewardRequestOf, tenantOf } from '../support/rewards.ts';

const tenant = tenantOf('acme');
const keyring = keyringOf(1);

function stored(changes: Partial<typeof adaWebhook> = {}, raw = '{"email":"ada@example.com"}') {
  const request = toIdempotentRequest(
    tenant,
    rewardRequestOf({ ...adaWebhook, ...changes }),
    raw,
    'request-1',
  );
  const { entry } = toStoredRequest(request, { raw, tenant, keyring }, { separateInMs: resentMs });
  return { request, entry, delivery: entry.delivery! };
}

describe('A webhook that is stored', () => {
  it('is the same one for the ledger, with its webhook', () => {
    const { request, entry } = stored();
    const { delivery, ...rest } = entry;
    expect(rest).to.deep.equal(request.entry);
    expect(delivery).to.include({ action: 'rewards' });
  });

  it('is opened again as it came, whatever it is, for its own key alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (raw) => {
        const { delivery, entry } = stored({}, raw);
        const about = { tenant: 'acme', key: entry.key };
        expect(keyring.open(delivery.webhook, about)).to.equal(raw);
        expect(keyring.open(delivery.webhook, { ...about, key: 'another' })).not.to.be.a('string');
        expect(keyring.open(delivery.webhook, { ...about, tenant: 'bloom' })).not.to.be.a('string');
      }),
    );
  });

  it('has an id of its own each time, which begins with the time', () => {
    const from = Date.now();
    const ids = Array.from({ length: 100 }, () => stored().delivery.id);
    expect(new Set(ids).size).to.equal(100);
    for (const id of ids)
      expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).to.be.within(from, Date.now());
  });

  it('shows definition and amount, and nothing of the person', () => {
    const { delivery } = stored();
    expect(JSON.parse(delivery.summary)).to.deep.equal({ reward_definition_id: 42, amount: 10 });
    const shown = JSON.stringify({ ...delivery, webhook: Buffer.from(delivery.webhook).toString('latin1') });
    for (const value of ['ada@example.com', '01ACMEADA', 'r-1']) expect(shown).not.to.include(value);
  });

  it('is found again by id, person and e-mail, and by nothing that it does not have', () => {
    expect(stored().delivery.digests).to.deep.equal({
      id: keyring.searchDigest('id', 'acme', 'r-1'),
      person: keyring.searchDigest('person', 'acme', '01ACMEADA'),
      email: keyring.searchDigest('email', 'acme', 'ada@example.com'),
    });
    const bare = stored({ id: null, personId: null, email: null });
    expect(bare.delivery.digests).to.deep.equal({ id: null, person: null, email: null });
  });

  it('leaves its key to an equal one only without an id, when its retry can come no more', () => {
    expect(stored().delivery).not.to.have.property('separateInMs');
    expect(stored({ id: null }).delivery.separateInMs).to.be.above(24 * 3_600_000);
  });
});
