import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { webhook } from '../support/webhooks.ts';

describe('an Omneo whose answers', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  before(async () => {
    sandbox = await startSandbox({ tenants: sample });
    gateway = await startGateway();
  });

  beforeEach(() => {
    sandbox.reset();
    // Registered anew, it begins without a token.
    gateway.registry.delete('default/acme');
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), credentials: 'oauth' });
  });

  after(async () => {
    await gateway.stop();
    await sandbox.close();
  });

  for (const contentEncoding of ['identity', 'gzip', 'deflate', 'rawDeflate', 'br'] as const) {
    for (const byteOrderMark of [false, true]) {
      it(`come as ${contentEncoding}, ${byteOrderMark ? 'marked' : 'unmarked'}, is understood`, async () => {
        sandbox.setOption({ contentEncoding, byteOrderMark });
        const body = webhook();
        expect((await gateway.post('acme', body)).json).to.include({ status: 'created' });
        expect((await gateway.post('acme', body)).json).to.include({ status: 'duplicate' });
        expect(sandbox.rewards('acme')).to.have.length(1);
      });
    }
  }

  it('are compressed and cut off is asked again later, and issues one reward', async () => {
    const body = webhook();
    // With a token: a token endpoint that fails is given a pause.
    await gateway.post('acme', webhook());
    sandbox.setOption({ contentEncoding: 'cutGzip' });
    const failed = await gateway.post('acme', body);
    expect([failed.status, failed.json['code']]).to.deep.equal([502, 'upstream_unavailable']);
    sandbox.setOption({ contentEncoding: 'identity' });
    expect((await gateway.post('acme', body)).json).to.include({ status: 'created' });
    expect(sandbox.rewards('acme')).to.have.length(2);
  });
});
