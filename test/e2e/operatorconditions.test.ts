import { expect } from 'chai';
import { apply, secret, secretOf, tenant, tenantWithSecrets, untilAnswered } from './gateway.ts';
import { needTools } from './needs.ts';
import { disclosures } from './operatordisclosure.ts';
import { ready, untilShown, untilTold } from './operatorstatus.ts';
import { startWorld, type World } from './operatorworld.ts';
import { eventually } from './time.ts';

/** What is shown while a Secret is not as it should be. */
const unresolved = (reason: string, stalled = true) => ({
  Accepted: 'True Accepted',
  ResolvedRefs: `False ${reason}`,
  Ready: 'False RefsNotResolved',
  ...(stalled && { Stalled: `True ${reason}` }),
});

const notAccepted = (reason: string, refs: string) => ({
  Accepted: `False ${reason}`,
  ResolvedRefs: refs,
  Ready: 'False NotAccepted',
  Stalled: `True ${reason}`,
});

describe('what a platform engineer sees', () => {
  let world: World;
  let baseURL: string;

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    world = await startWorld();
    baseURL = world.sandbox.baseURL('acme');
    await world.kubectl('create', 'namespace', 'other');
  });

  after(async () => {
    await (world as World | undefined)?.stop();
  });

  it('of a Secret that is missing: its name, 503, and healing when it comes', async () => {
    const [omneo, klaviyo, object] = tenantWithSecrets('lacking', { baseURL });
    if (!omneo || !klaviyo || !object) throw new Error('three objects');
    await apply(world.cluster, [omneo, object]);
    const { ResolvedRefs } = await untilShown(world, 'lacking', unresolved('SecretNotFound', false));
    expect(ResolvedRefs).to.equal('Secret lacking-klaviyo was not found in this namespace; create it.');
    const options = { secret: secretOf('lacking') };
    await untilAnswered(world.gateway, 'lacking', { ...options, status: 503 });
    await apply(world.cluster, [klaviyo]);
    await untilAnswered(world.gateway, 'lacking', options);
    await untilShown(world, 'lacking', ready);
    await world.kubectl('delete', 'secret', '-n', 'loyalty', 'lacking-klaviyo');
    await untilAnswered(world.gateway, 'lacking', { ...options, status: 503 });
    await untilShown(world, 'lacking', unresolved('SecretNotFound', false));
    await untilTold(
      world,
      'lacking',
      'Normal Accept Accepted',
      'Warning ResolveRefs SecretNotFound',
      'Normal ResolveRefs ResolvedRefs',
      'Normal Serve Ready',
    );
  });

  it('of a key that is missing, or holds what cannot be used: Secret and key, and healing', async () => {
    await apply(world.cluster, tenantWithSecrets('keyless', { baseURL }));
    await untilShown(world, 'keyless', ready);
    await world.kubectl('delete', 'secret', '-n', 'loyalty', 'keyless-klaviyo');
    await apply(world.cluster, [secret('keyless-klaviyo', { other: secretOf('keyless') })]);
    const missing = await untilShown(world, 'keyless', unresolved('SecretKeyMissing'));
    expect(missing['ResolvedRefs']).to.equal('Secret keyless-klaviyo has no key webhook-secret; add it.');
    await apply(world.cluster, [secret('keyless-klaviyo', { 'webhook-secret': 'too short' })]);
    const unfit = await untilShown(world, 'keyless', unresolved('InvalidSecret'));
    expect(unfit['ResolvedRefs']).to.equal(
      'Key webhook-secret of Secret keyless-klaviyo must be at least 16 visible ASCII characters.',
    );
    await apply(world.cluster, [secret('keyless-klaviyo', { 'webhook-secret': secretOf('keyless') })]);
    await untilAnswered(world.gateway, 'keyless', { secret: secretOf('keyless') });
    await untilShown(world, 'keyless', ready);
  });

  it('of a spec that this gateway does not take: the field, and healing', async () => {
    const elsewhere = { baseURL: 'https://api.example.com/v3' };
    await apply(world.cluster, tenantWithSecrets('stray', elsewhere));
    const { Accepted } = await untilShown(world, 'stray', notAccepted('Invalid', 'Unknown NotAccepted'));
    expect(Accepted).to.equal(
      'spec.omneo.baseURL has a host that UPSTREAM_HOSTS does not allow; allowed: .getomneo.com.',
    );
    await untilAnswered(world.gateway, 'stray', { secret: secretOf('stray'), status: 503 });
    await apply(world.cluster, [tenant('stray', { baseURL })]);
    await untilAnswered(world.gateway, 'stray', { secret: secretOf('stray') });
    await untilShown(world, 'stray', ready);
    await untilTold(world, 'stray', 'Warning Accept Invalid', 'Normal Accept Accepted', 'Normal Serve Ready');
  });

  it('of a slug that two claim: the winner, which is the older one, and a promotion when it goes', async () => {
    await apply(
      world.cluster,
      tenantWithSecrets('elder', { baseURL, namespace: 'other', spec: { slug: 'twin' } }),
    );
    await untilShown(world, 'elder', ready, { namespace: 'other' });
    // Creation times have no fractions.
    const second = Math.floor(Date.now() / 1000);
    await eventually('another second', () => Date.now() / 1000 >= second + 1);
    await apply(world.cluster, tenantWithSecrets('another', { baseURL, spec: { slug: 'twin' } }));
    const { Accepted } = await untilShown(
      world,
      'another',
      notAccepted('Conflicted', ready['ResolvedRefs'] ?? ''),
    );
    expect(Accepted).to.contain('Slug twin belongs to other/elder, which claimed it first.');
    await untilAnswered(world.gateway, 'twin', { secret: secretOf('elder') });
    await untilAnswered(world.gateway, 'twin', { secret: secretOf('another'), status: 401 });

    await world.kubectl('delete', 'otn', '-n', 'other', 'elder');
    await untilAnswered(world.gateway, 'twin', { secret: secretOf('another') });
    await untilAnswered(world.gateway, 'twin', { secret: secretOf('elder'), status: 401 });
    await untilShown(world, 'another', ready);
    await untilTold(
      world,
      'another',
      'Warning Accept Conflicted',
      'Normal Accept Accepted',
      'Normal Serve Ready',
    );
  });

  it('never holds a value of a Secret: not in a status, an Event, the Lease, a metric or a log', async () => {
    expect(await disclosures(world, ['too short'])).to.deep.equal([]);
  });
});
