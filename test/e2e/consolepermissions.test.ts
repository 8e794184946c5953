import { join } from 'node:path';
import { expect } from 'chai';
import { homeRules, reviewRules, watchRules } from '../../src/sources/kubernetes/api/rules.ts';
import { webhook } from '../support/webhooks.ts';
import { type Caller, callerOf, grantConsole, nextAddress, tokenOf } from './consoleusers.ts';
import { apply, secretOf, startReadyGateway, tenantWithSecrets, untilAnswered } from './gateway.ts';
import { needTools } from './needs.ts';
import { startWorld, type World } from './operatorworld.ts';
import { grant } from './rbacgrant.ts';
import { eventually } from './time.ts';

/** The slug of the tenant in each namespace. */
const tenants = { loyalty: 'acme', second: 'beta' } as const;
type Namespace = keyof typeof tenants;

const users = ['nobody', 'viewer', 'operator', 'overseer', 'chief'];

/** Where each may look, and where each may decide as well. */
const callers: Readonly<Record<string, { sees: readonly Namespace[]; decides: readonly Namespace[] } | 401>> =
  {
    anonymous: 401,
    'a wrong token': 401,
    nobody: { sees: [], decides: [] },
    viewer: { sees: ['loyalty'], decides: [] },
    operator: { sees: ['loyalty'], decides: ['loyalty'] },
    overseer: { sees: ['loyalty', 'second'], decides: [] },
    chief: { sees: ['loyalty', 'second'], decides: ['loyalty', 'second'] },
  };

type Parked = Readonly<{ id: string; body: Readonly<Record<string, unknown>> }>;

type Operation = Readonly<{
  /** What whoever only sees the tenant is answered. */
  forViewers: 200 | 403;
  call: (by: Caller, slug: string, parked: () => Promise<Parked>) => ReturnType<Caller>;
}>;

const why = 'the table of permissions';
const stranger = { person_id: 'STRANGER', email: 'stranger@example.com' };

const operations: Readonly<Record<string, Operation>> = {
  list: { forViewers: 200, call: (by, slug) => by('GET', `/api/v1/deliveries?tenant=${slug}`) },
  search: {
    forViewers: 200,
    call: (by, slug) => by('GET', `/api/v1/deliveries?tenant=${slug}&email=${stranger.email}`),
  },
  get: {
    forViewers: 200,
    call: async (by, _, parked) => by('GET', `/api/v1/deliveries/${(await parked()).id}`),
  },
  payload: {
    forViewers: 403,
    call: async (by, _, parked) => by('GET', `/api/v1/deliveries/${(await parked()).id}?payload=true`),
  },
  replay: {
    forViewers: 403,
    call: async (by, _, parked) => by('POST', `/api/v1/deliveries/${(await parked()).id}/replay`, { why }),
  },
  'replay corrected': {
    forViewers: 403,
    call: async (by, _, parked) => {
      const { id, body } = await parked();
      return by('POST', `/api/v1/deliveries/${id}/replay`, { why, body: JSON.stringify(body) });
    },
  },
  discard: {
    forViewers: 403,
    call: async (by, _, parked) => by('POST', `/api/v1/deliveries/${(await parked()).id}/discard`, { why }),
  },
  'bulk replay': {
    forViewers: 403,
    call: (by, slug) =>
      by('POST', '/api/v1/deliveries/replay', { filter: { tenant: slug, id: 'none' }, why }),
  },
  'bulk discard': {
    forViewers: 403,
    call: (by, slug) =>
      by('POST', '/api/v1/deliveries/discard', { filter: { tenant: slug, id: 'none' }, why }),
  },
  erase: {
    forViewers: 403,
    call: (by, slug) => by('POST', '/api/v1/erasures', { tenant: slug, email: 'none@example.com' }),
  },
  activity: { forViewers: 200, call: (by, slug) => by('GET', `/api/v1/tenants/${slug}/activity`) },
  definitions: {
    forViewers: 200,
    call: (by, slug) => by('GET', `/api/v1/tenants/${slug}/reward-definitions`),
  },
  check: {
    forViewers: 200,
    call: (by, slug) => by('POST', `/api/v1/tenants/${slug}/checks`, { action: 'rewards', body: '{}' }),
  },
  rehearse: {
    forViewers: 403,
    call: (by, slug) => by('POST', `/api/v1/tenants/${slug}/rehearsals`, { action: 'rewards', body: '{}' }),
  },
};

