/** What guards the rewards of a tenant guards whatever else its webhooks ask for. */
import { expect } from 'chai';
import { systemClock } from '../../src/lib/clock.ts';
import { actionNames } from '../../src/tenants/actionnames.ts';
import { type ActionName, asked } from '../support/asked.ts';
import type { Reply } from '../support/gateway.ts';
import { countsBy } from '../support/prometheus.ts';
import { ada } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

const rehearsalSecret = 'a-secret-that-only-rehearses';

/** A budget of the day has no room for it. */
function expectNoRoom({ status, json }: Reply): void {
  expect(status).to.equal(429);
  expect(json['detail']).to.match(/no more may be issued today/);
}

/** No day begins while a test runs. */
const clock = { ...systemClock, now: () => Date.parse('2026-03-01T12:00:00Z') + performance.now() };

describe('Of every action, webhooks', () => {
  let world: World;
  let made = 0;

  before(async () => {
    world = await startWorld({ parts: { clock } });
  });
  beforeEach(() => {
    world.sandbox.reset();
  });
  after(() => world.stop());

  /** Serves every action for acme, within these limits, and with a secret that rehearses. */
  function serve(limits: object = {}): void {
    // Budgets hang on the slug and the day, so that each test has a tenant of its own.
    made += 1;
    const klaviyo = {
      secretRefs: [{ name: 'klaviyo', key: 'webhook-secret' }],
      rehearsalSecretRefs: [{ name: 'rehearsal', key: 'webhook-secret' }],
      actions: actionNames,
    };
    world.gateway.tenant(slug(), {
      baseURL: world.sandbox.baseURL('acme'),
      spec: { klaviyo, limits },
      secrets: { rehearsal: { 'webhook-secret': rehearsalSecret }, omneo: { token: 'acme-static-token' } },
    });
  }
  const slug = (): string => `acme-${made}`;

  const post = (name: ActionName, id: string, headers: Record<string, string> = {}): Promise<Reply> =>
    world.gateway.post(slug(), { id: `${slug()}-${id}`, ...ada, data: asked[name].data }, headers, name);
  const held = (): number => actionNames.reduce((sum, name) => sum + world.sandbox[name]('acme').length, 0);

  for (const name of actionNames) {
    const { data, amount, never, isFree = false } = asked[name];

    it(`${name}: are rehearsed, and nothing is made of them`, async () => {
      serve();
      const rehearsing = { 'x-omneo-secret': rehearsalSecret };
      expect((await post(name, 'a', rehearsing)).json).to.include({ status: 'rehearsed', would: 'create' });
      const body = { id: `${slug()}-b`, ...ada, data: { ...data, ...never } };
      const { status } = await world.gateway.post(slug(), body, rehearsing, name);
      expect(status).to.be.oneOf([400, 422]);
      expect(held()).to.equal(0);
      expect((await post(name, 'a')).json['status']).to.equal('created');
      // That an attribute was set under an id, its claim alone shows, which a rehearsal does not make.
      const would = isFree ? 'create' : 'duplicate';
      expect((await post(name, 'a', rehearsing)).json).to.include({ would });
      expect(held()).to.equal(1);
    });

    for (const limit of ['perDay', 'perProfilePerDay'])
      it(`${name}: ${isFree ? 'do not count' : 'count'} in limits.${limit}.rewards along with all others, once each`, async () => {
        serve({ [limit]: { rewards: 2 } });
        expect((await post('benefits', 'first')).status).to.equal(200);
        await post(name, 'a');
        expect((await post(name, 'a')).json['status']).to.equal('duplicate');
        const another = await post(name, 'b');
        if (isFree) expect(another.status).to.equal(200);
        else expectNoRoom(another);
        expect((await post(name, 'a')).json['status']).to.equal('duplicate');
        expect(held()).to.equal(2);
      });

    it(`${name}: ${amount === 0 ? 'do not count' : 'count'} in limits.perDay.amount`, async () => {
      serve({ perDay: { amount: 19.99 } });
      expect((await post('rewards', 'first')).status).to.equal(200);
      if (amount === 0) expect((await post(name, 'a')).status).to.equal(200);
      else expectNoRoom(await post(name, 'a'));
      expect(held()).to.equal(amount === 0 ? 2 : 1);
    });

    it(`${name}: are counted by their action, and with what they are worth`, async () => {
      serve();
      await post(name, 'a');
      await post(name, 'a');
      const metrics = await world.gateway.metrics();
      const total = 'omneo_gateway_webhook_requests_total';
      expect(countsBy(metrics, total, 'tenant', 'action', 'outcome')).to.include({
        [`${slug()}/${name}/granted`]: 1,
        [`${slug()}/${name}/duplicate`]: 1,
      });
      const amounts = countsBy(metrics, 'omneo_gateway_issued_amount_total', 'tenant');
      expect(amounts[slug()] ?? 0).to.equal(amount);
    });
  }
});
