import { expect } from 'chai';
import type { Reconciled } from '../../src/kube/controller.ts';
import { objectOf } from '../../src/kube/object.ts';
import { StatusWriter } from '../../src/kube/status.ts';
import { tenantObjectOf } from '../../src/kube/tenantobject.ts';
import { send, sendStatus } from './fakeapi.ts';
import { startWorld, type World } from './harness.ts';
import { schema, tenantFields } from './tenants.ts';

describe('StatusWriter', () => {
  let world: World;
  let writer: StatusWriter;
  let isLeader: () => boolean;
  let transitions: number;
  /** What the watch has shown so far. */
  let shown: Reconciled | undefined;

  function show(): void {
    const stored = world.api.get('omneotenants', 'a/acme');
    const tenant = tenantObjectOf(objectOf(stored), schema);
    const resolution = {
      webhookSecrets: [],
      refusal: { condition: 'Ready', reason: 'Suspended', message: 'x' },
    } as const;
    const registration = { key: 'a/acme', slug: 'acme', createdAt: 0, resolution };
    shown = { tenant, registration, holder: 'a/acme' };
  }

  const status = () =>
    world.api.get('omneotenants', 'a/acme')?.['status'] as { observedGeneration: number } | undefined;
  const rejected = (): Promise<boolean> =>
    writer.write('a/acme').then(
      () => false,
      () => true,
    );

  beforeEach(async () => {
    world = await startWorld();
    isLeader = () => true;
    transitions = 0;
    const { client, clock, observe } = world;
    writer = new StatusWriter({
      signal: new AbortController().signal,
      client,
      clock,
      observe,
      describe: () => shown,
      isRefused: () => false,
      complaints: () => '',
      isLeader: () => isLeader(),
      written: (object, basedOn) => {
        expect(object.resourceVersion).not.to.equal(basedOn.resourceVersion);
        show();
      },
      changed: () => transitions++,
    });
    world.api.put('omneotenants', 'a/acme', tenantFields('acme'));
    show();
  });

  afterEach(async () => {
    await world.client.close();
    await world.api.stop();
    expect(world.clock.timers).to.equal(0);
  });

  it('applies on the status subresource, as a manager of its own, with the version it was decided on', async () => {
    await writer.write('a/acme');
    const [asked] = world.api.asked;
    expect(asked).to.deep.include({
      method: 'PATCH',
      path: '/apis/omneo.io/v1alpha1/namespaces/a/omneotenants/acme/status',
      contentType: 'application/apply-patch+yaml',
    });
    expect([...asked!.query]).to.deep.equal([
      ['fieldManager', 'omneo-gateway'],
      ['force', 'true'],
    ]);
    expect(asked!.body['metadata']).to.deep.equal({
      namespace: 'a',
      name: 'acme',
      uid: 'uid-1',
      resourceVersion: '101',
    });
    expect(status()?.observedGeneration).to.equal(1);
    expect(transitions).to.equal(1);
  });

  it('writes once, however often it is asked to', async () => {
    for (let turn = 0; turn < 3; turn++) await writer.write('a/acme');
    expect(world.api.asked).to.have.length(1);
    expect(Object.fromEntries(world.counts)).to.deep.equal({ 'status written': 1, 'status unchanged': 2 });
  });

  it('writes nothing unless it is the leader, or knows nothing', async () => {
    isLeader = () => false;
    await writer.write('a/acme');
    isLeader = () => true;
    shown = undefined;
    await writer.write('a/acme');
    expect(world.api.asked).to.have.length(0);
  });

  it('sends nothing when it ceased to be the leader between the decision and the sending', async () => {
    const answers = [true, false];
    isLeader = () => answers.shift() ?? false;
    await writer.write('a/acme');
    expect(world.api.asked).to.have.length(0);
  });

  it('never writes over what another leader wrote, even if it believes to lead', async () => {
    world.api.put('omneotenants', 'a/acme', { ...tenantFields('acme'), status: { observedGeneration: 77 } });
    expect(await rejected()).to.equal(true);
    expect(status()).to.deep.equal({ observedGeneration: 77 });
    expect(world.counts.get('status conflict')).to.equal(1);
    expect(transitions).to.equal(0);
    show();
    await writer.write('a/acme');
    expect(status()?.observedGeneration).to.equal(1);
  });

  it('fails when the API does, so that it is tried again', async () => {
    world.api.faults = [
      (_, response) => {
        sendStatus(response, 500, 'InternalError');
        return true;
      },
    ];
    expect(await rejected()).to.equal(true);
    expect(world.counts.get('status error')).to.equal(1);
    world.api.faults = [
      (_, response) => {
        send(response, 200, {});
        return true;
      },
    ];
    expect(await rejected(), 'an answer that makes no sense').to.equal(true);
  });

  it('leaves alone what is gone', async () => {
    world.api.remove('omneotenants', 'a/acme');
    await writer.write('a/acme');
    expect([...world.counts]).to.deep.equal([]);
  });
});
