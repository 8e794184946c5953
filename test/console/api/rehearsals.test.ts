import { expect } from 'chai';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { Problem } from '../../../src/lib/problem.ts';
import { UpstreamError } from '../../../src/omneo/client/upstream.ts';
import { type ApiAnswer, ApiBench } from '../apibench.ts';
import { webhook } from '../../support/webhooks.ts';

describe('A rehearsal on the console', () => {
  let bench: ApiBench;

  const rehearse = (body: string, as = 'grace'): Promise<ApiAnswer> =>
    bench.post('/api/v1/tenants/acme/rehearsals', { action: 'rewards', body }, { as });
  const text = (): string => JSON.stringify(webhook({ id: 'order-7' }));

  beforeEach(async () => {
    bench = await new ApiBench().start();
  });
  afterEach(() => bench.stop());

  for (const would of ['create', 'duplicate'] as const)
    it(`says that a webhook would ${would === 'create' ? 'create its reward' : 'be a duplicate'}, and of what`, async () => {
      bench.rehearse = ({ webhook: { id } }) =>
        Promise.resolve({ would, matchedBy: 'email', externalId: id ?? '' });
      const { status, json } = await rehearse(text());
      expect(status).to.equal(200);
      expect(json).to.deep.equal({
        ...{ would, matched_by: 'email', external_id: 'order-7' },
        summary: { reward_definition_id: 42, amount: 10 },
      });
    });

  const failures: [what: string, error: Error, status: number, code: string][] = [
    ['an unknown customer', new Problem('profile_not_found'), 404, 'profile_not_found'],
    ['Omneo away', new UpstreamError('unavailable', 'Omneo answered 503'), 502, 'upstream_unavailable'],
    ["Omneo's limit", new UpstreamError('throttled', 'Omneo answered 429'), 429, 'overloaded'],
    ['a ledger that is away', new LedgerUnavailable('away'), 503, 'not_ready'],
  ];
  for (const [what, error, status, code] of failures)
    it(`ends in what a webhook would be answered, for ${what}`, async () => {
      bench.rehearse = () => Promise.reject(error);
      const { status: answered, json } = await rehearse(text());
      expect(answered).to.equal(200);
      expect(json).to.include({ would: 'fail', status, code });
      expect(json).to.have.property('summary');
    });

  it('is asked of nobody for a body that is wrong, and names each field', async () => {
    const { json } = await rehearse(JSON.stringify(webhook({}, { amount: '$25' })));
    expect(json).to.include({ would: 'fail', status: 400, code: 'invalid_payload' });
    expect(json['errors']).to.have.nested.property('[0].field', 'data.amount');
    expect(json).not.to.have.property('summary');
    expect((await rehearse('{')).json).to.include({ would: 'fail', code: 'invalid_json' });
  });

  it('that ends in a bug is a failure of the console', async () => {
    bench.rehearse = () => Promise.reject(new Error('a bug'));
    const { status, json } = await rehearse(text());
    expect([status, json['code']]).to.deep.equal([500, 'internal']);
  });

  it('is for those who may replay', async () => {
    bench.rehearse = () => Promise.reject(new Problem('profile_not_found'));
    bench.roles = {
      viewer: { loyalty: ['list', 'get'] },
      stranger: { loyalty: ['get', 'update', 'delete', 'payload'] },
      operator: { loyalty: ['list', 'update'] },
    };
    expect((await rehearse(text(), 'viewer')).status).to.equal(403);
    expect((await rehearse(text(), 'stranger')).status).to.equal(404);
    expect((await rehearse(text(), 'operator')).status).to.equal(200);
  });

  it('is a conflict while nobody can tell what webhooks of the tenant mean', async () => {
    bench.register('acme', 'loyalty', { rewards: { timezone: 'Mars/Olympus' } });
    expect((await rehearse(text())).status).to.equal(409);
  });

  it('leaves a line with who, and how it ended, and nothing of the customer', async () => {
    bench.rehearse = () => Promise.reject(new Problem('profile_not_found'));
    await rehearse(text());
    bench.rehearse = () => Promise.resolve({ would: 'create', matchedBy: 'email', externalId: 'order-7' });
    await rehearse(text());
    const lines = bench.lines
      .filter(([, message]) => message === 'webhook rehearsed')
      .map(([, , fields]) => fields);
    expect(lines[0]).to.include({ user: 'grace', tenant: 'acme', end: 'profile_not_found' });
    expect(lines[1]).to.include({ user: 'grace', tenant: 'acme', end: 'create' });
    expect(lines).to.have.length(2);
    expect(JSON.stringify(lines)).not.to.match(/order-7|example\.com/);
    expect(bench.changes).to.deep.equal([]);
    expect(bench.admin.calls).to.deep.equal([]);
  });
});
