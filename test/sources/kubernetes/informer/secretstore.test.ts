import { expect } from 'chai';
import type { ServerResponse } from 'node:http';
import { ApiError } from '../../../../src/sources/kubernetes/api/apierror.ts';
import { objectOf } from '../../../../src/sources/kubernetes/api/object.ts';
import { SecretLoader } from '../../../../src/sources/kubernetes/informer/secretloader.ts';
import { secretKeysOf } from '../../../../src/tenants/secrets.ts';
import { SecretStore } from '../../../../src/sources/kubernetes/informer/secretstore.ts';
import type { OmneoTenant } from '../../../../src/tenants/schema/omneotenant.ts';
import { resolve } from '../../../../src/tenants/resolve.ts';
import { send, sendStatus } from '../fakeapi.ts';
import { startWorld, type World } from '../harness.ts';
import { schema, secretFields, tenantFields } from '../tenants.ts';

const keys = (...names: string[]): readonly string[] => names;

describe('SecretStore', () => {
  let world: World;
  let store: SecretStore;
  let loader: SecretLoader;
  let shown: Map<string, string>;
  let changed: string[];
  let enqueued: string[];

  /** The watch shows the Secret as it is: by name and version, and nothing of what is in it. */
  function show(key: string): void {
    const { metadata } = world.api.get('secrets', key)!;
    store.handler.changed(objectOf({ metadata }));
    shown.set(key, metadata.resourceVersion);
  }

  /** As `show`, and what follows from it. */
  async function follow(key: string): Promise<void> {
    show(key);
    for (const secret of changed.splice(0)) await loader.refresh(secret);
  }

  function remove(key: string): void {
    world.api.remove('secrets', key);
    store.handler.deleted(key);
    shown.delete(key);
  }

  const put = (key: string, data: Record<string, string>) =>
    world.api.put('secrets', key, secretFields(data));
  const data = (key: string) => Object.fromEntries(store.get(...(key.split('/') as [string, string])) ?? []);
  const gets = (): string[] => world.api.asked.map(({ method, path }) => `${method} ${path}`);

  beforeEach(async () => {
    world = await startWorld();
    shown = new Map();
    changed = [];
    enqueued = [];
    store = new SecretStore({
      refresh: (secret) => changed.push(secret),
      enqueue: (tenant, secret) => enqueued.push(`${tenant} ${secret}`),
    });
    store.follow({ versionOf: (secret) => shown.get(secret) });
    const { client, log } = world;
    loader = new SecretLoader({ client, log, store, signal: new AbortController().signal });
  });

  afterEach(async () => {
    await world.client.close();
    await world.api.stop();
    expect(world.clock.timers).to.equal(0);
  });

  it('keeps and fetches nothing that no tenant refers to', async () => {
    store.setReferences('a/acme', 'a', new Map([['s', keys('token')]]));
    put('a/s', { token: 'x', other: 'y' });
    put('b/s', { token: 'x' });
    for (const key of ['a/s', 'b/s']) await follow(key);
    expect(data('a/s')).to.deep.equal({ token: 'x' });
    expect(store.size).to.equal(1);
    expect(enqueued).to.deep.equal(['a/acme a/s']);
    expect(gets()).to.deep.equal(['GET /api/v1/namespaces/a/secrets/s']);
  });

  it('wakes every tenant that refers to a Secret, and nobody when nothing of theirs changed', async () => {
    for (const tenant of ['a/one', 'a/two'])
      store.setReferences(tenant, 'a', new Map([['s', keys('token')]]));
    store.setReferences('b/three', 'b', new Map([['s', keys('token')]]));
    put('a/s', { token: 'x' });
    await follow('a/s');
    expect(enqueued.splice(0)).to.deep.equal(['a/one a/s', 'a/two a/s']);
    put('a/s', { token: 'x', other: 'new' });
    await follow('a/s');
    expect(enqueued).to.deep.equal([]);
    put('a/s', { token: 'z' });
    await follow('a/s');
    remove('a/s');
    expect(enqueued).to.have.length(4);
    expect(store.get('a', 's')).to.equal(undefined);
  });

  it('fetches no version twice', async () => {
    store.setReferences('a/one', 'a', new Map([['s', keys('token')]]));
    put('a/s', { token: 'x' });
    await follow('a/s');
    await follow('a/s');
    await loader.load('a/one');
    expect(gets()).to.have.length(1);
    put('a/s', { token: 'y' });
    show('a/s');
    expect(store.isMissing('a/one'), 'what is held is not what is shown').to.equal(true);
    await Promise.all([loader.load('a/one'), loader.refresh('a/s')]);
    expect(gets()).to.have.length(2);
    expect(data('a/s')).to.deep.equal({ token: 'y' });
  });

  it('lets go of what nobody refers to any more', async () => {
    store.setReferences('a/one', 'a', new Map([['s', keys('token', 'more')]]));
    store.setReferences('a/two', 'a', new Map([['s', keys('token')]]));
    put('a/s', { token: 'x', more: 'y' });
    await follow('a/s');
    store.setReferences('a/one', 'a', new Map([['s', keys('token')]]));
    expect(data('a/s')).to.deep.equal({ token: 'x' });
    store.forget('a/one');
    expect(store.size).to.equal(1);
    store.forget('a/two');
    expect(store.size).to.equal(0);
    await follow('a/s');
    expect(store.size).to.equal(0);
  });

  it('keeps nothing that its last tenant ceased to refer to while it was fetched', async () => {
    store.setReferences('a/one', 'a', new Map([['s', keys('token')]]));
    put('a/s', { token: 'x' });
    show('a/s');
    const refreshed = loader.refresh('a/s');
    store.forget('a/one');
    await refreshed;
    expect(store.size).to.equal(0);
  });

  it('fetches a Secret that was there before its tenant, once for all who want it', async () => {
    put('a/s', { token: 'x', more: 'y' });
    show('a/s');
    store.setReferences('a/one', 'a', new Map([['s', keys('token')]]));
    store.setReferences('a/two', 'a', new Map([['s', keys('token')]]));
    expect(store.isMissing('a/one')).to.equal(true);
    await Promise.all([loader.load('a/one'), loader.load('a/two')]);
    expect(gets()).to.deep.equal(['GET /api/v1/namespaces/a/secrets/s']);
    expect(data('a/s')).to.deep.equal({ token: 'x' });
    expect(store.isMissing('a/one')).to.equal(false);
    store.setReferences('a/two', 'a', new Map([['s', keys('more')]]));
    expect(store.isMissing('a/two')).to.equal(true);
    await loader.load('a/two');
    expect(data('a/s')).to.deep.equal({ token: 'x', more: 'y' });
  });

  it('wakes the other tenants when what it fetches for one is ahead of the watch', async () => {
    store.setReferences('a/one', 'a', new Map([['s', keys('token')]]));
    put('a/s', { token: 'old', more: 'y' });
    await follow('a/s');
    put('a/s', { token: 'new', more: 'y' });
    enqueued.length = 0;
    store.setReferences('a/two', 'a', new Map([['s', keys('more')]]));
    await loader.load('a/two');
    expect(data('a/s')).to.deep.equal({ token: 'new', more: 'y' });
    expect(enqueued).to.include('a/one a/s');
    enqueued.length = 0;
    await follow('a/s');
    expect(enqueued, 'nothing new to anybody').to.deep.equal([]);
    expect(gets(), 'nor to be fetched').to.have.length(2);
  });

  it('does not fetch what does not exist', async () => {
    store.setReferences('a/one', 'a', new Map([['s', keys('token')]]));
    expect(store.isMissing('a/one')).to.equal(false);
    await loader.load('a/one');
    expect(world.api.asked).to.have.length(0);
  });

  for (const [name, happens, found] of [
    [
      'changed',
      async () => {
        put('a/s', { token: 'new' });
        await follow('a/s');
      },
      { token: 'new' },
    ],
    [
      'deleted',
      async () => {
        remove('a/s');
        await Promise.resolve();
      },
      {},
    ],
  ] as const) {
    it(`believes the watch when the Secret is ${name} while it is being fetched`, async () => {
      put('a/s', { token: 'old' });
      show('a/s');
      const old = world.api.get('secrets', 'a/s');
      const held: ServerResponse[] = [];
      world.api.faults = [(_, response) => held.length === 0 && Boolean(held.push(response))];
      store.setReferences('a/one', 'a', new Map([['s', keys('token')]]));
      const loaded = loader.load('a/one');
      await world.clock.until(() => held.length === 1);
      const happened = happens();
      send(held[0]!, 200, old);
      await Promise.all([loaded, happened]);
      // As the queue of refreshes does with what was added while it was worked on.
      await loader.refresh('a/s');
      expect(data('a/s')).to.deep.equal(found);
    });
  }

  it('takes a Secret that has just gone for gone, and any other failure for one', async () => {
    put('a/s', { token: 'x' });
    show('a/s');
    store.setReferences('a/one', 'a', new Map([['s', keys('token')]]));
    let [status, reason] = [404, 'NotFound'];
    world.api.faults = [
      (_, response) => {
        sendStatus(response, status, reason);
        return true;
      },
    ];
    await loader.load('a/one');
    expect(store.get('a', 's')).to.equal(undefined);
    [status, reason] = [500, 'InternalError'];
    expect(await loader.load('a/one').catch((error: unknown) => error)).to.be.instanceOf(ApiError);
  });

  it('fetches no more than 32 at once, and each of them', async () => {
    const held: ServerResponse[] = [];
    world.api.faults = [(_, response) => held.push(response) > 0];
    const names = Array.from({ length: 200 }, (_, index) => `s${index}`);
    store.setReferences('a/one', 'a', new Map(names.map((name) => [name, keys('token')])));
    for (const name of names) shown.set(`a/${name}`, '1');
    const loaded = loader.load('a/one');
    await world.clock.until(() => held.length === 32);
    await world.clock.settle();
    expect(held).to.have.length(32);
    world.api.faults = [];
    for (const response of held) sendStatus(response, 404, 'NotFound');
    await loaded;
    expect(gets()).to.have.length(200);
  });

  it('knows every key of every Secret that the resolution reads', () => {
    const oauth = { secretRef: { name: 'acme-omneo' }, grantType: 'password' };
    const klaviyo = {
      secretRefs: [{ name: 'a' }],
      rehearsalSecretRefs: [{ name: 'a', key: 'r' }, { name: 'b' }],
    };
    for (const more of [{}, { omneo: { credentials: { oauth } } }, { klaviyo }]) {
      const checked = schema({ ...tenantFields('acme', more), metadata: { name: 'acme' } });
      if (!('value' in checked)) throw new Error(JSON.stringify(checked));
      const known = [...secretKeysOf(checked.value)].flatMap(([name, keys]) =>
        keys.map((key) => `${name}/${key}`),
      );
      expect(known).to.have.members(keysRead(checked.value));
    }
  });
});

/** `name/key` of all that a tenant is made of. */
function keysRead(tenant: OmneoTenant): readonly string[] {
  const read = new Set<string>();
  class Recorded extends Map<string, string> {
    readonly #name: string;
    constructor(name: string) {
      super();
      this.#name = name;
    }
    override get(key: string): string {
      read.add(`${this.#name}/${key}`);
      // Of two webhook secrets with one value none is taken.
      return `the-value-of-${this.#name}/${key}`;
    }
  }
  const resolution = resolve(tenant, (name) => new Recorded(name), {
    hosts: ['.getomneo.com'],
    allowInsecure: false,
    canAcceptDurably: false,
  });
  expect(resolution).to.have.property('tenant');
  return [...read];
}
