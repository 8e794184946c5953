import { expect } from 'chai';
import { systemClock } from '../../src/lib/clock.ts';
import { secretOf, type Gateway, type Reply, startGateway } from '../support/gateway.ts';
import { expectProblem } from '../support/problems.ts';
import { countsBy } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

/** All of a reply that a stranger could tell two answers apart by. */
function face({ status, headers, text, json }: Reply): unknown {
  const id = String(json['request_id']);
  expect(headers['x-request-id']).to.equal(id);
  const { date, ...rest } = headers;
  expect(date).to.be.a('string');
  return { status, headers: Object.entries({ ...rest, 'x-request-id': '' }), text: text.replace(id, '') };
}

describe('tenants and secrets', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  before(async () => {
    world = await startWorld();
    ({ gateway, sandbox } = world);
    gateway.tenant('paused', { baseURL: sandbox.baseURL('acme'), spec: { suspend: true } });
  });

  after(() => world.stop());

  const wrong = { 'x-omneo-secret': 'wrong' };

  describe('a stranger cannot tell', () => {
    const attempts: Record<string, (slug: string) => Promise<Reply>> = {
      'with a wrong secret': (slug) => gateway.post(slug, webhook(), wrong),
      'with an empty secret': (slug) => gateway.post(slug, webhook(), { 'x-omneo-secret': '' }),
      'with the secret of another tenant': (slug) =>
        gateway.post(slug, webhook(), { 'x-omneo-secret': secretOf('bloom') }),
      'with a body that is not JSON': (slug) => gateway.post(slug, '{', wrong),
      'with a body over the limit': (slug) => gateway.post(slug, 'x'.repeat(100_000), wrong),
      'with a form': (slug) => gateway.post(slug, 'a=b', { ...wrong, 'content-type': 'text/plain' }),
    };
    for (const [how, attempt] of Object.entries(attempts)) {
      it(`a served, a suspended and an unknown tenant from each other ${how}`, async () => {
        const replies = [await attempt('acme'), await attempt('paused'), await attempt('nobody')];
        for (const reply of replies) {
          expectProblem(reply, 'unauthorized');
          expect(face(reply)).to.deep.equal(face(replies[0]!));
        }
      });
    }

    it('and reaches neither Omneo nor the payload', async () => {
      sandbox.reset();
      await gateway.post('acme', webhook(), wrong);
      expect(sandbox.calls()).to.deep.equal({});
    });
  });

  it('answer 503 to the right secret while suspended, and serve again afterwards', async () => {
    const detail =
      'Nothing to fix in Klaviyo, which sends it again: this tenant is not ready in the gateway.';
    expect(expectProblem(await gateway.post('paused', webhook()), 'not_ready')['detail']).to.equal(detail);
    gateway.tenant('paused', {
      baseURL: sandbox.baseURL('acme'),
      secrets: { omneo: { token: 'acme-static-token' } },
    });
    expect((await gateway.post('paused', webhook())).json).to.include({ status: 'created' });
    gateway.tenant('paused', { baseURL: sandbox.baseURL('acme'), spec: { suspend: true } });
  });

  const unserved: Record<string, Parameters<Gateway['tenant']>[1]> = {
    "Omneo's Secret lacks its key": { baseURL: '', secrets: { omneo: { other: 'x' } } },
    'its time zone does not exist': { baseURL: '', spec: { rewards: { timezone: 'Mars/Olympus' } } },
  };
  for (const [why, options] of Object.entries(unserved)) {
    it(`answer 503 to the right secret alone, as strangers must not list tenants, when ${why}`, async () => {
      gateway.tenant('unserved', { ...options, baseURL: sandbox.baseURL('acme') });
      expectProblem(await gateway.post('unserved', webhook()), 'not_ready');
      expectProblem(await gateway.post('unserved', webhook(), wrong), 'unauthorized');
    });
  }

  const unresolved: Record<string, Parameters<Gateway['tenant']>[1]> = {
    'the webhook Secret lacks its key': { baseURL: '', secrets: { klaviyo: {} } },
    'one of two webhook Secrets is missing': {
      baseURL: '',
      spec: { klaviyo: { secretRefs: [{ name: 'klaviyo' }, { name: 'gone' }] } },
    },
  };
  for (const [why, options] of Object.entries(unresolved)) {
    it(`answer 503 whatever the secret, since a wrong one cannot be told, when ${why}`, async () => {
      gateway.tenant('unresolved', { ...options, baseURL: sandbox.baseURL('acme') });
      expectProblem(await gateway.post('unresolved', webhook()), 'not_ready');
      expectProblem(await gateway.post('unresolved', webhook(), wrong), 'not_ready');
    });
  }

  it('are all 503 before every slug is known, but for those that are', async () => {
    const starting = await startGateway({}, { complete: false });
    starting.tenant('acme', { baseURL: sandbox.baseURL('acme') });
    const nobody = await starting.post('nobody', webhook());
    const { detail } = expectProblem(nobody, 'not_ready');
    expect(detail).to.equal('Nothing to fix: tenants are still being loaded; Klaviyo sends it again.');
    expectProblem(await starting.post('__proto__', webhook(), wrong), 'not_ready');
    expectProblem(await starting.post('acme', webhook(), wrong), 'not_ready');
    expect((await starting.post('acme', webhook())).status).to.equal(200);
    expect((await starting.get(`${starting.adminURL}/readyz`)).status).to.equal(503);

    starting.registry.setComplete(true);
    expectProblem(await starting.post('nobody', webhook()), 'unauthorized');
    expect((await starting.get(`${starting.adminURL}/readyz`)).status).to.equal(200);
    await starting.stop();
  });

  it('accept two secrets during a rotation, count which one is used, and then only the new one', async () => {
    const both = {
      klaviyo: {
        secretRefs: [
          { name: 'old', key: 'k' },
          { name: 'new', key: 'k' },
        ],
      },
    };
    const secrets = { old: { k: 'the-old-webhook-secret' }, new: { k: 'the-new-webhook-secret' } };
    const rotating = {
      baseURL: sandbox.baseURL('acme'),
      secrets: { ...secrets, omneo: { token: 'acme-static-token' } },
    };
    const by = (secret: string): Promise<Reply> =>
      gateway.post('rotating', webhook(), { 'x-omneo-secret': secret });

    gateway.tenant('rotating', { ...rotating, spec: both });
    for (const secret of ['the-old-webhook-secret', 'the-new-webhook-secret', 'the-old-webhook-secret']) {
      expect((await by(secret)).status).to.equal(200);
    }
    const used = countsBy(
      await gateway.metrics(),
      'omneo_gateway_webhook_secret_used_total',
      'tenant',
      'secret',
    );
    expect(used).to.include({ 'rotating/old/k': 2, 'rotating/new/k': 1 });

    gateway.tenant('rotating', {
      ...rotating,
      spec: { klaviyo: { secretRefs: [{ name: 'new', key: 'k' }] } },
    });
    expectProblem(await by('the-old-webhook-secret'), 'unauthorized');
    expect((await by('the-new-webhook-secret')).status).to.equal(200);
  });

  describe('that are deleted', () => {
    const grace = 900_000;
    let later = 0;
    let shop: Gateway;

    beforeEach(async () => {
      later = 0;
      shop = await startGateway(
        {},
        { clock: { ...systemClock, monotonic: () => systemClock.monotonic() + later } },
      );
      shop.tenant('gone', { baseURL: sandbox.baseURL('acme') });
      shop.tenant('acme', { baseURL: sandbox.baseURL('acme') });
      shop.registry.delete('default/gone');
    });

    afterEach(() => shop.stop());

    it('answer 503 to the right secret for a while, so that Klaviyo comes back', async () => {
      const reply = await shop.post('gone', webhook());
      expect(expectProblem(reply, 'not_ready')['detail']).to.equal(
        'Nothing to fix: this tenant was deleted a short while ago; Klaviyo sends it again.',
      );
      later = grace - 10_000;
      expectProblem(await shop.post('gone', webhook()), 'not_ready');
      later = grace;
      expectProblem(await shop.post('gone', webhook()), 'unauthorized');
    });

    for (const [what, secret] of [
      ['a wrong secret', 'wrong'],
      ['an empty secret', ''],
      ['the secret of another tenant', secretOf('bloom')],
    ] as const) {
      it(`look to somebody with ${what} like one that is served and one that never was`, async () => {
        const sent = { 'x-omneo-secret': secret };
        const replies = await Promise.all(
          ['gone', 'acme', 'nobody'].map((slug) => shop.post(slug, webhook(), sent)),
        );
        for (const reply of replies) {
          expectProblem(reply, 'unauthorized');
          expect(face(reply)).to.deep.equal(face(replies[0]!));
        }
      });
    }

    it('serve again as soon as they are registered again, by their present secret alone', async () => {
      const next = 'the-next-webhook-secret-of-gone';
      shop.tenant('gone', {
        baseURL: sandbox.baseURL('acme'),
        secrets: { klaviyo: { 'webhook-secret': next }, omneo: { token: 'acme-static-token' } },
      });
      expectProblem(await shop.post('gone', webhook()), 'unauthorized');
      expect((await shop.post('gone', webhook(), { 'x-omneo-secret': next })).status).to.equal(200);
    });

    it('are counted as unknown and not ready, and are no unknown tenants', async () => {
      await shop.post('gone', webhook());
      const total = 'omneo_gateway_webhook_requests_total';
      expect(countsBy(await shop.metrics(), total, 'tenant', 'code', 'outcome')).to.deep.equal({
        'unknown/503/not_ready': 1,
      });
      expect(shop.logs.find(({ msg }) => msg === 'webhook')).to.include({
        tenant: 'unknown',
        outcome: 'not_ready',
        problem: 'not_ready',
      });
    });

    it('are unknown at once when DELETED_TENANT_GRACE_MS is 0', async () => {
      const strict = await startGateway({ DELETED_TENANT_GRACE_MS: '0' });
      strict.tenant('gone', { baseURL: sandbox.baseURL('acme') });
      strict.registry.delete('default/gone');
      expectProblem(await strict.post('gone', webhook()), 'unauthorized');
      await strict.stop();
    });

    it('are logged when they cease to be served, and when they are served again', () => {
      shop.tenant('gone', {
        baseURL: sandbox.baseURL('acme'),
        secrets: { omneo: { token: 'acme-static-token' } },
      });
      const lines = shop.logs.filter(({ tenant, msg }) => tenant === 'gone' && msg !== 'webhook');
      const [begun, ceased, again] = lines;
      expect(lines).to.have.length(3);
      expect(begun).to.include({ level: 'info', key: 'default/gone', reason: 'Ready' });
      expect(ceased).to.include({ level: 'warn', key: 'default/gone', reason: 'Deleted' });
      expect(again).to.include({ level: 'info', key: 'default/gone', reason: 'Ready' });
    });
  });

  it("never get each other's rewards for the same id", async () => {
    sandbox.reset();
    const body = webhook();
    const replies = [
      await gateway.post('acme', body),
      await gateway.post('bloom', { ...body, person_id: '01BLOOMADA' }),
    ];
    for (const reply of replies)
      expect(reply.json).to.include({ status: 'created', external_id: body['id'] });
    expect(sandbox.rewards('acme')).to.have.length(1);
    expect(sandbox.rewards('bloom')).to.have.length(1);
  });
});
