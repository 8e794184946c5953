import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import type { Condition, Status } from '../../../src/sources/kubernetes/status/conditions.ts';
import { KubeConfigError } from '../../../src/sources/kubernetes/api/connection.ts';
import { homeRules, watchRules } from '../../../src/sources/kubernetes/api/rules.ts';
import { type KubeOptions, KubeSource } from '../../../src/sources/kubernetes/kubesource.ts';
import { Registry } from '../../../src/tenants/registry.ts';
import type { Tenant } from '../../../src/tenants/tenant.ts';
import { type Asked, sendStatus } from './fakeapi.ts';
import { startWorld, type World } from './harness.ts';
import { schema, secretFields, tenantFields } from './tenants.ts';

type Replica = { source: KubeSource; registry: Registry };

describe('KubeSource', () => {
  let world: World;
  let folder: string;
  let sources: KubeSource[];

  beforeEach(async () => {
    world = await startWorld();
    folder = await mkdtemp(join(tmpdir(), 'kube-'));
    sources = [];
  });

  afterEach(async () => {
    world.api.faults = [];
    await Promise.all(sources.map((source) => source.stop()));
    await world.client.close();
    await world.clock.until(() => world.api.watches === 0);
    expect(world.clock.timers, 'timers left').to.equal(0);
    await world.api.stop();
    await rm(folder, { recursive: true });
  });

  async function begin(options: Partial<KubeOptions> = {}, user: object = { token: 't' }): Promise<Replica> {
    const kubeconfig = join(folder, 'config');
    const cluster = { server: world.api.url, 'insecure-skip-tls-verify': true };
    const config = {
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'gw' } }],
      'current-context': 'x',
    };
    await writeFile(kubeconfig, JSON.stringify(config));
    const registry = new Registry();
    const { clock, log, observe } = world;
    const source = new KubeSource({
      kubeconfig,
      watchNamespaces: [],
      registry,
      policy: { hosts: ['.getomneo.com'], allowInsecure: false, canAcceptDurably: true },
      schema,
      clock,
      log,
      random: () => 0.5,
      observe,
      ...options,
    });
    sources.push(source);
    await source.start();
    return { source, registry };
  }

  async function ready(options: Partial<KubeOptions> = {}): Promise<Replica> {
    const replica = await begin(options);
    await world.clock.until(() => replica.source.isReady() && world.gauges.get('leader') === true, {
      stepMs: 20,
    });
    return replica;
  }

  const until = (isTrue: () => boolean) => world.clock.until(isTrue, { stepMs: 20 });
  const put = (key: string, more = {}) => world.api.put('omneotenants', key, tenantFields('acme', more));
  function putSecrets(namespace = 'a', token = 'token-1'): void {
    world.api.put('secrets', `${namespace}/acme-omneo`, secretFields({ token }));
    world.api.put(
      'secrets',
      `${namespace}/acme-klaviyo`,
      secretFields({ 'webhook-secret': 'sixteen-characters' }),
    );
  }
  function served({ registry }: Replica, slug = 'acme'): Tenant | undefined {
    const resolution = registry.get(slug);
    return resolution && 'tenant' in resolution ? resolution.tenant : undefined;
  }
  const status = (key: string) =>
    world.api.get('omneotenants', key)?.['status'] as Partial<Status> | undefined;
  const condition = (key: string, type: string): Condition | undefined =>
    status(key)?.conditions?.find((each) => each.type === type);
  const reason = (key: string, type = 'Ready') => condition(key, type)?.reason;
  const events = () => world.api.all('events').map((event) => event['reason'] as string);
  const isPatch = ({ method, isStatus }: Asked): boolean => method === 'PATCH' && isStatus;

  it('serves what the cluster says, and shows it', async () => {
    putSecrets();
    put('a/acme');
    const replica = await ready();
    expect(served(replica)?.key).to.equal('a/acme');
    await until(() => reason('a/acme') === 'Ready');
    expect(status('a/acme')).to.deep.include({
      observedGeneration: 1,
      path: '/acme/api/v1/webhooks/klaviyo/rewards',
    });
    await until(() => events().length === 2);
    expect(events()).to.deep.equal(['Accepted', 'Ready']);
  });

  it('does not wait for the cluster to start, and is complete only when everything was reconciled once', async () => {
    for (let index = 0; index < 30; index++) put(`a/t${index}`, { slug: `t${index}` });
    putSecrets();
    let isHeld = true;
    world.api.faults = [
      (asked, response) => {
        if (!isHeld || asked.plural !== 'secrets') return false;
        sendStatus(response, 403, 'Forbidden');
        return true;
      },
    ];
    const replica = await begin();
    await world.clock.until(() => world.counts.get('restarted secrets forbidden') === 3, { stepMs: 50 });
    expect(replica.source.isReady()).to.equal(false);
    expect(replica.registry.slugs(), 'nothing is judged by half of what is known').to.deep.equal([]);
    isHeld = false;
    await until(() => replica.registry.complete);
    expect(replica.registry.slugs()).to.have.length(30);
    expect(world.gauges.get('synced secrets')).to.equal(true);
  });

  it('is complete in a cluster without tenants', async () => {
    const replica = await ready();
    expect(replica.registry.complete).to.equal(true);
  });

  it('fetches each Secret that a tenant refers to once, whatever others store beside it', async () => {
    putSecrets();
    put('a/acme');
    const large = { ...secretFields({ data: 'x'.repeat(700 * 1024) }) };
    for (let index = 0; index < 20; index++) world.api.put('secrets', `a/other-${index}`, large);
    const replica = await ready();
    expect(served(replica)).not.to.equal(undefined);
    const gets = world.api.asked.filter(({ plural, name }) => plural === 'secrets' && name !== undefined);
    expect(gets.map(({ name }) => name)).to.have.members(['acme-omneo', 'acme-klaviyo']);
    world.api.put('secrets', 'a/other-1', { ...large, type: 'Opaque' });
    world.api.put('secrets', 'a/acme-omneo', secretFields({ token: 'token-2' }));
    const before = served(replica);
    await until(() => served(replica) !== before);
    expect(world.api.sent, 'bytes that came from the API server').to.be.below(100_000);
  });

  describe('a start with many tenants', () => {
    const tenants = Array.from({ length: 60 }, (_, index) => `many-${index}`);
    const lists = (): number =>
      world.api.count(({ plural, name, isWatch }) => plural === 'secrets' && !isWatch && name === undefined);
    const gets = (): number =>
      world.api.count(({ plural, name }) => plural === 'secrets' && name !== undefined);

    beforeEach(() => {
      for (const name of tenants) {
        world.api.put('omneotenants', `a/${name}`, tenantFields(name));
        world.api.put('secrets', `a/${name}-omneo`, secretFields({ token: `token-of-${name}` }));
        const data = { 'webhook-secret': `sixteen-characters-of-${name}` };
        world.api.put('secrets', `a/${name}-klaviyo`, secretFields(data));
      }
    });

    it('loads their Secrets by one more list', async () => {
      const replica = await ready();
      expect(tenants.every((name) => served(replica, name) !== undefined)).to.equal(true);
      expect([lists(), gets()]).to.deep.equal([2, 0]);
    });

    it('gets each of them when others store more than a page may hold', async () => {
      const large = secretFields({ data: 'x'.repeat(700 * 1024) });
      for (let index = 0; index < 20; index++) world.api.put('secrets', `a/large-${index}`, large);
      const replica = await ready();
      expect(tenants.every((name) => served(replica, name) !== undefined)).to.equal(true);
      expect([lists(), gets()]).to.deep.equal([2, 120]);
    });

    it('gets each of them when most Secrets are those of others', async () => {
      for (let index = 0; index < 1100; index++)
        world.api.put('secrets', `a/other-${index}`, secretFields({}));
      const replica = await ready();
      expect(tenants.every((name) => served(replica, name) !== undefined)).to.equal(true);
      expect([lists(), gets()]).to.deep.equal([3, 120]);
    });
  });

  it('follows Secrets that come, change and go after their tenant', async () => {
    put('a/acme');
    const replica = await ready();
    await until(() => reason('a/acme', 'ResolvedRefs') === 'SecretNotFound');
    expect(condition('a/acme', 'ResolvedRefs')?.message).to.match(
      /^Secret acme-(omneo|klaviyo) was not found/,
    );
    putSecrets();
    await until(() => served(replica) !== undefined && reason('a/acme') === 'Ready');
    const before = served(replica);
    world.api.put('secrets', 'a/acme-omneo', secretFields({ token: 'token-2' }));
    await until(() => served(replica) !== before);
    await until(() => events().includes('SecretRotated'));
    world.api.put('secrets', 'a/acme-omneo', secretFields({ token: 'to ken' }));
    await until(() => reason('a/acme', 'Stalled') === 'InvalidSecret');
    world.api.remove('secrets', 'a/acme-omneo');
    await until(
      () =>
        reason('a/acme', 'ResolvedRefs') === 'SecretNotFound' && condition('a/acme', 'Stalled') === undefined,
    );
    expect(
      JSON.stringify([world.api.all('events'), world.api.all('omneotenants'), world.log.lines]),
    ).not.to.match(/to.?ken-?\d|to ken/);
  });

  it('takes over the API key of Klaviyo as it comes and changes, and serves all the same while there is none', async () => {
    putSecrets();
    const klaviyo = { secretRefs: [{ name: 'acme-klaviyo' }], events: { secretRef: { name: 'acme-api' } } };
    put('a/acme', { klaviyo });
    const replica = await ready();
    const apiKey = (): string | undefined => {
      const { klaviyoEvents } = served(replica) ?? {};
      return klaviyoEvents && 'apiKey' in klaviyoEvents ? klaviyoEvents.apiKey.reveal() : undefined;
    };
    await until(() => reason('a/acme', 'ResolvedRefs') === 'SecretNotFound' && reason('a/acme') === 'Ready');
    expect([served(replica) !== undefined, apiKey()]).to.deep.equal([true, undefined]);
    expect(condition('a/acme', 'Stalled')).to.equal(undefined);
    world.api.put('secrets', 'a/acme-api', secretFields({ 'api-key': 'pk_1', other: 'x' }));
    await until(() => apiKey() === 'pk_1' && reason('a/acme', 'ResolvedRefs') === 'ResolvedRefs');
    world.api.put('secrets', 'a/acme-api', secretFields({ 'api-key': 'pk_2' }));
    await until(() => apiKey() === 'pk_2');
    await until(() => events().includes('SecretRotated'));
    const told = JSON.stringify([world.api.all('events'), world.api.all('omneotenants'), world.log.lines]);
    expect(told).not.to.match(/pk_[12]/);
  });

  it('keeps the tenant, and so its token, while only the status or a foreign key changes', async () => {
    putSecrets();
    put('a/acme');
    const replica = await ready();
    await until(() => reason('a/acme') === 'Ready');
    const before = served(replica);
    world.api.put('secrets', 'a/acme-omneo', secretFields({ token: 'token-1', other: 'x' }));
    world.api.put('omneotenants', 'a/acme', { ...tenantFields('acme'), status: {} });
    await until(() => reason('a/acme') === 'Ready');
    expect(served(replica)).to.equal(before);
  });

  it('serves a suspended tenant not, and a resumed one again', async () => {
    putSecrets();
    put('a/acme');
    const replica = await ready();
    put('a/acme', { suspend: true });
    await until(() => reason('a/acme') === 'Suspended' && status('a/acme')?.observedGeneration === 2);
    expect(served(replica)).to.equal(undefined);
    expect(replica.registry.get('acme')).not.to.equal(undefined);
    put('a/acme', { suspend: false });
    await until(() => served(replica) !== undefined);
  });

  it('forgets a deleted tenant', async () => {
    putSecrets();
    put('a/acme');
    const replica = await ready();
    const removed: string[] = [];
    replica.registry.onRemoved((slug) => removed.push(slug));
    world.api.remove('omneotenants', 'a/acme');
    await until(() => replica.registry.holder('acme') === undefined);
    expect(removed).to.deep.equal(['acme']);
    expect(world.counts.get('reconciled removed')).to.equal(1);
  });

  it('shows a loser the winner, and promotes it when the winner goes', async () => {
    const at = (creationTimestamp: string) => ({ metadata: { creationTimestamp } });
    for (const namespace of ['a', 'b', 'c']) putSecrets(namespace);
    world.api.put('omneotenants', 'b/late', {
      ...tenantFields('acme', { slug: 'acme' }),
      ...at('2026-11-03T00:00:00Z'),
    });
    world.api.put('omneotenants', 'c/later', {
      ...tenantFields('acme', { slug: 'acme' }),
      ...at('2026-11-04T00:00:00Z'),
    });
    const replica = await ready();
    await until(() => reason('b/late') === 'Ready' && reason('c/later', 'Accepted') === 'Conflicted');
    expect(condition('c/later', 'Accepted')?.message).to.include('b/late');
    world.api.put('omneotenants', 'a/acme', { ...tenantFields('acme'), ...at('2026-11-01T00:00:00Z') });
    await until(
      () =>
        reason('b/late', 'Accepted') === 'Conflicted' &&
        (condition('c/later', 'Accepted')?.message ?? '').includes('a/acme'),
    );
    expect(replica.registry.holder('acme')).to.equal('a/acme');
    world.api.remove('omneotenants', 'a/acme');
    await until(
      () =>
        reason('b/late') === 'Ready' && (condition('c/later', 'Accepted')?.message ?? '').includes('b/late'),
    );
    world.api.remove('omneotenants', 'b/late');
    await until(() => reason('c/later') === 'Ready' && condition('c/later', 'Stalled') === undefined);
    expect(served(replica)?.key).to.equal('c/later');
  });

  it('follows a slug that changes hands with a recreated resource', async () => {
    putSecrets();
    put('a/acme', { slug: 'first' });
    put('a/other', { slug: 'first' });
    const replica = await ready();
    expect(replica.registry.holder('first')).to.equal('a/acme');
    world.api.remove('omneotenants', 'a/acme');
    put('a/acme', { slug: 'second' });
    await until(() => replica.registry.holder('second') === 'a/acme' && reason('a/other') === 'Ready');
    await until(() => status('a/acme')?.slug === 'second');
  });

  it('keeps a tenant at its slug, not ready, when an old API server lets the slug change', async () => {
    putSecrets();
    put('a/acme', { slug: 'first' });
    const replica = await ready();
    await until(() => reason('a/acme') === 'Ready');
    const move = (slug: string) =>
      world.api.put('omneotenants', 'a/acme', {
        ...tenantFields('acme', { slug }),
        status: status('a/acme'),
      });
    move('second');
    await until(() => reason('a/acme', 'Stalled') === 'Invalid');
    expect(condition('a/acme', 'Accepted')?.message).to.equal(
      'the slug is immutable: restore spec.slug to first.',
    );
    expect([replica.registry.holder('first'), replica.registry.holder('second')]).to.deep.equal([
      'a/acme',
      undefined,
    ]);
    expect(served(replica, 'first')).to.equal(undefined);
    move('first');
    await until(() => reason('a/acme') === 'Ready');
    expect(served(replica, 'first')?.key).to.equal('a/acme');
  });

  it('refuses what an old API server let pass, and quotes no value', async () => {
    putSecrets();
    world.api.put('omneotenants', 'a/bad', { spec: { slug: 'acme', omneo: 'confidential' } });
    world.api.put('omneotenants', 'a/none', {});
    put('a/acme', { omneo: { baseURL: 'http://confidential', credentials: {} } });
    const replica = await ready();
    await until(() => ['a/bad', 'a/none', 'a/acme'].every((key) => reason(key, 'Stalled') === 'Invalid'));
    expect(served(replica)).to.equal(undefined);
    expect(condition('a/bad', 'Accepted')?.message).to.include('spec.omneo');
    expect(JSON.stringify(world.api.all('omneotenants').map(({ status: shown }) => shown))).not.to.include(
      'confidential',
    );
    expect(replica.registry.complete).to.equal(true);
  });

  describe('when a Secret cannot be fetched', () => {
    const refuse = (asked: Asked) => asked.plural === 'secrets' && asked.name !== undefined;

    it('has a new tenant not ready, not unknown, and serves it as soon as it can', async () => {
      putSecrets();
      const replica = await ready();
      let isBroken = true;
      world.api.faults = [
        (asked, response) => {
          if (!isBroken || !refuse(asked)) return false;
          sendStatus(response, 500, 'InternalError');
          return true;
        },
      ];
      put('a/acme');
      await until(() => (world.counts.get('reconciled error') ?? 0) > 1);
      expect(replica.registry.holder('acme')).to.equal('a/acme');
      expect(served(replica)).to.equal(undefined);
      expect(status('a/acme'), 'nothing is said that is not known').to.equal(undefined);
      isBroken = false;
      await until(() => served(replica) !== undefined);
    });

    /** A start at which the Secrets of namespace b cannot be fetched. */
    async function beginWithout(namespaces: readonly string[]): Promise<Replica> {
      for (const namespace of ['a', 'b']) {
        putSecrets(namespace);
        put(`${namespace}/acme`, { slug: `slug-${namespace}` });
      }
      world.api.faults = [
        (asked, response) => {
          if (!refuse(asked) || !namespaces.includes(asked.namespace ?? '')) return false;
          sendStatus(response, 500, 'InternalError');
          return true;
        },
      ];
      return begin();
    }

    it('keeps a start waiting for half a minute, and no longer', async () => {
      const replica = await beginWithout(['b']);
      await until(
        () => served(replica, 'slug-a') !== undefined && (world.counts.get('reconciled error') ?? 0) > 2,
      );
      expect(replica.source.isReady()).to.equal(false);
      await world.clock.until(() => replica.source.isReady(), { stepMs: 100 });
      expect([replica.registry.complete, served(replica, 'slug-b')]).to.deep.equal([true, undefined]);
      expect(replica.registry.holder('slug-b'), 'known, and so not refused for good').to.equal('b/acme');
      world.api.faults = [];
      await world.clock.until(() => served(replica, 'slug-b') !== undefined, { stepMs: 100 });
    });

    it('keeps a start waiting when no Secret can be', async () => {
      const replica = await beginWithout(['a', 'b']);
      for (let seconds = 0; seconds < 120; seconds++) {
        world.clock.advance(1000);
        await world.clock.settle(1);
      }
      expect(replica.source.isReady()).to.equal(false);
      world.api.faults = [];
      await world.clock.until(() => replica.source.isReady(), { stepMs: 100 });
    });

    it('shows the others who has their slug though it cannot be served, and promotes them when it goes', async () => {
      putSecrets('b');
      put('b/late', { slug: 'acme' });
      await ready();
      await until(() => reason('b/late') === 'Ready');
      world.api.faults = [
        (asked, response) => {
          if (!refuse(asked) || asked.namespace !== 'a') return false;
          sendStatus(response, 500, 'InternalError');
          return true;
        },
      ];
      putSecrets('a');
      await world.clock.settle();
      put('a/early', { slug: 'acme' });
      await until(() => reason('b/late', 'Accepted') === 'Conflicted');
      world.api.remove('omneotenants', 'a/early');
      await until(() => reason('b/late') === 'Ready');
    });

    it('serves a known tenant as it was', async () => {
      putSecrets();
      world.api.put('secrets', 'a/other', secretFields({ token: 'other-1' }));
      put('a/acme');
      const replica = await ready();
      const before = served(replica);
      let isBroken = true;
      world.api.faults = [
        (asked, response) => {
          if (!isBroken || !refuse(asked)) return false;
          sendStatus(response, 500, 'InternalError');
          return true;
        },
      ];
      put('a/acme', { omneo: { credentials: { token: { secretRef: { name: 'other' } } } } });
      await until(() => (world.counts.get('reconciled error') ?? 0) > 1);
      expect(served(replica)).to.equal(before);
      isBroken = false;
      await until(() => served(replica) !== before && served(replica) !== undefined);
    });

    it('goes by what changed while the Secret was on its way', async () => {
      putSecrets();
      const replica = await ready();
      const held: (() => void)[] = [];
      world.api.faults = [
        (asked, response) => {
          if (!refuse(asked)) return false;
          held.push(() => {
            sendStatus(response, 404, 'NotFound');
          });
          return true;
        },
      ];
      put('a/acme');
      await world.clock.until(() => held.length === 2);
      world.api.remove('omneotenants', 'a/acme');
      await world.clock.settle();
      held.forEach((answer) => {
        answer();
      });
      await until(() => world.counts.get('reconciled removed') === 1);
      expect(world.counts.get('reconciled superseded')).to.equal(1);
      expect(replica.registry.holder('acme')).to.equal(undefined);
    });
  });

  describe('credentials that Omneo refuses', () => {
    async function refusedTenant(): Promise<Replica> {
      putSecrets();
      put('a/acme');
      const replica = await ready();
      await until(() => reason('a/acme') === 'Ready');
      replica.source.credentials('a/acme', true, served(replica), ['client_id', 'scope']);
      await until(
        () => reason('a/acme') === 'CredentialsRejected' && events().includes('CredentialsRejected'),
      );
      return replica;
    }

    it('become a condition and an Event, and clear when Omneo takes them again', async () => {
      const replica = await refusedTenant();
      expect(condition('a/acme', 'Stalled')?.message).to.include('Secret acme-omneo (client_id, scope);');
      replica.source.credentials('a/acme', false);
      await until(() => reason('a/acme') === 'Ready' && condition('a/acme', 'Stalled') === undefined);
    });

    it('clear with a corrected Secret', async () => {
      const replica = await refusedTenant();
      const old = served(replica)!;
      putSecrets('a', 'token-2');
      await until(() => reason('a/acme') === 'Ready');
      replica.source.credentials('a/acme', true, old);
      await world.clock.settle();
      expect(reason('a/acme'), 'a late word on the old credentials').to.equal('Ready');
    });

    it('are noticed without the Tenant too', async () => {
      const replica = await refusedTenant();
      replica.source.credentials('a/acme', false);
      replica.source.credentials('a/acme', true);
      await until(() => reason('a/acme') === 'CredentialsRejected');
      replica.source.credentials('a/unknown', true, { slug: 'unknown' } as Tenant);
    });
  });

  describe('deliveries that are not done', () => {
    const patches = () => world.api.count((asked) => isPatch(asked) && asked.name === 'acme');
    const shown = () => status('a/acme')?.deliveries;
    const oldestWaitingAt = Date.parse('2026-11-22T23:00:00.500Z');

    async function readyTenant(spec: object = {}): Promise<Replica> {
      putSecrets();
      put('a/acme', spec);
      const replica = await ready();
      await until(() => reason('a/acme') === 'Ready');
      return replica;
    }

    it('are shown, and no more often than once a minute, without a reconcile', async () => {
      const { source } = await readyTenant();
      source.deliveries('a/acme', { waiting: 1, parked: 0, oldestWaitingAt });
      await until(() => shown() !== undefined);
      expect(shown()).to.deep.equal({ waiting: 1, parked: 0, oldestWaiting: '2026-11-22T23:00:00Z' });
      const [before, served, start] = [patches(), world.counts.get('reconciled served'), world.clock.now()];
      for (let waiting = 2; waiting <= 50; waiting++) {
        source.deliveries('a/acme', { waiting, parked: 0, oldestWaitingAt });
        world.clock.advance(1000);
        await world.clock.settle(1);
      }
      expect(patches(), 'writes within the minute').to.equal(before);
      await until(() => shown()?.waiting === 50);
      expect(world.clock.now() - start).to.be.within(59_000, 61_000);
      for (let minute = 0; minute < 5; minute++) {
        world.clock.advance(60_000);
        await world.clock.settle();
      }
      expect(patches(), 'writes while nothing changes').to.equal(before + 1);
      expect(world.counts.get('reconciled served'), 'reconciles').to.equal(served);
    });

    it('are shown for a suspended tenant too', async () => {
      const { source } = await readyTenant();
      put('a/acme', { suspend: true });
      await until(() => reason('a/acme') === 'Suspended');
      source.deliveries('a/acme', { waiting: 7, parked: 2, oldestWaitingAt: null });
      await until(() => shown() !== undefined);
      expect(shown()).to.deep.equal({ waiting: 7, parked: 2 });
    });

    it('are not shown for a tenant whose delivery is synchronous, and go when it becomes so', async () => {
      const { source } = await readyTenant({ delivery: { mode: 'Synchronous' } });
      source.deliveries('a/acme', { waiting: 1, parked: 0, oldestWaitingAt });
      await world.clock.settle();
      expect(shown()).to.equal(undefined);
      put('a/acme', { delivery: { mode: 'Durable' } });
      await until(() => shown()?.waiting === 1);
      put('a/acme', { delivery: { mode: 'Synchronous' } });
      await until(() => status('a/acme')?.observedGeneration === 3);
      expect(shown()).to.equal(undefined);
    });

    it('are forgotten with their tenant', async () => {
      const { source, registry } = await readyTenant();
      source.deliveries('a/acme', { waiting: 1, parked: 0, oldestWaitingAt });
      await until(() => shown() !== undefined);
      world.api.remove('omneotenants', 'a/acme');
      await until(() => registry.holder('acme') === undefined);
      put('a/acme');
      await until(() => reason('a/acme') === 'Ready');
      expect(shown()).to.equal(undefined);
    });

    it('are written by the leader alone, and by the next one when that one stops', async () => {
      const one = await readyTenant();
      const two = await begin({ podName: 'two' });
      await until(() => two.source.isReady());
      for (const { source } of [one, two])
        source.deliveries('a/acme', { waiting: 1, parked: 0, oldestWaitingAt });
      await until(() => shown()?.waiting === 1);
      const before = patches();
      two.source.deliveries('a/acme', { waiting: 2, parked: 0, oldestWaitingAt });
      for (let seconds = 0; seconds < 70; seconds++) {
        world.clock.advance(1000);
        await world.clock.settle(1);
      }
      expect([patches(), shown()?.waiting]).to.deep.equal([before, 1]);
      await one.source.stop();
      await until(() => shown()?.waiting === 2);
      expect(patches()).to.equal(before + 1);
    });

    it('wait a minute after an outage, in which another leader may have written them', async () => {
      const { source } = await readyTenant();
      source.deliveries('a/acme', { waiting: 1, parked: 0, oldestWaitingAt });
      await until(() => shown()?.waiting === 1);
      const port = await world.api.stop();
      for (let minutes = 0; minutes < 10; minutes++) {
        world.clock.advance(60_000);
        await world.clock.settle(2);
      }
      source.deliveries('a/acme', { waiting: 2, parked: 0, oldestWaitingAt });
      await world.api.start(port);
      await until(() => world.gauges.get('leader') === true);
      const start = world.clock.now();
      await until(() => shown()?.waiting === 2);
      expect(world.clock.now() - start).to.be.within(59_000, 61_000);
    });
  });

  describe('the budgets of today', () => {
    const spec = { limits: { perDay: { rewards: 5 } } };
    const shown = () => condition('a/acme', 'WithinLimits')?.status;
    const budgets = (ratio: number) => [
      {
        ...{ slug: 'acme', key: 'a/acme', day: '2026-11-23', isHolding: false },
        uses: [{ limit: 'perDay.rewards', ratio } as const],
      },
    ];

    it('become a condition and an Event, and the condition goes with them', async () => {
      putSecrets();
      put('a/acme', spec);
      const { source } = await ready();
      await until(() => reason('a/acme') === 'Ready');
      expect(shown()).to.equal(undefined);
      source.budgets(budgets(0.5));
      await until(() => shown() === 'True');
      source.budgets(budgets(1));
      await until(() => shown() === 'False');
      expect(reason('a/acme')).to.equal('Ready');
      await until(() => events().includes('BudgetSpent'));
      put('a/acme');
      await until(() => shown() === undefined);
    });
  });

  it('looks into the namespaces of its settings, and nowhere else', async () => {
    for (const namespace of ['a', 'b', 'c']) {
      putSecrets(namespace);
      put(`${namespace}/acme`, { slug: `slug-${namespace}` });
    }
    const replica = await ready({ watchNamespaces: ['a', 'b', 'a'] });
    expect(replica.registry.slugs()).to.have.members(['slug-a', 'slug-b']);
    expect(world.api.watches).to.equal(4);
    expect(
      world.api.asked.filter(({ namespace }) => namespace === undefined || namespace === 'c'),
    ).to.deep.equal([]);
  });

  describe('when one of its namespaces may not be read', () => {
    let isHeld: boolean;
    const watchNamespaces = ['a', 'b'];

    beforeEach(() => {
      isHeld = true;
      for (const namespace of ['a', 'b']) {
        putSecrets(namespace);
        put(`${namespace}/acme`, { slug: `slug-${namespace}` });
      }
    });

    function forbid(plural: string): void {
      world.api.faults = [
        (asked, response) => {
          if (!isHeld || asked.namespace !== 'b' || asked.plural !== plural) return false;
          sendStatus(response, 403, 'Forbidden');
          return true;
        },
      ];
    }

    for (const plural of ['omneotenants', 'secrets']) {
      it(`serves the others after half a minute, and all when it may (${plural})`, async () => {
        forbid(plural);
        const replica = await begin({ watchNamespaces });
        await world.clock.until(() => world.gauges.get('synced secrets in a') === true);
        world.clock.advance(25_000);
        await world.clock.settle();
        expect([replica.source.isReady(), served(replica, 'slug-a')]).to.deep.equal([false, undefined]);
        await until(() => replica.source.isReady());
        expect(served(replica, 'slug-a')?.key).to.equal('a/acme');
        expect(replica.registry.complete, 'an unknown slug may be one of there').to.equal(false);
        expect(served(replica, 'slug-b')).to.equal(undefined);
        await until(() => reason('a/acme') === 'Ready');
        expect(status('b/acme')).to.equal(undefined);

        isHeld = false;
        await world.clock.until(() => replica.registry.complete, { stepMs: 100 });
        expect(served(replica, 'slug-b')?.key).to.equal('b/acme');
        await until(() => reason('b/acme') === 'Ready');
      });
    }

    it('names it in the log and in the metrics', async () => {
      forbid('omneotenants');
      const replica = await begin({ watchNamespaces });
      await world.clock.until(() => replica.source.isReady(), { stepMs: 100 });
      const logged = world.log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields);
      expect(logged.map(({ namespaces }) => namespaces)).to.deep.equal([['b'], ['b']]);
      expect(world.gauges.get('synced omneotenants in b')).to.equal(false);
      expect(world.gauges.get('synced omneotenants in a')).to.equal(true);
      expect(world.counts.get('restarted omneotenants in b forbidden')).to.be.greaterThan(2);
    });

    it('serves nobody who lost a slug to another one, which may be of there', async () => {
      put('b/acme', { slug: 'wanted' });
      world.api.put('omneotenants', 'a/acme', {
        ...tenantFields('acme', { slug: 'wanted' }),
        metadata: { creationTimestamp: '2026-11-02T00:00:00Z' },
        status: {
          observedGeneration: 2,
          conditions: [{ type: 'Accepted', status: 'False', reason: 'Conflicted' }],
        },
      });
      world.api.put('omneotenants', 'a/other', tenantFields('acme', { slug: 'other' }));
      forbid('omneotenants');
      const replica = await begin({ watchNamespaces });
      await world.clock.until(() => replica.source.isReady(), { stepMs: 100 });
      expect([served(replica, 'other')?.key, replica.registry.holder('wanted')]).to.deep.equal([
        'a/other',
        undefined,
      ]);
      isHeld = false;
      await world.clock.until(() => replica.registry.complete, { stepMs: 100 });
      expect(replica.registry.holder('wanted')).to.equal('b/acme');
    });

    it('is ready for nobody when none may be read', async () => {
      world.api.faults = [
        (asked, response) => {
          if (!isHeld || asked.plural !== 'omneotenants') return false;
          sendStatus(response, 403, 'Forbidden');
          return true;
        },
      ];
      const replica = await begin({ watchNamespaces });
      for (let seconds = 0; seconds < 120; seconds++) {
        world.clock.advance(1000);
        await world.clock.settle(1);
      }
      expect(replica.source.isReady()).to.equal(false);
      isHeld = false;
      await world.clock.until(() => replica.registry.complete, { stepMs: 100 });
    });
  });

  for (const [what, plural, answer, says] of [
    [
      'the CRD is missing',
      'omneotenants',
      (response) => response.writeHead(404).end('404 page not found'),
      /^Kubernetes API: 404 Unknown: the cluster does not know OmneoTenants; kubectl apply --server-side -f crds\/$/,
    ],
    [
      'SECRET_LABEL_SELECTOR is no label selector',
      'secrets',
      (response) => {
        sendStatus(response, 400, 'BadRequest');
      },
      /^Kubernetes API: 400 BadRequest: the API server does not take SECRET_LABEL_SELECTOR for a label selector/,
    ],
    [
      'a right is missing',
      'secrets',
      (response) => {
        sendStatus(response, 403, 'Forbidden');
      },
      /^Kubernetes API: 403 Forbidden: the gateway may not list secrets in all namespaces; grant it/,
    ],
  ] as const satisfies [string, string, (response: ServerResponse) => unknown, RegExp][]) {
    it(`says in one warning what to change when ${what}`, async () => {
      world.api.faults = [
        (asked, response) => {
          if (asked.plural !== plural) return false;
          answer(response);
          return true;
        },
      ];
      await begin({ secretLabelSelector: '(' });
      for (let seconds = 0; seconds < 600; seconds++) {
        world.clock.advance(1000);
        await world.clock.settle(1);
      }
      const warned = world.log.lines.filter(({ level }) => level !== 'debug');
      expect(warned.map(({ level, fields }) => [level, fields['resources']])).to.deep.equal([
        ['warn', [plural]],
      ]);
      expect(warned[0]?.fields['error']).to.match(says);
    });
  }

  it('watches the Secrets that a label selects', async () => {
    await ready({ secretLabelSelector: 'omneo=yes' });
    const asked = world.api.asked.filter(({ plural, isWatch }) => plural === 'secrets' && isWatch);
    expect(asked.map(({ query }) => query.get('labelSelector'))).to.deep.equal(['omneo=yes']);
  });

  it('tries a status again that was in conflict', async () => {
    putSecrets();
    let conflicts = 2;
    world.api.faults = [
      (asked, response) => {
        if (!isPatch(asked) || conflicts-- <= 0) return false;
        sendStatus(response, 409, 'Conflict');
        return true;
      },
    ];
    put('a/acme');
    await ready();
    await until(() => reason('a/acme') === 'Ready');
    expect(world.counts.get('status conflict')).to.equal(2);
  });

  it('writes by one replica only, and by the other when that one stops', async () => {
    putSecrets();
    put('a/acme');
    const [one, two] = [
      await ready({ podName: 'one' }),
      await begin({ podName: 'two', leaseName: 'omneo-gateway' }),
    ];
    await until(() => two.source.isReady() && reason('a/acme') === 'Ready');
    expect(served(two)?.key, 'every replica serves').to.equal('a/acme');
    expect(world.api.count(isPatch)).to.equal(1);
    await one.source.stop();
    put('a/acme', { suspend: true });
    await until(() => reason('a/acme') === 'Suspended');
    expect(world.api.count(isPatch)).to.equal(2);
    const lease = world.api.get('leases', 'gw/omneo-gateway') as unknown as {
      spec: { holderIdentity: string };
    };
    expect(lease.spec.holderIdentity).to.match(/^two_/);
  });

  it('goes on serving while the API is away, stays ready, and catches up', async () => {
    putSecrets();
    put('a/acme');
    const replica = await ready();
    await until(() => reason('a/acme') === 'Ready');
    const port = await world.api.stop();
    for (let minutes = 0; minutes < 60; minutes++) {
      world.clock.advance(60_000);
      await world.clock.settle(2);
    }
    expect(served(replica)?.key).to.equal('a/acme');
    expect(replica.source.isReady()).to.equal(true);
    expect(world.gauges.get('leader')).to.equal(false);
    await world.api.start(port);
    put('a/acme', { suspend: true });
    await until(() => served(replica) === undefined);
    await until(() => reason('a/acme') === 'Suspended');
    expect(world.gauges.get('leader')).to.equal(true);
  });

  it('leads no longer, and names the plugin, when the credential plugin of its kubeconfig hangs', async () => {
    const plugin = join(folder, 'plugin');
    const script = (does: string) => writeFile(plugin, `#!/bin/sh\n${does}\n`, { mode: 0o755 });
    const status = { token: 't', expirationTimestamp: '2020-01-01T00:00:00Z' };
    await script(`echo '${JSON.stringify({ status })}'`);
    putSecrets();
    put('a/acme');
    const replica = await begin({}, { exec: { command: plugin } });
    await until(() => world.gauges.get('leader') === true && served(replica) !== undefined);
    await script('exec sleep 60');
    world.api.endWatches();
    await world.clock.until(() => world.gauges.get('leader') === false, { stepMs: 500 });
    const logged = () =>
      world.log.lines.find(
        ({ level, message }) => level === 'warn' && message.startsWith('the Kubernetes API'),
      );
    await world.clock.until(() => logged() !== undefined, { stepMs: 500 });
    expect(logged()?.fields['error']).to.contain(`the credential plugin ${plugin} has not ended yet`);
    expect([replica.source.isReady(), served(replica)?.key]).to.deep.equal([true, 'a/acme']);
  });

  it('follows a cluster whose etcd was wiped: tenants go, and come back', async () => {
    putSecrets();
    put('a/acme');
    const replica = await ready();
    const port = await world.api.stop();
    world.api.wipe();
    await until(() => (world.counts.get('restarted omneotenants disconnected') ?? 0) > 1);
    await world.api.start(port);
    await until(() => replica.registry.holder('acme') === undefined);
    expect(replica.registry.complete, 'known to be unknown').to.equal(true);
    put('a/acme');
    putSecrets();
    await until(() => served(replica) !== undefined && reason('a/acme') === 'Ready');
  });

  it('does nothing that its rules do not allow, and everything that they do', async () => {
    put('a/acme');
    putSecrets();
    const replica = await ready();
    world.api.put('secrets', 'a/new', secretFields({ token: 'token-3' }));
    put('a/acme', { omneo: { credentials: { token: { secretRef: { name: 'new' } } } } });
    for (const suspend of [true, false, true]) {
      put('a/acme', { suspend });
      await until(() => reason('a/acme') === (suspend ? 'Suspended' : 'Ready'));
    }
    await until(() => world.api.count(({ method, plural }) => method === 'PATCH' && plural === 'events') > 0);
    world.clock.advance(3000);
    await until(() => world.api.count(({ method, plural }) => method === 'PUT' && plural === 'leases') > 0);
    expect(replica.registry.holder('acme')).to.equal('a/acme');
    const verbs: Record<string, string> = { POST: 'create', PUT: 'update', PATCH: 'patch' };
    const used = world.api.asked.map(({ method, plural, isStatus, isWatch, name }) => {
      const reading = isWatch ? 'watch' : name === undefined ? 'list' : 'get';
      return `${verbs[method] ?? reading} ${plural}${isStatus ? '/status' : ''}`;
    });
    const allowed = [...watchRules, ...homeRules()].flatMap(({ verbs: each, resources }) =>
      each.map((verb) => `${verb} ${resources[0]!}`),
    );
    expect([...new Set(used)]).to.have.members(allowed);
  });

  describe('start and stop', () => {
    it('refuses to start without a way to a cluster, in one sentence', async () => {
      const error = await begin({ kubeconfig: join(folder, 'none') }).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(KubeConfigError);
    });

    it('takes the word of a caller before its start and after its stop without harm', async () => {
      const replica = await ready();
      await replica.source.stop();
      replica.source.credentials('a/acme', true);
      replica.source.deliveries('a/acme', { waiting: 1, parked: 0, oldestWaitingAt: null });
      expect(replica.source.isReady()).to.equal(true);
      const { clock, log, observe } = world;
      const policy = { hosts: [], allowInsecure: false, canAcceptDurably: false };
      const unstarted = new KubeSource({
        watchNamespaces: [],
        registry: new Registry(),
        policy,
        schema,
        clock,
        log,
        observe,
        random: () => 0,
      });
      unstarted.credentials('a/acme', true);
      unstarted.deliveries('a/acme', { waiting: 1, parked: 0, oldestWaitingAt: null });
      await unstarted.stop();
      expect(unstarted.isReady()).to.equal(false);
    });

    it('leaves no socket, no watch and no timer when it is stopped before it has synced', async () => {
      world.api.faults = [(asked) => asked.plural === 'secrets'];
      const replica = await begin();
      await world.clock.until(() => world.api.count(({ plural }) => plural === 'secrets') === 1);
      await replica.source.stop();
      await world.clock.until(() => world.api.watches === 0);
      expect(world.clock.timers).to.equal(0);
    });
  });
});
