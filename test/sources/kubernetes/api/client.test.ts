import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { KubeConfig } from '@kubernetes/client-node';
import { expect } from 'chai';
import { Agent, buildConnector } from 'undici';
import type { ServerResponse } from 'node:http';
import { retryAfterSeconds } from '../../../../src/lib/backoff.ts';
import { ApiError } from '../../../../src/sources/kubernetes/api/apierror.ts';
import { KubeClient } from '../../../../src/sources/kubernetes/api/client.ts';
import { NotSent } from '../../../../src/sources/kubernetes/api/beforesend.ts';
import { connect } from '../../../../src/sources/kubernetes/api/kubeconfig.ts';
import { KubeConfigError, KubeConnection } from '../../../../src/sources/kubernetes/api/connection.ts';
import { errorNames } from '../../../../src/lib/log.ts';
import { StartupError } from '../../../../src/lib/startup.ts';
import { send, sendStatus } from '../fakeapi.ts';
import { configOf, startWorld, type World } from '../harness.ts';

const path = '/apis/omneo.io/v1alpha1/namespaces/a/omneotenants';

async function errorOf(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(ApiError);
  return error as ApiError;
}

describe('Client', () => {
  let world: World;
  let folder: string;

  beforeEach(async () => {
    world = await startWorld();
    folder = await mkdtemp(join(tmpdir(), 'kube-'));
  });

  afterEach(async () => {
    await world.client.close();
    await world.api.stop();
    await rm(folder, { recursive: true });
    expect(world.clock.timers, 'timers left').to.equal(0);
  });

  it('keeps its connection over a hundred calls', async () => {
    for (let call = 0; call < 100; call++) await world.client.request('GET', path);
    expect(world.api.connections).to.be.below(4);
  });

  it('sends JSON, the query and who it is', async () => {
    await world.client.request('POST', path, {
      body: { metadata: { name: 'x' } },
      query: { a: 1, b: 'ü&', c: undefined },
    });
    const [asked] = world.api.asked;
    expect(asked).to.deep.include({
      method: 'POST',
      contentType: 'application/json',
      authorization: 'Bearer token-1',
    });
    expect([...asked!.query]).to.deep.equal([
      ['a', '1'],
      ['b', 'ü&'],
    ]);
    await world.client.request('PATCH', `${path}/x`, {
      body: {},
      contentType: 'application/apply-patch+yaml',
    });
    expect(world.api.asked[1]!.contentType).to.equal('application/apply-patch+yaml');
  });

  it('reports status and reason, and nothing else of the answer', async () => {
    world.api.faults = [
      (_, response) => {
        sendStatus(response, 403, 'Forbidden', { 'x-confidential': 'confidential' });
        return true;
      },
    ];
    const error = await errorOf(world.client.request('GET', path));
    expect(error).to.deep.include({ status: 403, reason: 'Forbidden', retryAfter: undefined });
    expect(`${inspect(error)} ${JSON.stringify(error)} ${error.message}`).not.to.include('confidential');
    expect(errorNames(error)).to.match(
      /^Kubernetes API: 403 Forbidden: the gateway may not list omneotenants\.omneo\.io in/,
    );
  });

  for (const body of [
    '<html>confidential</html>',
    '{"reason":"con fidential"}',
    '"confidential"',
    '{"reason":5}',
    '',
  ]) {
    it(`survives the error body ${body}`, async () => {
      world.api.faults = [
        (_, response) => {
          response.writeHead(502);
          response.end(body);
          return true;
        },
      ];
      expect(await errorOf(world.client.request('GET', path))).to.deep.include({
        status: 502,
        reason: 'Unknown',
      });
    });
  }

  it('reads a refusal that has no end no further than it must', async () => {
    world.api.faults = [
      (_, response) => {
        response.writeHead(502);
        const flood = (): void => {
          while (!response.destroyed && response.write('x'.repeat(16_384)));
        };
        response.on('drain', flood);
        flood();
        return true;
      },
    ];
    expect(await errorOf(world.client.request('GET', path))).to.deep.include({
      status: 502,
      reason: 'Unknown',
    });
  });

  it('takes Retry-After from the header, or from the status', async () => {
    const answers = [
      (response: ServerResponse) => {
        sendStatus(response, 429, 'TooManyRequests', { 'retry-after': '3' });
      },
      (response: ServerResponse) => {
        send(response, 429, { reason: 'TooManyRequests', details: { retryAfterSeconds: 5 } });
      },
    ];
    world.api.faults = [
      (_, response) => {
        answers.shift()?.(response);
        return true;
      },
    ];
    expect((await errorOf(world.client.request('GET', path))).retryAfter).to.equal(3);
    expect((await errorOf(world.client.request('GET', path))).retryAfter).to.equal(5);
  });

  it('reads Retry-After as seconds or as a date', () => {
    const now = Date.parse('2026-11-23T00:00:00Z');
    expect(retryAfterSeconds('12', now)).to.equal(12);
    expect(retryAfterSeconds('Mon, 23 Nov 2026 00:00:30 GMT', now)).to.equal(30);
    expect(retryAfterSeconds('Mon, 23 Nov 2025 00:00:30 GMT', now)).to.equal(0);
    for (const text of ['soon', '', undefined, ['1', '2'], '-5x'])
      expect(retryAfterSeconds(text, now)).to.equal(undefined);
  });

  it('gives up at its deadline', async () => {
    world.api.faults = [() => true];
    const call = errorOf(world.client.request('GET', path, { deadlineMs: 700 }));
    await world.clock.until(() => world.api.asked.length === 1);
    world.clock.advance(701);
    expect(await call).to.deep.include({ status: 0, reason: 'Timeout' });
  });

  it('gives up at its deadline when the answer does not end', async () => {
    world.api.faults = [
      (_, response) => {
        response.write('{"half":');
        return true;
      },
    ];
    const call = errorOf(world.client.request('GET', path));
    await world.clock.until(() => world.api.asked.length === 1);
    await world.clock.settle(3);
    world.clock.advance(10_001);
    expect((await call).reason).to.equal('Timeout');
  });

  it('ends when its signal fires', async () => {
    world.api.faults = [() => true];
    const abort = new AbortController();
    const call = errorOf(world.client.request('GET', path, { signal: abort.signal }));
    await world.clock.until(() => world.api.asked.length === 1);
    abort.abort();
    expect((await call).reason).to.equal('Unreachable');
    expect((await errorOf(world.client.request('GET', path, { signal: abort.signal }))).status).to.equal(0);
    expect(world.api.asked).to.have.length(1);
  });

  it('says Unreachable when nobody listens', async () => {
    const port = await world.api.stop();
    const error = await errorOf(world.client.request('GET', path));
    expect(error).to.deep.include({ status: 0, reason: 'Unreachable' });
    expect(errorNames(error)).to.include('ECONNREFUSED');
    await world.api.start(port);
  });

  it('sends nothing when its caller has second thoughts', async () => {
    const call = world.client.request('PATCH', path, {
      beforeSend: () => {
        throw new NotSent('no');
      },
    });
    expect(await call.catch((error: unknown) => error)).to.be.instanceOf(NotSent);
    expect(world.api.asked).to.have.length(0);
  });

  it('asks its caller when it is connected, though that may take as long as a pause of the process', async () => {
    const connecting = Promise.withResolvers<undefined>();
    const gate = Promise.withResolvers<undefined>();
    const connector = buildConnector({});
    const dispatcher = new Agent({
      connect: (options, callback) => {
        connecting.resolve(undefined);
        void gate.promise.then(() => {
          connector(options, callback);
        });
      },
    });
    const prepare = () => Promise.resolve({ url: world.api.url + path, headers: {}, dispatcher });
    const client = new KubeClient({ ...world, connection: { prepare, close: () => dispatcher.close() } });
    let may = true;
    const beforeSend = (): void => {
      if (!may) throw new NotSent('no');
    };
    const call = client.request('PATCH', path, { body: {}, beforeSend }).catch((error: unknown) => error);
    await connecting.promise;
    may = false;
    gate.resolve(undefined);
    expect(await call).to.be.instanceOf(NotSent);
    expect(world.api.asked).to.have.length(0);
    may = true;
    await client.request('GET', path, { beforeSend });
    expect(world.api.asked).to.have.length(1);
    await client.close();
  });

  it('gives up on a stream that does not open', async () => {
    world.api.faults = [() => true];
    const { signal } = new AbortController();
    const call = errorOf(world.client.stream(path, { query: {}, signal }));
    await world.clock.until(() => world.api.asked.length === 1);
    world.clock.advance(10_001);
    expect((await call).reason).to.equal('Timeout');
  });

  it('does not open a stream for a signal that has fired', async () => {
    const call = world.client.stream(path, { query: {}, signal: AbortSignal.abort() });
    expect((await errorOf(call)).status).to.equal(0);
  });

  describe('with a kubeconfig', () => {
    async function kubeconfig(user: object, cluster: object = {}): Promise<string> {
      const file = join(folder, 'config');
      const config = {
        clusters: [
          { name: 'c', cluster: { server: world.api.url, 'insecure-skip-tls-verify': true, ...cluster } },
        ],
        users: [{ name: 'u', user }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u', namespace: 'here' } }],
        'current-context': 'x',
      };
      await writeFile(file, JSON.stringify(config));
      return file;
    }

    const authorizations = () => world.api.asked.map(({ authorization }) => authorization);

    it('knows the namespace of the context', async () => {
      const connection = await connect(await kubeconfig({ token: 't' }));
      expect(connection.namespace).to.equal('here');
      await connection.close();
    });

    for (const field of ['tokenFile', 'auth-provider']) {
      it(`reads the token anew when its file (${field}) has changed`, async () => {
        await writeFile(join(folder, 'token'), 'first\n');
        const user =
          field === 'tokenFile'
            ? { tokenFile: 'token' }
            : { 'auth-provider': { name: 'tokenFile', config: { tokenFile: join(folder, 'token') } } };
        const client = new KubeClient({
          connection: await connect(await kubeconfig(user)),
          clock: world.clock,
        });
        await client.request('GET', path);
        await writeFile(join(folder, 'token'), 'second\n');
        await client.request('GET', path);
        expect(authorizations()).to.deep.equal(['Bearer first', 'Bearer second']);
        expect(world.api.connections).to.equal(1);
        await client.close();
      });
    }

    it('connects anew when the CA has changed, and lets what is under way end', async () => {
      await writeFile(join(folder, 'ca.crt'), 'one');
      const file = await kubeconfig({ token: 't' }, { 'certificate-authority': 'ca.crt' });
      const client = new KubeClient({ connection: await connect(file), clock: world.clock });
      const abort = new AbortController();
      const stream = await client.stream(path, { query: { watch: 'true' }, signal: abort.signal });
      await client.request('GET', path);
      await client.request('GET', path);
      const before = world.api.connections;
      await writeFile(join(folder, 'ca.crt'), 'two');
      await Promise.all([client.request('GET', path), client.request('GET', path)]);
      expect(world.api.connections).to.be.within(before + 1, before + 2);
      world.api.bookmark();
      const first = await stream[Symbol.asyncIterator]().next();
      expect(first.done).to.equal(false);
      abort.abort();
      await client.close();
      await world.clock.until(() => world.api.watches === 0);
    });

    it('connects anew when the client certificate has changed', async () => {
      for (const name of ['cert', 'key']) await writeFile(join(folder, name), 'one');
      const file = await kubeconfig({ 'client-certificate': 'cert', 'client-key': 'key' });
      const client = new KubeClient({ connection: await connect(file), clock: world.clock });
      await client.request('GET', path);
      await writeFile(join(folder, 'key'), 'two');
      await client.request('GET', path);
      expect(world.api.connections).to.equal(2);
      await client.close();
    });

    it('fails a call, and nothing else, while a file is missing', async () => {
      await writeFile(join(folder, 'ca.crt'), 'one');
      const file = await kubeconfig({ token: 't' }, { 'certificate-authority': 'ca.crt' });
      const client = new KubeClient({ connection: await connect(file), clock: world.clock });
      await rm(join(folder, 'ca.crt'));
      const error = await errorOf(client.request('GET', path));
      expect(error.status).to.equal(0);
      expect(errorNames(error)).to.contain(`${join(folder, 'ca.crt')} cannot be read; mount it`);
      await writeFile(join(folder, 'ca.crt'), 'one');
      await client.request('GET', path);
      await client.close();
    });

    it('merges several files, as kubectl does', async () => {
      const second = join(folder, 'second');
      await writeFile(
        second,
        JSON.stringify({ 'current-context': 'other', contexts: [], clusters: [], users: [] }),
      );
      const connection = await connect(`${await kubeconfig({ token: 't' })}:${second}:`);
      expect(connection.namespace).to.equal('here');
    });

    for (const text of ['', 'null', '{{{', '[]', '{"clusters": 5}']) {
      it(`refuses ${JSON.stringify(text)} as a kubeconfig in one sentence`, async () => {
        const file = join(folder, 'config');
        await writeFile(file, text);
        const error = await connect(file).catch((reason: unknown) => reason);
        expect(error).to.be.instanceOf(KubeConfigError).and.instanceOf(StartupError);
        expect((error as Error).message).to.match(/^[^\n]+\.$/);
      });
    }

    it('says that a file is missing', async () => {
      const error = await connect(join(folder, 'none')).catch((reason: unknown) => reason);
      expect((error as Error).message)
        .to.include('KUBECONFIG')
        .and.include('none');
    });

    it('says that there is no cluster around it', async () => {
      const error = await connect(undefined).catch((reason: unknown) => reason);
      expect((error as Error).message)
        .to.include('KUBECONFIG')
        .and.include('TENANTS_DIR');
    });
  });

  it('speaks HTTP/1.1, whatever else it connects by', () => {
    const inner = (config: KubeConfig) =>
      config.createDispatcherOptions(config.getCurrentCluster(), { ca: 'x' });
    expect(inner(configOf('https://api:6443')).type).to.equal('agent');
    expect(() => new KubeConnection(new KubeConfig())).to.throw(KubeConfigError);
  });
});
