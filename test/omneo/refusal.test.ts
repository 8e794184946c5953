import { expect } from 'chai';
import { startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { startGateway } from '../support/gateway.ts';
import { webhook } from '../support/webhooks.ts';

describe('a create that is refused without JSON', () => {
  for (const kind of ['html', 'empty'] as const) {
    it(`is no final answer, and is looked up (${kind})`, async () => {
      const sandbox = await startSandbox({ tenants: sample });
      const gateway = await startGateway();
      gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
      sandbox.setFaults([{ kind, status: 422, operation: 'rewards.create', when: 'after' }]);
      expect((await gateway.post('acme', webhook())).json).to.include({ status: 'created' });
      sandbox.setFaults([{ kind, status: 400, operation: 'rewards.create' }]);
      expect((await gateway.post('acme', webhook())).status).to.equal(502);
      expect(sandbox.rewards('acme')).to.have.length(1);
      await gateway.stop();
      await sandbox.close();
    });
  }
});
