import { expect } from 'chai';
import { countsBy } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

describe('The metrics', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  beforeEach(async () => {
    world = await startWorld();
    ({ gateway, sandbox } = world);
  });

  afterEach(() => world.stop());

  const states = async (): Promise<string[]> =>
    Object.keys(countsBy(await gateway.metrics(), 'omneo_gateway_tenant_state', 'tenant', 'state'));

  it('tell the one state of each tenant, in which a suspended one is no other that is not ready', async () => {
    const baseURL = sandbox.baseURL('acme');
    gateway.tenant('paused', { baseURL, spec: { suspend: true } });
    gateway.tenant('poor', {
      baseURL,
      spec: { klaviyo: { secretRefs: [{ name: 'absent', key: 'x' }] } },
    });
    gateway.tenant('wrong', { baseURL: 'http://elsewhere.example' });
    sandbox.setFaults([{ kind: 'unauthorized', tenant: 'bloom' }]);
    expect((await gateway.post('bloom', webhook())).status).to.equal(503);

    expect(await states()).to.have.members([
      'acme/ready',
      'bloom/credentials_refused',
      'paused/suspended',
      'poor/refs_not_resolved',
      'wrong/not_accepted',
    ]);
  });

  it('take the state of a tenant away when that changes or the tenant goes', async () => {
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec: { suspend: true } });
    gateway.registry.delete('default/bloom');
    expect(await states()).to.deep.equal(['acme/suspended']);
  });
});
