import { expect } from 'chai';
import type { ServerResponse } from 'node:http';
import { ApiError } from '../../src/kube/apierror.ts';
import { objectOf } from '../../src/kube/object.ts';
import { secretKeysOf } from '../../src/kube/secretkeys.ts';
import { SecretStore } from '../../src/kube/secretstore.ts';
import type { OmneoTenant } from '../../src/tenants/schema/omneotenant.ts';
import { resolve } from '../../src/tenants/resolve.ts';
import { send, sendStatus } from './fakeapi.ts';
import { startWorld, type World } from './harness.ts';
import { schema, secretFields, tenantFields } from './tenants.ts';

const keys = (...names: string[]): readonly string[] => names;

describe('SecretStore', () => {
  let world: World;
  let store: SecretStore;
  let woken: string[];

  /** The watch shows the Secret as it is. */
  function show(key: string): void {
    store.handler.changed(objectOf(world.api.get('secrets', key)));
  }

  const put = (key: string, data: Record<string, string>) =>
    world.api.put('secrets', key, secretFields(data));
  const data = (key: string) => Object.fromEntries(store.get(...(key.split('/') as [string, string])) ?? []);

  beforeEach(async () => {
    world = await startWorld();
    woken = [];
    store = new SecretStore({
      signal: new AbortController().signal,
      client: world.client,
      exists: (secret) => world.api.get('secrets', secret) !== undefined,
      wake: (tenant, secret) => woken.push(`${tenant} ${secret}`),
    });
  });

  afterEach(async () => {
    await world.client.close();
    await world.api.stop();
    expect(world.clock.timers).to.equal(0);
  });

  it('keeps nothing that no tenant refers to', () => {
    store.want('a/acme', 'a', new Map([['s', keys('token')]]));
    put('a/s', { token: 'x', other: 'y' });
    put('b/s', { token: 'x' });
    for (const key of ['a/s', 'b/s']) show(key);
    expect(data('a/s')).to.deep.equal({ token: 'x' });
    expect(store.size).to.equal(1);
    expect(woken).to.deep.equal(['a/acme a/s']);
  });

  it('wakes every tenant that refers to a Secret, and nobody when nothing of theirs changed', () => {
    for (const tenant of ['a/one', 'a/two']) store.want(tenant, 'a', new Map([['s', keys('token')]]));
    store.want('b/three', 'b', new Map([['s', keys('token')]]));
    put('a/s', { token: 'x' });
    show('a/s');
    expect(woken.splice(0)).to.deep.equal(['a/one a/s', 'a/two a/s']);
    put('a/s', { token: 'x', other: 'new' });
    show('a/s');
    expect(woken).to.deep.equal([]);
    put('a/s', { token: 'z' });
    show('a/s');
    store.handler.deleted('a/s');
    expect(woken).to.have.length(4);
    expect(store.get('a', 's')).to.equal(undefined);
  });

  it('lets go of what nobody refers to any more', () => {
    store.want('a/one', 'a', new Map([['s', keys('token', 'more')]]));
    store.want('a/two', 'a', new Map([['s', keys('token')]]));
    put('a/s', { token: 'x', more: 'y' });
    show('a/s');
    store.want('a/one', 'a', new Map([['s', keys('token')]]));
    expect(data('a/s')).to.deep.equal({ token: 'x' });
    store.forget('a/one');
    expect(store.size).to.equal(1);
    store.forget('a/two');
    expect(store.size).to.equal(0);
    show('a/s');
    expect(store.size).to.equal(0);
  });

  it('fetches a Secret that was there before its tenant, once for all who want it', async () => {
    put('a/s', { token: 'x', more: 'y' });
    show('a/s');
    store.want('a/one', 'a', new Map([['s', keys('token')]]));
    store.want('a/two', 'a', new Map([['s', keys('token')]]));
    expect(store.isMissing('a/one')).to.equal(true);
    await Promise.all([store.load('a/one'), store.load('a/two')]);
    expect(world.api.asked.map(({ method, path }) => `${method} ${path}`)).to.deep.equal([
      'GET /api/v1/namespaces/a/secrets/s',
    ]);
    expect(data('a/s')).to.deep.equal({ token: 'x' });
    expect(store.isMissing('a/one')).to.equal(false);
    store.want('a/two', 'a', new Map([['s', keys('more')]]));
    expect(store.isMissing('a/two')).to.equal(true);
    await store.load('a/two');
    expect(data('a/s')).to.deep.equal({ token: 'x', more: 'y' });
  });

  it('wakes the other tenants when what it fetches for one is ahead of the watch', async () => {
    store.want('a/one', 'a', new Map([['s', keys('token')]]));
    put('a/s', { token: 'old', more: 'y' });
    show('a/s');
    put('a/s', { token: 'new', more: 'y' });
    woken.length = 0;
    store.want('a/two', 'a', new Map([['s', keys('more')]]));
    await store.load('a/two');
    expect(data('a/s')).to.deep.equal({ token: 'new', more: 'y' });
    expect(woken).to.include('a/one a/s');
    woken.length = 0;
    show('a/s');
    expect(woken, 'nothing new to anybody').to.deep.equal([]);
  });

  it('does not fetch what does not exist', async () => {
    store.want('a/one', 'a', new Map([['s', keys('token')]]));
    expect(store.isMissing('a/one')).to.equal(false);
    await store.load('a/one');
    expect(world.api.asked).to.have.length(0);
  });

  for (const [name, happens] of Object.entries({
    changed: () => {
      put('a/s', { token: 'new' });
      show('a/s');
    },
    deleted: () => {
      world.api.remove('secrets', 'a/s');
      store.handler.deleted('a/s');
    },
  })) {
    it(`believes the watch when the Secret is ${name} while it is being fetched`, async () => {
      put('a/s', { token: 'old' });
      const old = world.api.get('secrets', 'a/s');
      const held: ServerResponse[] = [];
      world.api.faults = [(_, response) => Boolean(held.push(response))];
      store.want('a/one', 'a', new Map([['s', keys('token')]]));
      const loaded = store.load('a/one');
      await world.clock.until(() => held.length === 1);
      happens();
      send(held[0]!, 200, old);
      await loaded;
      expect(data('a/s')).to.deep.equal(name === 'changed' ? { token: 'new' } : {});
    });
  }

  it('takes a Secret that has just gone for gone, and any other failure for one', async () => {
    put('a/s', { token: 'x' });
    store.want('a/one', 'a', new Map([['s', keys('token')]]));
    let [status, reason] = [404, 'NotFound'];
    world.api.faults = [
      (_, response) => {
        sendStatus(response, status, reason);
        return true;
      },
    ];
    await store.load('a/one');
    expect(store.get('a', 's')).to.equal(undefined);
    [status, reason] = [500, 'InternalError'];
    expect(await store.load('a/one').catch((error: unknown) => error)).to.be.instanceOf(ApiError);
  });

  it('knows every key of every Secret that the resolution reads', () => {
    const oauth = { secretRef: { name: 'acme-omneo' }, grantType: 'password' };
    for (const more of [{}, { omneo: { credentials: { oauth } } }]) {
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
      return 'sixteen-characters';
    }
  }
  const resolution = resolve(tenant, (name) => new Recorded(name), {
    hosts: ['.getomneo.com'],
    allowInsecure: false,
  });
  expect(resolution).to.have.property('tenant');
  return [...read];
}