function expected(caller: string, { forViewers }: Operation, namespace: Namespace): number {
  const may = callers[caller] ?? 401;
  if (may === 401) return 401;
  if (!may.sees.includes(namespace)) return 404;
  return may.decides.includes(namespace) ? 200 : forViewers;
}

describe('who may what on the console', () => {
  let world: World;
  const calls = new Map<string, Caller>();
  const url = (): string => world.gateway.consoleURL ?? 'the console is closed';

  before(async function () {
    await needTools(this, 'etcd', 'kube-apiserver', 'kubectl');
    world = await startWorld({ replicas: 0 });
    await startConsole('gateway-of-all', [...watchRules, ...reviewRules]);
    await world.kubectl('create', 'namespace', 'second');
    const baseURL = world.sandbox.baseURL('acme');
    for (const [namespace, slug] of Object.entries(tenants)) {
      await apply(world.cluster, tenantWithSecrets(slug, { baseURL, namespace }));
      await untilAnswered(world.gateway, slug, { secret: secretOf(slug) });
    }
    await grantConsole(world.cluster, users, [
      { user: 'viewer', role: 'viewer', namespace: 'loyalty' },
      { user: 'operator', role: 'operator', namespace: 'loyalty' },
      { user: 'overseer', role: 'viewer' },
      { user: 'chief', role: 'operator' },
    ]);
    calls.set('anonymous', callerOf(url(), undefined));
    calls.set('a wrong token', callerOf(url(), 'a-token-that-nobody-has'));
    for (const user of users) calls.set(user, callerOf(url(), await tokenOf(world.cluster, user)));
  });

  after(async () => {
    await (world as World | undefined)?.stop();
  });

  /** Starts a gateway with a durable ledger of its own, as a ServiceAccount with these rules in the whole cluster. */
  async function startConsole(account: string, watch: typeof watchRules): Promise<string> {
    const rules = { watch, home: homeRules() };
    const { kubeconfig } = await grant(world.cluster, { account, namespace: 'gateway', ...rules });
    const { folder } = world.cluster;
    const env = { LEDGER_URL: `sqlite:${join(folder, `${account}.db`)}` };
    const gateway = await startReadyGateway({ kubeconfig, folder, name: account, env });
    world.gateways.push(gateway);
    return gateway.consoleURL ?? 'the console is closed';
  }

  function callOf(caller: string): Caller {
    const call = calls.get(caller);
    if (!call) throw new Error(`there is no ${caller}`);
    return call;
  }

  /** A delivery that is parked just now. */
  async function parkIn(namespace: Namespace): Promise<Parked> {
    const [slug, body] = [tenants[namespace], webhook(stranger)];
    const { json } = await world.gateway.post(slug, { secret: secretOf(slug), body });
    expect(json).to.include({ code: 'profile_not_found' });
    return { id: String(json['delivery_id']), body };
  }

  for (const caller of Object.keys(callers)) {
    describe(`${caller}:`, () => {
      for (const namespace of Object.keys(tenants) as Namespace[])
        for (const [name, operation] of Object.entries(operations)) {
          const status = expected(caller, operation, namespace);
          it(`${name} in ${namespace} is answered ${status}`, async () => {
            const parked = () => parkIn(namespace);
            const { status: answered, json } = await operation.call(
              callOf(caller),
              tenants[namespace],
              parked,
            );
            expect(answered, JSON.stringify(json)).to.equal(status);
          });
        }

      it('sees in lists what it may see one by one', async () => {
        const may = callers[caller] ?? 401;
        const slugs = may === 401 ? undefined : may.sees.map((namespace) => tenants[namespace]);
        for (const namespace of Object.keys(tenants) as Namespace[]) await parkIn(namespace);
        const { json: listed } = await callOf(caller)('GET', '/api/v1/tenants');
        const shown = listed['tenants'] as { slug: string }[] | undefined;
        expect(shown?.map(({ slug }) => slug)).to.deep.equal(slugs);
        const { json: page } = await callOf(caller)('GET', '/api/v1/deliveries?limit=200');
        const deliveries = page['deliveries'] as { tenant: string }[] | undefined;
        const seen = deliveries && [...new Set(deliveries.map(({ tenant }) => tenant))].sort();
        expect(seen).to.deep.equal(slugs);
      });
    });
  }

  it('says who a token is as Kubernetes calls it', async () => {
    const { json } = await callOf('viewer')('GET', '/api/v1/me');
    expect(json).to.deep.equal({ user: 'system:serviceaccount:people:viewer', signed_in_by: 'token' });
  });

  it('logs who decided, as Kubernetes calls it', async () => {
    const { id } = await parkIn('loyalty');
    await callOf('operator')('POST', `/api/v1/deliveries/${id}/discard`, { why });
    const line = await world.gateway.process.record(
      ({ msg, delivery_id: changed }) => msg === 'deliveries changed' && changed === id,
    );
    expect(line).to.include({ user: 'system:serviceaccount:people:operator', change: 'discarded', why });
  });

  it('answers ten wrong tokens of a client a minute, and keeps nobody out who is at work', async () => {
    const here = nextAddress();
    const statuses: number[] = [];
    for (let index = 0; index < 11; index += 1) {
      const { status } = await callerOf(url(), `wrong-token-${index}`, () => here)('GET', '/api/v1/me');
      statuses.push(status);
    }
    expect(statuses).to.deep.equal([...Array<number>(10).fill(401), 429]);
    const token = await tokenOf(world.cluster, 'chief');
    expect((await callerOf(url(), token)('GET', '/api/v1/me')).status).to.equal(200);
    expect((await callerOf(url(), token, () => here)('GET', '/api/v1/me')).status).to.equal(200);
  });

  it('lets nobody in where the gateway may not ask, and logs what to grant', async () => {
    const closed = await startConsole('gateway-that-may-not-ask', watchRules);
    const { status, json } = await callerOf(closed, await tokenOf(world.cluster, 'chief'))(
      'GET',
      '/api/v1/me',
    );
    expect(status, JSON.stringify(json)).to.equal(503);
    const { lines } = world.gateways.at(-1)!.process;
    await eventually('the log says it', () =>
      Promise.resolve(
        lines.some((line) =>
          line.includes('the gateway may not create tokenreviews.authentication.k8s.io in all namespaces'),
        ),
      ),
    );
  });

  it('shows no token in any line of the log', async () => {
    const token = await tokenOf(world.cluster, 'viewer');
    await callerOf(url(), token)('GET', '/api/v1/me');
    for (const { process } of world.gateways)
      for (const line of process.lines) {
        expect(line).not.to.contain(token);
        expect(line).not.to.contain('a-token-that-nobody-has');
        expect(line).not.to.contain(stranger.email);
      }
  });

  it('lets nobody new in while the API server is away, and those for a minute who were let in just before', async () => {
    const [known, unknown] = [await tokenOf(world.cluster, 'chief'), await tokenOf(world.cluster, 'chief')];
    const ask = (token: string) => callerOf(url(), token)('GET', '/api/v1/deliveries?tenant=acme');
    expect((await ask(known)).status).to.equal(200);
    await world.cluster.stopApiServer();
    try {
      expect((await ask(known)).status).to.equal(200);
      expect((await ask(unknown)).status).to.equal(503);
    } finally {
      await world.cluster.startApiServer();
    }
  });
});
