import { expect } from 'chai';
import { secretOf } from '../support/gateway.ts';
import { expectProblem } from '../support/problems.ts';
import { countsBy } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

describe('The actions that a tenant serves', () => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.stop());

  /** Serves these actions for acme, from now on. */
  const serve = (...actions: readonly string[]): void => {
    const klaviyo = { secretRefs: [{ name: 'klaviyo', key: 'webhook-secret' }], actions };
    world.gateway.tenant('acme', { baseURL: world.sandbox.baseURL('acme'), spec: { klaviyo } });
  };

  it('are those that it names: a webhook for another is answered 404, and Omneo is asked nothing', async () => {
    serve('none-of-these');
    const { detail } = expectProblem(await world.gateway.post('acme', webhook()), 'not_found');
    expect(detail).to.match(/^Check the last part of the URL: this tenant does not serve that action/);
    expect(world.sandbox.calls()).to.deep.equal({});
  });

  it('are told to nobody who has no secret of it', async () => {
    serve('none-of-these');
    const headers = { 'x-omneo-secret': secretOf('bloom') };
    expectProblem(await world.gateway.post('acme', webhook(), headers), 'unauthorized');
  });

  it('include rewards where it names none', async () => {
    expect((await world.gateway.post('acme', webhook())).status).to.equal(200);
  });

  it('are counted and logged by their names', async () => {
    await world.gateway.post('acme', webhook());
    const total = 'omneo_gateway_webhook_requests_total';
    const counts = countsBy(await world.gateway.metrics(), total, 'tenant', 'action', 'outcome');
    expect(counts).to.include({ 'acme/rewards/granted': 1 });
    expect(world.gateway.logs.find(({ msg }) => msg === 'webhook')).to.include({ action: 'rewards' });
  });
});
