import { expect } from 'chai';
import { type ApiAnswer, ApiBench } from '../../apibench.ts';
import { webhook } from '../../../support/webhooks.ts';

const secret = 'a-value-that-nobody-repeats';

describe('A request that is not as docs/openapi.yaml describes it', () => {
  let bench: ApiBench;

  const expectInvalid = ({ status, json }: ApiAnswer, fault: string): void => {
    expect(status, JSON.stringify(json)).to.equal(400);
    expect(json).to.include({ code: 'invalid_request' });
    const errors = json['errors'] as { field: string; code: string; hint: string }[];
    expect(errors.map(({ field, code }) => `${field} ${code}`)).to.deep.equal([fault]);
    expect(json['detail']).to.equal(`Fix ${errors[0]!.field}: ${errors[0]!.field} ${errors[0]!.hint}`);
    expect(errors[0]!.hint).to.not.include('docs/openapi.yaml describes');
    expect(JSON.stringify(json)).to.not.include(secret);
  };

  beforeEach(async () => {
    bench = await new ApiBench().start();
  });
  afterEach(() => bench.stop());

  for (const [query, fault] of [
    ['tenant=A', 'tenant not_a_slug'],
    [`tenant=${'a'.repeat(64)}`, 'tenant not_a_slug'],
    ['tenant=acme&tenant=bloom', 'tenant not_text'],
    ['tenant=', 'tenant not_a_slug'],
    [`action=${secret}`, 'action not_known'],
    ['state=done', 'state not_known'],
    ['reason=kept', 'reason not_known'],
    ['tenant=acme&id=', 'id missing'],
    [`tenant=acme&id=${'a'.repeat(513)}`, 'id too_long'],
    [`tenant=acme&email=${'a'.repeat(513)}`, 'email too_long'],
    [`email=${secret}`, 'tenant missing_for_search'],
    [`person_id=${secret}`, 'tenant missing_for_search'],
    [`id=${secret}`, 'tenant missing_for_search'],
    ['since=yesterday', 'since not_a_time'],
    ['since=2026-03-01', 'since not_a_time'],
    ['since=2026-03-01T10:00:00', 'since not_a_time'],
    ['until=2026-13-01T10:00:00Z', 'until not_a_time'],
    ['limit=0', 'limit not_a_limit'],
    ['limit=201', 'limit not_a_limit'],
    ['limit=1000', 'limit not_a_limit'],
    ['limit=1.5', 'limit not_a_limit'],
    ['limit=ten', 'limit not_a_limit'],
    [`cursor=${secret}`, 'cursor not_a_cursor'],
    ['cursor=', 'cursor not_a_cursor'],
    [`${secret}=1`, 'query unknown_field'],
    ['emial=ada', 'query unknown_field'],
    ['__proto__=1', 'query unknown_field'],
    ['constructor=1', 'query unknown_field'],
  ] as const)
    it(`is refused: the list with ${query.slice(0, 40)}`, async () => {
      expectInvalid(await bench.get(`/api/v1/deliveries?${query}`), fault);
      expect(bench.admin.calls).to.deep.equal([]);
    });

  it('is refused with all that is wrong with it', async () => {
    const { json } = await bench.get('/api/v1/deliveries?limit=0&state=done');
    expect((json['errors'] as { field: string }[]).map(({ field }) => field)).to.have.members([
      'limit',
      'state',
    ]);
  });

  for (const limit of [1, 9, 10, 99, 100, 199, 200])
    it(`is none for a limit of ${limit}`, async () => {
      expect((await bench.get(`/api/v1/deliveries?limit=${limit}`)).status).to.equal(200);
    });

  it('is none for 512 characters, of which one may be two for JavaScript', async () => {
    const text = encodeURIComponent('😀'.repeat(512));
    expect((await bench.get(`/api/v1/deliveries?tenant=acme&id=${text}`)).status).to.equal(200);
  });

  for (const payload of ['yes', '', '1', 'True'])
    it(`is refused: a delivery with payload=${payload}`, async () => {
      const { id } = bench.park(webhook()).record;
      expectInvalid(
        await bench.get(`/api/v1/deliveries/${id}?payload=${payload}`),
        'payload not_true_or_false',
      );
    });

  const why = 'mended';
  const tenant = 'acme';
  for (const [path, body, fault] of [
    ['deliveries/replay', {}, undefined],
    ['deliveries/replay', { why }, 'filter missing'],
    ['deliveries/replay', { why, filter: null }, 'filter missing'],
    ['deliveries/replay', { why, filter: [tenant] }, 'filter not_an_object'],
    ['deliveries/replay', { why, filter: secret }, 'filter not_an_object'],
    ['deliveries/replay', { why, filter: {} }, 'filter.tenant missing'],
    ['deliveries/replay', { filter: { tenant } }, 'why missing'],
    ['deliveries/replay', { why: '', filter: { tenant } }, 'why missing'],
    ['deliveries/replay', { why: null, filter: { tenant } }, 'why missing'],
    ['deliveries/replay', { why: 5, filter: { tenant } }, 'why not_text'],
    ['deliveries/replay', { why: 'a\nb', filter: { tenant } }, 'why not_readable'],
    ['deliveries/replay', { why: '\ud800', filter: { tenant } }, 'why not_readable'],
    ['deliveries/replay', { why: 'a'.repeat(201), filter: { tenant } }, 'why too_long'],
    ['deliveries/replay', { why, filter: { tenant }, limit: 0 }, 'limit not_a_limit'],
    ['deliveries/replay', { why, filter: { tenant }, limit: 1001 }, 'limit not_a_limit'],
    ['deliveries/replay', { why, filter: { tenant }, limit: 1.5 }, 'limit not_a_limit'],
    ['deliveries/replay', { why, filter: { tenant }, limit: '5' }, 'limit not_a_limit'],
    ['deliveries/replay', { why, filter: { tenant }, limit: null }, 'limit not_a_limit'],
    ['deliveries/replay', { why, filter: { tenant, [secret]: 1 } }, 'filter unknown_field'],
    ['deliveries/replay', { why, filter: { tenant, state: 'parked' } }, 'filter unknown_field'],
    ['deliveries/replay', { why, filter: { tenant, email: '' } }, 'filter.email missing'],
    ['deliveries/discard', { why, filter: { tenant, since: 'now' } }, 'filter.since not_a_time'],
    ['deliveries/discard', { why, filter: { tenant }, [secret]: 1 }, 'body unknown_field'],
    ['deliveries/discard', [secret], 'body not_an_object'],
    ['deliveries/discard', secret, 'body not_an_object'],
    ['deliveries/discard', null, 'body not_an_object'],
    ['erasures', { tenant: secret.toUpperCase(), email: 'a' }, 'tenant not_a_slug'],
    ['erasures', { email: secret }, 'tenant missing'],
    ['erasures', { tenant, email: [secret] }, 'email not_text'],
    ['tenants/acme/checks', { action: 'rewards' }, 'body missing'],
    ['tenants/acme/checks', { action: secret, body: '' }, 'action not_known'],
    ['tenants/acme/checks', { action: 'rewards', body: 'a'.repeat(65_537) }, 'body too_long'],
    ['tenants/acme/checks', { action: 'rewards', body: { [secret]: 1 } }, 'body not_text'],
  ] as const)
    it(`is refused: ${path} with ${JSON.stringify(body).slice(0, 60)}`, async () => {
      const answer = await bench.post(`/api/v1/${path}`, body);
      if (fault !== undefined) expectInvalid(answer, fault);
      else expect(answer.status).to.equal(400);
      expect(bench.admin.calls).to.deep.equal([]);
    });
});
