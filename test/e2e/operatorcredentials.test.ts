import { expect } from 'chai';
import { apply, secret, secretOf, tenantWithSecrets, untilAnswered } from './gateway.ts';
import { needTools } from './needs.ts';
import { disclosures } from './operatordisclosure.ts';
import { ready, untilShown, untilTold } from './operatorstatus.ts';
import { startWorld, type World } from './operatorworld.ts';

const wrong = (name: string) => secret(`${name}-omneo`, { token: 'not-a-token-of-omneo' });

const rejected = {
  ...ready,
  Ready: 'False CredentialsRejected',
  Stalled: 'True CredentialsRejected',
};

describe('what a platform engineer sees of credentials', () => {
  let world: World;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    world = await startWorld({ replicas: 2, env: { CREDENTIALS_RETRY_MS: '200' } });
  });

  after(async () => {
    await (world as World | undefined)?.stop();
  });

  for (const who of ['the leader', 'another replica'] as const) {
    it(`that Omneo refuses to ${who}: within a minute, until they are right`, async () => {
      const [name, account] = who === 'the leader' ? ['refused', 'acme'] : ['barred', 'bloom'];
      const leader = await world.leader();
      const gateway = world.gateways.find((each) => (each === leader) === (who === 'the leader'));
      if (!gateway) throw new Error(`no gateway is ${who}`);
      const objects = tenantWithSecrets(name, { baseURL: world.sandbox.baseURL(account) });
      await apply(world.cluster, [wrong(name), ...objects.slice(1)]);
      await untilShown(world, name, ready);

      const first = await untilAnswered(gateway, name, { secret: secretOf(name), status: 503 });
      const at = performance.now();
      expect(first.json).to.include({ code: 'not_ready' });
      const { Ready } = await untilShown(world, name, rejected, { timeoutMs: 60_000 });
      await untilTold(
        world,
        name,
        'Normal Accept Accepted',
        'Normal Serve Ready',
        'Warning Serve CredentialsRejected',
      );
      console.log(`      shown ${Math.round(performance.now() - at)} ms after the first refusal`);
      expect(Ready).to.equal(
        `Omneo refuses the credentials in Secret ${name}-omneo; correct the Secret, or let them in at Omneo.`,
      );

      await apply(world.cluster, [secret(`${name}-omneo`, { token: `${account}-static-token` })]);
      await untilShown(world, name, ready);
    });
  }

  it('that Omneo lets in again: that all is well, with nothing to do in the cluster', async () => {
    await apply(world.cluster, tenantWithSecrets('revoked', { baseURL: world.sandbox.baseURL('acme') }));
    const options = { secret: secretOf('revoked') };
    await untilAnswered(world.gateway, 'revoked', options);
    world.sandbox.revokeTokens('acme');
    await untilAnswered(world.gateway, 'revoked', { ...options, status: 503 });
    await untilShown(world, 'revoked', rejected);
    world.sandbox.rotateCredentials('acme', {
      clientId: 'a',
      clientSecret: 'b',
      tokens: ['acme-static-token'],
    });
    // Klaviyo comes back by itself.
    await untilAnswered(world.gateway, 'revoked', options);
    await untilShown(world, 'revoked', ready);
  });

  it('without their values: not in a status, an Event, the Lease, a metric or a log', async () => {
    expect(await disclosures(world, ['not-a-token-of-omneo'])).to.deep.equal([]);
  });
});
