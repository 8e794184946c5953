import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { webhook } from '../support/webhooks.ts';

describe('one webhook', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  before(async () => {
    sandbox = await startSandbox({ tenants: sample });
    gateway = await startGateway();
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), credentials: 'oauth' });
  });

  after(async () => {
    await gateway.stop();
    await sandbox.close();
  });

  it('becomes one reward', async () => {
    const body = webhook();
    const first = await gateway.post('acme', body);
    console.log(first, sandbox.rewards('acme'), gateway.logs, sandbox.statuses());
    expect(first.status).to.equal(200);
    const second = await gateway.post('acme', body);
    console.log(second);
    expect(second.json).to.include({ status: 'duplicate' });
    expect(sandbox.rewards('acme')).to.have.length(1);
  });
});
