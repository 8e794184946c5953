import { expect } from 'chai';
import { webhook } from '../support/webhooks.ts';
import { countsBy, samplesOf } from '../support/prometheus.ts';
import { startWorld, type World } from '../support/world.ts';

const total = 'omneo_gateway_webhook_requests_total';

describe('metrics and logs', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  beforeEach(async () => {
    world = await startWorld();
    ({ gateway, sandbox } = world);
  });

  afterEach(() => world.stop());

  const counts = async (): Promise<Record<string, number>> =>
    countsBy(await gateway.metrics(), total, 'tenant', 'code', 'outcome');

  it('count each webhook exactly once, by tenant, code and outcome', async () => {
    const eve = (): unknown => webhook({ person_id: '01BLOOMEVE', email: 'eve@example.com' });
    const same = webhook();
    for (const body of [same, same, same, webhook()]) await gateway.post('acme', body);
    await gateway.post('bloom', eve());
    await gateway.post('bloom', '{');
    await gateway.post('bloom', webhook({ email: '' }));
    await gateway.post('bloom', webhook({ person_id: 'x', email: 'x@example.com' }));
    await gateway.post('bloom', eve(), { 'x-omneo-secret': 'wrong' });
    await gateway.post('bloom', eve(), { 'content-type': 'text/plain' });
    await gateway.post('bloom', 'x'.repeat(70_000));
    await gateway.post('nobody', eve());
    sandbox.setFaults([{ kind: 'error', status: 500, tenant: 'bloom' }]);
    await gateway.post('bloom', eve());
    sandbox.setFaults([{ kind: 'forbidden', tenant: 'bloom' }]);
    await gateway.post('bloom', eve());
    sandbox.setFaults([{ kind: 'throttle', tenant: 'bloom' }]);
    await gateway.post('bloom', eve());
    // No webhooks:
    await gateway.get(gateway.url);
    await gateway.get(`${gateway.url}/acme/api/v1/webhooks/klaviyo/rewards`);

    expect(await counts()).to.deep.equal({
      'acme/200/granted': 2,
      'acme/200/duplicate': 2,
      'bloom/200/granted': 1,
      'bloom/400/rejected': 2,
      'bloom/404/rejected': 1,
      'bloom/401/unauthorized': 1,
      'bloom/415/rejected': 1,
      'bloom/413/rejected': 1,
      'unknown/401/unknown_tenant': 1,
      'bloom/502/upstream_error': 1,
      'bloom/429/overloaded': 1,
      'bloom/503/not_ready': 1,
    });
    const durations = countsBy(
      await gateway.metrics(),
      'omneo_gateway_webhook_request_duration_seconds_count',
      'code',
    );
    expect(durations).to.deep.equal({
      200: 5,
      400: 2,
      401: 2,
      404: 1,
      413: 1,
      415: 1,
      429: 1,
      502: 1,
      503: 1,
    });
    expect(gateway.logs.filter(({ msg }) => msg === 'webhook')).to.have.length(15);
  });

  it('count 400 concurrent webhooks exactly', async () => {
    await Promise.all(
      Array.from({ length: 400 }, (_, index) =>
        gateway.post(index % 4 === 0 ? 'nobody' : 'acme', index % 2 === 0 ? '{' : '[]', {}),
      ),
    );
    const seen = await counts();
    expect(seen['unknown/401/unknown_tenant']).to.equal(100);
    const answered = (seen['acme/400/rejected'] ?? 0) + (seen['acme/429/overloaded'] ?? 0);
    expect(answered).to.equal(300);
  });

  it('know strangers only as unknown, however many slugs they try', async () => {
    const before = samplesOf(await gateway.metrics(), total).length;
    for (let index = 0; index < 200; index += 1) {
      await gateway.post(`stranger-${Math.random().toString(36).slice(2)}`, webhook());
    }
    const samples = samplesOf(await gateway.metrics(), total);
    expect(samples).to.have.length(before);
    expect(await counts()).to.deep.equal({ 'unknown/401/unknown_tenant': 200 });
    expect(new Set(samples.map(({ labels }) => labels['tenant']))).to.deep.equal(
      new Set(['acme', 'bloom', 'unknown']),
    );
    expect(await gateway.metrics()).to.not.contain('stranger-');
  });

  it('begin at 0 for a tenant, and forget one that is removed', async () => {
    const ofAcme = async (): Promise<string[]> =>
      (await gateway.metrics()).split('\n').filter((line) => line.includes('tenant="acme"'));
    expect(samplesOf(await gateway.metrics(), total)).to.deep.include({
      labels: { tenant: 'acme', code: '200', outcome: 'granted', action: 'rewards' },
      value: 0,
    });
    await gateway.post('acme', webhook());
    await gateway.post('acme', '{');
    expect((await ofAcme()).length).to.be.above(3);

    gateway.registry.delete('default/acme');
    expect(await ofAcme()).to.deep.equal([]);
    expect((await gateway.post('acme', webhook())).status).to.equal(503);
    expect((await gateway.post('acme', webhook(), { 'x-omneo-secret': 'wrong' })).status).to.equal(401);
    expect(await ofAcme()).to.deep.equal([]);
    expect(await counts()).to.deep.equal({ 'unknown/503/not_ready': 1, 'unknown/401/unknown_tenant': 1 });
  });

  it('begin at 0 for unknown tenants, since a rate needs two scrapes', async () => {
    expect(samplesOf(await gateway.metrics(), total)).to.deep.include({
      labels: { tenant: 'unknown', code: '401', outcome: 'unknown_tenant', action: 'rewards' },
      value: 0,
    });
    await gateway.post('nobody', webhook());
    const samples = samplesOf(await gateway.metrics(), total);
    expect(samples.filter(({ labels }) => labels['tenant'] === 'unknown')).to.have.length(1);
    expect(await counts()).to.deep.equal({ 'unknown/401/unknown_tenant': 1 });
  });

  it('count a webhook whose tenant was removed meanwhile as unknown', async () => {
    sandbox.setFaults([{ kind: 'delay', ms: 100, operation: 'search-id' }]);
    const post = gateway.post('acme', webhook());
    await gateway.post('bloom', '{');
    gateway.registry.delete('default/acme');
    expect((await post).status).to.equal(200);
    expect(await counts()).to.deep.equal({ 'bloom/400/rejected': 1, 'unknown/200/granted': 1 });
  });

  const keys = [
    ...['time', 'level', 'msg', 'request_id', 'tenant', 'code', 'outcome', 'problem', 'claim', 'reward_id'],
    ...['action', 'webhook_secret', 'matched_by', 'identity_conflict', 'duration_ms', 'caller_gone', 'error'],
  ];
  const lines: readonly (readonly [
    what: string,
    act: () => Promise<unknown>,
    line: Record<string, unknown>,
  ])[] = [
    [
      'that became a reward',
      () => gateway.post('acme', webhook()),
      {
        level: 'info',
        tenant: 'acme',
        code: 200,
        outcome: 'granted',
        problem: null,
        claim: 'won',
        reward_id: 1,
        webhook_secret: 'klaviyo/webhook-secret',
        matched_by: 'klaviyo',
        identity_conflict: false,
        error: null,
      },
    ],
    [
      'that is wrong',
      () => gateway.post('acme', webhook({ email: '' })),
      {
        level: 'warn',
        tenant: 'acme',
        code: 400,
        outcome: 'rejected',
        problem: 'invalid_payload',
        claim: null,
        reward_id: null,
        matched_by: null,
        identity_conflict: null,
        error: null,
      },
    ],
    [
      'that is not JSON',
      () => gateway.post('acme', '{'),
      { level: 'warn', code: 400, problem: 'invalid_json', error: 'SyntaxError' },
    ],
    [
      'of a stranger',
      () => gateway.post('nobody', webhook()),
      { level: 'warn', tenant: 'unknown', code: 401, outcome: 'unknown_tenant', problem: 'unauthorized' },
    ],
    [
      'that Omneo failed',
      () => {
        sandbox.setFaults([{ kind: 'reset' }]);
        return gateway.post('acme', webhook());
      },
      {
        level: 'error',
        tenant: 'acme',
        code: 502,
        outcome: 'upstream_error',
        problem: 'upstream_unavailable',
      },
    ],
  ];
  for (const [what, act, line] of lines) {
    it(`log one line with the same keys for a webhook ${what}`, async () => {
      await act();
      const logged = gateway.logs.filter(({ msg }) => msg === 'webhook');
      expect(logged).to.have.length(1);
      expect(Object.keys(logged[0]!)).to.have.members(keys);
      expect(logged[0]).to.include({ ...line, caller_gone: false });
      expect(logged[0]!['time']).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(logged[0]!['duration_ms']).to.be.a('number').and.within(0, 5000);
      if (line['code'] === 502)
        expect(logged[0]!['error']).to.match(/^Omneo answered \d+|^the connection to Omneo failed/);
    });
  }
});
