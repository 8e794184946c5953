import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import type { TokenOddity } from '../../sandbox/tokenoddities.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { webhook } from '../support/webhooks.ts';

describe('a tenant whose token endpoint answers oddly', () => {
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

  /** Warnings since the `from`-th line. */
  const warnings = (from: number) =>
    gateway.logs
      .slice(from)
      .filter(({ level, msg }) => level === 'warn' && msg !== 'webhook')
      .map(({ tenant, msg }) => `${String(tenant)}: ${String(msg)}`);

  const usable: [TokenOddity[], sentence: string | undefined][] = [
    [[], undefined],
    [['noType'], 'token_type is missing'],
    [['nullType'], 'token_type is null'],
    [['oddType'], 'token_type is not Bearer'],
    [['noLifetime'], undefined],
    [['nullLifetime'], 'expires_in is null'],
    [['negativeLifetime'], 'expires_in is not a lifetime'],
    [['textLifetime'], 'expires_in is text'],
    [['nonsenseLifetime'], 'expires_in is not a lifetime'],
    [['nullScope'], 'scope is null'],
    [['nullRefreshToken'], 'refresh_token is null'],
    [['nullIdToken'], 'id_token is null'],
    [['wrapped'], 'access_token is within data'],
    [['created'], 'the status is 201'],
    [
      ['noType', 'negativeLifetime', 'wrapped', 'created'],
      'the status is 201, access_token is within data, token_type is missing, expires_in is not a lifetime',
    ],
  ];
  for (const [tokenOddities, sentence] of usable) {
    it(`is served, and warned of once: ${tokenOddities.join(', ') || 'not odd at all'}`, async () => {
      const from = gateway.logs.length;
      sandbox.setOption({ tokenOddities });
      expect((await gateway.post('acme', webhook())).status).to.equal(200);
      sandbox.revokeTokens('acme');
      expect((await gateway.post('acme', webhook())).status).to.equal(200);
      expect(sandbox.calls()).to.include({ 'acme token': 2 });
      const wording = `acme: the token is used, but Omneo's answer with it is odd: ${String(sentence)}`;
      expect(warnings(from)).to.deep.equal(sentence === undefined ? [] : [wording]);
    });
  }

  for (const [word, wording] of [
    ['noToken', 'is missing'],
    ['emptyToken', 'is empty'],
    ['brokenToken', 'has characters that cannot stand in a header'],
  ] as const) {
    it(`is answered 502 while no token can be used, and the log says why: ${word}`, async () => {
      const from = gateway.logs.length;
      sandbox.setOption({ tokenOddities: [word] });
      expect((await gateway.post('acme', webhook())).status).to.equal(502);
      const line = gateway.logs.slice(from).find(({ msg }) => msg === 'webhook');
      expect(line).to.have.property('error').that.includes(`access_token ${wording}`);
      expect(line)
        .to.have.property('error')
        .that.does.not.match(/OAUTH|[A-Za-z]Error\b/);
    });
  }

  for (const [word, fields] of [
    ['unprocessable', ['client_id', 'scope']],
    ['errorIn200', ['invalid_client']],
  ] as const) {
    it(`counts as refused, by the names that are complained about: ${word}`, async () => {
      const from = gateway.logs.length;
      sandbox.setOption({ tokenOddities: [word] });
      expect((await gateway.post('acme', webhook())).status).to.equal(503);
      expect(await gateway.metrics()).to.include(
        'omneo_gateway_tenant_state{tenant="acme",state="credentials_refused"} 1',
      );
      const line = gateway.logs.slice(from).find(({ msg }) => msg === 'Omneo refuses the credentials');
      expect(line).to.deep.include({ tenant: 'acme', fields });
      sandbox.setOption({ tokenOddities: [] });
      expect((await gateway.post('acme', webhook())).status).to.equal(200);
      expect(await gateway.metrics()).to.include('omneo_gateway_tenant_state{tenant="acme",state="ready"} 1');
    });
  }
});
