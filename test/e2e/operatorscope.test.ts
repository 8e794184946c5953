import { expect } from 'chai';
import { apply, secretOf, tenantWithSecrets, untilAnswered } from './gateway.ts';
import { needTools } from './needs.ts';
import { ready, shown, untilShown } from './operatorstatus.ts';
import { startWorld, type World } from './operatorworld.ts';

const unresolved = {
  Accepted: 'True Accepted',
  ResolvedRefs: 'False SecretNotFound',
  Ready: 'False RefsNotResolved',
};

describe('a gateway that watches two namespaces and labelled Secrets', () => {
  let world: World;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    const env = { WATCH_NAMESPACES: 'loyalty, second', SECRET_LABEL_SELECTOR: 'omneo.io/gateway=yes' };
    world = await startWorld({ watched: ['loyalty', 'second'], env });
    await world.kubectl('create', 'namespace', 'third');
  });

  after(async () => {
    await (world as World | undefined)?.stop();
  });

  async function label(namespace: string, value: string): Promise<void> {
    const secrets = ['secret', '--all', '-n', namespace, '--overwrite'];
    await world.kubectl('label', ...secrets, `omneo.io/gateway${value}`);
  }

  it('serves the tenants of both', async () => {
    for (const namespace of ['loyalty', 'second']) {
      const name = `in-${namespace}`;
      await apply(
        world.cluster,
        tenantWithSecrets(name, { baseURL: world.sandbox.baseURL('acme'), namespace }),
      );
      await label(namespace, '=yes');
      await untilAnswered(world.gateway, name, { secret: secretOf(name) });
      await untilShown(world, name, ready, { namespace });
    }
  });

  it('neither serves nor touches those of a third', async () => {
    const options = { baseURL: world.sandbox.baseURL('acme'), namespace: 'third' };
    await apply(world.cluster, tenantWithSecrets('outside', options));
    await label('third', '=yes');
    // What came later is known, and so would this be.
    await apply(world.cluster, tenantWithSecrets('later', { ...options, namespace: 'second' }));
    await untilShown(world, 'later', unresolved, { namespace: 'second' });
    const reply = await world.gateway.post('outside', { secret: secretOf('outside') });
    expect(reply.status).to.equal(401);
    expect((await shown(world, 'outside', 'third')).status).to.deep.equal({ observedGeneration: -1 });
  });

  it('sees a Secret come and go with its label', async () => {
    const options = { secret: secretOf('in-loyalty') };
    await label('loyalty', '-');
    await untilAnswered(world.gateway, 'in-loyalty', { ...options, status: 503 });
    await untilShown(world, 'in-loyalty', unresolved);
    await label('loyalty', '=yes');
    await untilAnswered(world.gateway, 'in-loyalty', options);
    await untilShown(world, 'in-loyalty', ready);
  });

  it('never asks for anything of the whole cluster, or that it may not have', async () => {
    const events = await world.cluster.auditEvents();
    const asked = events.filter(({ user }) => user.username === world.installed.user);
    expect(asked).to.not.be.empty;
    expect(asked.filter(({ objectRef }) => objectRef?.namespace === undefined)).to.be.empty;
    expect(asked.filter(({ responseStatus }) => responseStatus?.code === 403)).to.be.empty;
  });
});
