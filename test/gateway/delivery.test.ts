import { connect } from 'node:net';
import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { type Gateway, secretOf, startGateway } from '../support/gateway.ts';
import { webhook } from '../support/webhooks.ts';

describe('a webhook without an id whose caller hangs up before the answer', () => {
  let sandbox: Sandbox;
  let gateway: Gateway;

  before(async () => {
    sandbox = await startSandbox({ tenants: sample });
    gateway = await startGateway();
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
  });

  after(async () => {
    await sandbox.close();
  });

  it('is issued once, its retry is told so, and nothing of it stays under way', async () => {
    sandbox.setFaults([{ kind: 'delay', operation: 'rewards.create', ms: 100 }]);
    const body = JSON.stringify(webhook({ id: '' }));
    const { port } = new URL(gateway.url);
    const socket = connect(Number(port), '127.0.0.1');
    const head = [
      'POST /acme/api/v1/webhooks/klaviyo/rewards HTTP/1.1',
      'Host: gateway',
      'Content-Type: application/json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `x-omneo-secret: ${secretOf('acme')}`,
    ];
    socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
    while ((sandbox.calls()['acme search-id'] ?? 0) === 0) await new Promise(setImmediate);
    socket.destroy();
    while (!gateway.logs.some(({ msg }) => msg === 'webhook')) await new Promise(setImmediate);

    const retry = await gateway.post('acme', body);
    expect(retry.json).to.include({ status: 'duplicate' });
    expect(sandbox.rewards('acme')).to.have.length(1);
    expect(gateway.logs.find(({ msg }) => msg === 'webhook')).to.include({
      caller_gone: true,
      outcome: 'granted',
    });
    expect(await gateway.stop()).to.equal(true);
  });
});
