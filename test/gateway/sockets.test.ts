import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { Problem } from '../../src/lib/problem.ts';
import { createWebhookServer } from '../../src/http/server.ts';
import { eventually } from '../support/eventually.ts';
import { countsBy } from '../support/prometheus.ts';
import { answer, startUpstream } from '../omneo/upstream.ts';
import { leapingClock } from '../scenario/clock.ts';
import { type RawSocket, headOf, openSocket, readAnswer, requestOf } from '../support/rawsocket.ts';
import { ada, webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

const counted = async ({ gateway }: World): Promise<Record<string, number>> =>
  countsBy(await gateway.metrics(), 'omneo_gateway_webhook_requests_total', 'tenant', 'code', 'outcome');

const logged = ({ gateway }: World): Record<string, unknown>[] =>
  gateway.logs.filter(({ msg }) => msg === 'webhook');

const statuses = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));

describe('sockets', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;

  beforeEach(async () => {
    world = await startWorld({ env: { ANSWER_DEADLINE_MS: '1500', UPSTREAM_TIMEOUT_MS: '1000' } });
    ({ gateway, sandbox } = world);
  });

  afterEach(async () => {
    await sandbox.close();
    expect(await gateway.stop(), 'whether everything ended in time').to.equal(true);
  });

  describe('what is no readable request', () => {
    const cases: Record<string, Readonly<{ text: string; status: number; code: string }>> = {
      'headers over 16 KiB': {
        text: headOf('acme', { 'X-Filler': 'x'.repeat(20_000) }),
        status: 413,
        code: 'payload_too_large',
      },
      'a path over 16 KiB': { text: headOf('a'.repeat(20_000)), status: 413, code: 'payload_too_large' },
      garbage: { text: 'This is not HTTP.\r\n\r\n', status: 400, code: 'invalid_payload' },
      'a TLS greeting': { text: '\x16\x03\x01\x02\x00\x01\x00', status: 400, code: 'invalid_payload' },
      'a header without a name': {
        text: 'POST / HTTP/1.1\r\n: x\r\n\r\n',
        status: 400,
        code: 'invalid_payload',
      },
      'both a length and chunks': {
        text: headOf('acme', { 'Content-Length': 5, 'Transfer-Encoding': 'chunked' }) + '0\r\n\r\n',
        status: 400,
        code: 'invalid_payload',
      },
      'two lengths': {
        text: headOf('acme', { 'Content-Length': 5, 'content-length': 6 }),
        status: 400,
        code: 'invalid_payload',
      },
      'two Hosts': {
        text: headOf('acme', { 'Content-Length': 0 }).replace('Host:', 'Host: elsewhere\r\nHost:'),
        status: 400,
        code: 'invalid_payload',
      },
      'chunks by HTTP/1.0, which has none': {
        text: `${headOf('acme', { 'Transfer-Encoding': 'chunked', Connection: 'keep-alive' }).replace('HTTP/1.1', 'HTTP/1.0')}0\r\n\r\n`,
        status: 400,
        code: 'invalid_payload',
      },
      'a version that comes in another way': {
        text: headOf('acme', { 'Content-Length': 0 }).replace('HTTP/1.1', 'HTTP/2.0'),
        status: 400,
        code: 'invalid_payload',
      },
      'no Host': {
        text: 'POST /acme/api/v1/webhooks/klaviyo/rewards HTTP/1.1\r\nContent-Length: 0\r\n\r\n',
        status: 400,
        code: 'invalid_payload',
      },
    };
    for (const [what, { text, status, code }] of Object.entries(cases)) {
      it(`is answered ${status} ${code}: ${what}`, async () => {
        const raw = await openSocket(gateway.url);
        raw.write(text);
        const { headers, body, ...answer } = readAnswer(await raw.ended);
        expect(answer.status).to.equal(status);
        expect(headers).to.include({ 'content-type': 'application/problem+json', connection: 'close' });
        expect(body).to.include({ code, status, type: `urn:omneo-gateway:problem:${code}` });
        expect(body['request_id']).to.match(/^[\w-]{36}$/);
        expect(headers['x-request-id']).to.equal(body['request_id']);

        expect(await counted(world)).to.deep.equal({ [`unknown/${status}/rejected`]: 1 });
        const [line, ...others] = logged(world);
        expect(others).to.deep.equal([]);
        const { time, error, ...fixed } = line!;
        expect(time).to.be.a('string');
        if (error !== null) expect(error).to.match(/^\w+\(HPE_\w+\)$/);
        expect(fixed).to.deep.equal({
          level: 'warn',
          msg: 'webhook',
          request_id: body['request_id'],
          tenant: 'unknown',
          action: 'unknown',
          webhook_secret: null,
          code: status,
          outcome: 'rejected',
          problem: code,
          claim: null,
          reward_id: null,
          matched_by: null,
          identity_conflict: null,
          duration_ms: null,
          caller_gone: null,
        });
      });
    }

    it('is no webhook whose time could be measured', async () => {
      const raw = await openSocket(gateway.url);
      raw.write('garbage\r\n\r\n');
      await raw.ended;
      const name = 'omneo_gateway_webhook_request_duration_seconds_count';
      expect(countsBy(await gateway.metrics(), name, 'code')).to.deep.equal({});
    });

    it('is cut in the end, even if the caller never hangs up', async () => {
      const raw = await openSocket(gateway.url, { allowHalfOpen: true });
      raw.write('garbage\r\n\r\n');
      await raw.ended;
      expect(await gateway.stop()).to.equal(true);
    });

    it('does not disturb the answer to the webhook before it', async () => {
      sandbox.setFaults([{ kind: 'delay', ms: 100, operation: 'rewards.create' }]);
      const raw = await openSocket(gateway.url);
      raw.write(`${requestOf('acme', webhook())}garbage\r\n\r\n`);
      const text = await raw.ended;
      expect(statuses(text)).to.deep.equal([200]);
      expect(readAnswer(text).headers).to.include({ connection: 'close' });
      await eventually(() => expect(logged(world)).to.have.length(1));
      expect(logged(world)[0]).to.include({ code: 200, outcome: 'granted', caller_gone: false });
    });

    it('is answered after the webhooks that came before it over the same connection', async () => {
      sandbox.setFaults([{ kind: 'delay', ms: 100, operation: 'rewards.create' }]);
      const raw = await openSocket(gateway.url);
      const noHost = requestOf('acme', webhook()).replace('Host: gateway\r\n', '');
      raw.write(requestOf('acme', webhook()) + requestOf('acme', webhook()) + noHost);
      const text = await raw.ended;
      expect(statuses(text)).to.deep.equal([200, 200, 400]);
      const { headers, body } = readAnswer(text.slice(text.lastIndexOf('HTTP/1.1')));
      expect(headers).to.include({ 'content-type': 'application/problem+json', connection: 'close' });
      expect(body).to.include({ code: 'invalid_payload', request_id: headers['x-request-id'] });
      expect(sandbox.rewards('acme')).to.have.length(2);
      expect(await counted(world)).to.deep.equal({ 'acme/200/granted': 2, 'unknown/400/rejected': 1 });
      expect(logged(world)).to.have.length(3);
    });
  });

  it('answers an absolute URL that cannot be parsed as any other unknown path', async () => {
    for (const target of ['http://a:99999999/acme', 'http://[::/acme', 'http://%/', '//', '*']) {
      const raw = await openSocket(gateway.url);
      raw.write(`POST ${target} HTTP/1.1\r\nHost: gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      expect(readAnswer(await raw.ended).status, target).to.be.oneOf([400, 404]);
    }
  });

  it('takes the absolute URL that a proxy may send', async () => {
    const raw = await openSocket(gateway.url);
    const target = 'http://gateway.example:8080/acme/api/v1/webhooks/klaviyo/rewards?x=1';
    raw.write(requestOf('acme', webhook(), { Connection: 'close' }).replace(/(?<=^POST )\S+/, target));
    expect(readAnswer(await raw.ended)).to.deep.include({ status: 200 });
  });

  it('takes HTTP/1.0, which needs no Host', async () => {
    const raw = await openSocket(gateway.url);
    raw.write(requestOf('acme', webhook()).replace('HTTP/1.1', 'HTTP/1.0').replace('Host: gateway\r\n', ''));
    expect(readAnswer(await raw.ended)).to.deep.include({ status: 200 });
  });

  it('ignores an expectation that it does not know', async () => {
    const raw = await openSocket(gateway.url);
    raw.write(requestOf('acme', webhook(), { Expect: 'miracles', Connection: 'close' }));
    expect(readAnswer(await raw.ended)).to.deep.include({ status: 200 });
  });

  it('asks for the body of a caller that waits to be asked', async () => {
    const raw = await openSocket(gateway.url);
    const [head = '', body = ''] = requestOf('acme', webhook(), {
      Expect: '100-continue',
      Connection: 'close',
    }).split(/(?<=\r\n\r\n)/);
    raw.write(head);
    await eventually(() => expect(raw.received()).to.match(/^HTTP\/1.1 100 /));
    raw.write(body);
    expect(await raw.ended).to.contain('HTTP/1.1 200 OK');
  });

  it('counts and logs a body that never ends once, as 503', async () => {
    const raw = await openSocket(gateway.url);
    raw.write(`${headOf('acme', { 'Content-Length': 100 })}{"id":`);
    const { status, headers, body } = readAnswer(await raw.ended);
    expect(status).to.equal(503);
    expect(headers['connection']).to.equal('close');
    expect(headers['retry-after']).to.match(/^\d+$/);
    expect(body['detail']).to.match(/^Nothing to fix: the webhook did not arrive in time/);
    expect(await counted(world)).to.deep.equal({ 'acme/503/not_ready': 1 });
    expect(logged(world)).to.have.length(1);
  });

  for (const [what, start] of [
    ['a plain body', `${headOf('acme', { 'Content-Length': 100 })}{"id":`],
    ['a chunked body', `${headOf('acme', { 'Transfer-Encoding': 'chunked' })}6\r\n{"id":\r\n`],
    [
      'a compressed body',
      headOf('acme', { 'Content-Length': 1000, 'Content-Encoding': 'gzip' }) +
        gzipSync('{"id":').subarray(0, 12).toString('latin1'),
    ],
  ] as const) {
    it(`counts and logs a caller that hangs up in the middle of ${what} once`, async () => {
      const raw = await openSocket(gateway.url);
      raw.socket.write(start, 'latin1');
      await eventually(async () => {
        expect(
          countsBy(await gateway.metrics(), 'omneo_gateway_webhook_secret_used_total', 'tenant'),
        ).to.deep.equal({
          acme: 1,
        });
      });
      raw.socket.destroy();
      await eventually(() => expect(logged(world)).to.have.length(1));
      expect(logged(world)[0]).to.include({ code: 503, problem: 'not_ready', caller_gone: true });
      expect(await counted(world)).to.deep.equal({ 'acme/503/not_ready': 1 });
    });

    it(`answers 503 to a caller that sends no more in the middle of ${what}, and counts and logs it once`, async () => {
      const raw = await openSocket(gateway.url);
      raw.socket.end(start, 'latin1');
      const { status, headers, body } = readAnswer(await raw.ended);
      expect(status).to.equal(503);
      expect(headers).to.include({ connection: 'close', 'retry-after': '5' });
      expect(body['detail']).to.equal(
        'Nothing to fix: the webhook did not arrive whole; Klaviyo sends it again.',
      );
      expect(logged(world)).to.have.length(1);
      expect(logged(world)[0]).to.include({
        code: 503,
        problem: 'not_ready',
        request_id: body['request_id'],
        caller_gone: true,
      });
      expect(await counted(world)).to.deep.equal({ 'acme/503/not_ready': 1 });
    });
  }

  it('answers 503 to headers that end in the middle', async () => {
    const raw = await openSocket(gateway.url);
    raw.socket.end('POST /acme/api/v1/webhooks/klav');
    const { status, body } = readAnswer(await raw.ended);
    expect(status).to.equal(503);
    expect(body['detail']).to.match(/^Nothing to fix: the webhook did not arrive whole/);
    expect(await counted(world)).to.deep.equal({ 'unknown/503/not_ready': 1 });
  });

  it('counts and logs a broken chunk once, as the 400 that is answered', async () => {
    const raw = await openSocket(gateway.url);
    raw.write(headOf('acme', { 'Transfer-Encoding': 'chunked' }));
    raw.write('zz\r\n');
    const { status, headers, body } = readAnswer(await raw.ended);
    expect(status).to.equal(400);
    expect(headers).to.include({ connection: 'close' });
    await eventually(() => expect(logged(world)).to.have.length(1));
    expect(logged(world)[0]).to.include({ problem: 'invalid_payload', request_id: body['request_id'] });
    expect(await counted(world)).to.deep.equal({ 'acme/400/rejected': 1 });
  });

  for (const [what, id] of [
    ['with an id', 'hung-up'],
    ['without an id', ''],
  ] as const) {
    it(`counts and logs a caller that hangs up before the answer once, and creates one reward, ${what}`, async () => {
      sandbox.setFaults([{ kind: 'delay', ms: 500, operation: 'rewards.create' }]);
      const body = { id, ...ada, data: { reward_definition_id: 42, amount: 10 } };
      const raw = await openSocket(gateway.url);
      raw.write(requestOf('acme', body));
      await eventually(() => expect(sandbox.calls()).to.include({ 'acme search-id': 1 }));
      raw.socket.destroy();
      await eventually(() => expect(logged(world)).to.have.length(1));
      expect(logged(world)[0]).to.include({ code: 200, outcome: 'granted', caller_gone: true });
      expect(await counted(world)).to.deep.equal({ 'acme/200/granted': 1 });

      const retry = await gateway.post('acme', JSON.stringify(body));
      expect(retry.json).to.include({ status: 'duplicate' });
      expect(sandbox.rewards('acme')).to.have.length(1);
    });
  }

  it('gives back the place of a caller that hung up', async () => {
    sandbox.setFaults([{ kind: 'delay', ms: 50, operation: 'rewards.create' }]);
    const raw = await openSocket(gateway.url);
    raw.write(requestOf('acme', webhook({ id: '' })));
    await eventually(() => expect(sandbox.calls()).to.include({ 'acme search-id': 1 }));
    raw.socket.destroy();
    await eventually(() => expect(logged(world)).to.have.length(1));
    // afterEach: the gateway stops in time, which it does only when nothing is under way.
  });

  describe('a caller that closes its side of the connection after its request, and reads on,', () => {
    const ask = async (text: string): Promise<string> => {
      const raw = await openSocket(gateway.url);
      raw.socket.end(text);
      return await raw.ended;
    };

    it('is answered, and its connection is closed with that', async () => {
      const { status, body } = readAnswer(await ask(requestOf('acme', webhook())));
      expect(status).to.equal(200);
      expect(body).to.include({ status: 'created' });
      expect(sandbox.rewards('acme')).to.have.length(1);
      // It cannot be told from one that hung up.
      expect(logged(world)[0]).to.include({ code: 200, outcome: 'granted', caller_gone: true });
    });

    it('is answered while its reward is still being made', async () => {
      sandbox.setFaults([{ kind: 'delay', ms: 100, operation: 'rewards.create' }]);
      const raw = await openSocket(gateway.url);
      raw.write(requestOf('acme', webhook()));
      await eventually(() => expect(sandbox.calls()).to.include({ 'acme search-id': 1 }));
      raw.socket.end();
      expect(readAnswer(await raw.ended).body).to.include({ status: 'created' });
    });

    it('is told what is wrong with its webhook', async () => {
      const { status, body } = readAnswer(await ask(requestOf('acme', webhook({ email: '' }))));
      expect(status).to.equal(400);
      expect(body).to.include({ code: 'invalid_payload' });
      const stranger = requestOf('acme', webhook(), { 'x-omneo-secret': 'x' });
      expect(readAnswer(await ask(stranger)).status).to.equal(401);
    });

    it('is answered for each webhook that it sent before, in their order', async () => {
      const requests = [webhook(), webhook({ email: '' }), webhook()].map((body) => requestOf('acme', body));
      expect(statuses(await ask(requests.join('')))).to.deep.equal([200, 400, 200]);
    });

    it('is told to come back when its webhook has no id, and nothing is made', async () => {
      const body = webhook({ id: '' });
      const { status, headers, body: problem } = readAnswer(await ask(requestOf('acme', body)));
      expect(status).to.equal(503);
      expect(headers).to.include({ 'retry-after': '5' });
      expect(problem).to.include({ code: 'not_ready' });
      expect(sandbox.rewards('acme')).to.have.length(0);
      expect(logged(world)[0]).to.include({ code: 503, problem: 'not_ready', caller_gone: true });
      expect((await gateway.post('acme', JSON.stringify(body))).json).to.include({ status: 'created' });
    });

    it('has the reward of a webhook without an id kept for its retry when that was being made by then', async () => {
      const profile = { id: 'p-1', identities: [{ handle: 'klaviyo', identifier: ada.person_id }] };
      const creating = Promise.withResolvers<() => void>();
      const upstream = await startUpstream((response, { method, path }) => {
        if (path.includes('search-id')) answer(response, 200, { data: [profile] });
        else if (method === 'POST')
          creating.resolve(() => {
            answer(response, 201, { data: { id: 7 } });
          });
      });
      const secrets = { omneo: { token: 'token' } };
      gateway.tenant('held', { baseURL: upstream.url, secrets });
      const body = webhook({ id: '' });
      const raw = await openSocket(gateway.url);
      raw.write(requestOf('held', body));
      const create = await creating.promise;
      raw.socket.end();
      // By then the gateway has seen it.
      await gateway.get(`${gateway.adminURL}/livez`);
      create();
      await raw.ended;
      expect(logged(world)[0]).to.include({ outcome: 'granted', caller_gone: true });
      const retry = await gateway.post('held', JSON.stringify(body));
      expect(retry.json).to.include({ status: 'duplicate', reward_id: 7 });
      await upstream.close();
    });

    it('is not waited for once it has its answer, or when it asked for nothing', async () => {
      const idle = await openSocket(gateway.url);
      idle.write(requestOf('acme', webhook()));
      await eventually(() => expect(idle.received()).to.contain('HTTP/1.1 200'));
      idle.socket.end();
      await idle.ended;
      expect(await ask('')).to.equal('');
    });
  });

  it('serves many webhooks over one connection, also when they come all at once', async () => {
    const raw = await openSocket(gateway.url);
    const all = Array.from({ length: 20 }, () => requestOf('acme', webhook())).join('');
    raw.write(all + requestOf('acme', webhook(), { Connection: 'close' }));
    const answers = (await raw.ended).match(/HTTP\/1\.1 200 OK/g);
    expect(answers).to.have.length(21);
    expect(sandbox.rewards('acme')).to.have.length(21);
  });
});

describe('a connection that waits for its next webhook', () => {
  /** What came back on a connection by its end, if the gateway is to be the one to end it. */
  async function answerOf(env: Record<string, string>, isEnded = false): Promise<string> {
    const world = await startWorld({ env });
    try {
      const raw = await openSocket(world.gateway.url);
      raw.write(requestOf('acme', webhook()));
      await eventually(() => expect(statuses(raw.received())).to.deep.equal([200]));
      if (isEnded) await raw.ended;
      raw.socket.destroy();
      return raw.received();
    } finally {
      await world.stop();
    }
  }

  it('is kept for KEEP_ALIVE_MS, which may be longer than any balancer keeps its own', async () => {
    expect(await answerOf({})).to.match(/^Keep-Alive: timeout=75\r$/m);
    expect(await answerOf({ KEEP_ALIVE_MS: '4060000' })).to.match(/^Keep-Alive: timeout=4060\r$/m);
  });

  it('is closed after it', async () => {
    expect(statuses(await answerOf({ KEEP_ALIVE_MS: '1000' }, true))).to.deep.equal([200]);
  });
});

describe('more connections than MAX_CONNECTIONS', () => {
  let world: World;
  const clock = leapingClock();

  beforeEach(async () => {
    world = await startWorld({ env: { MAX_CONNECTIONS: '2' }, parts: { clock } });
  });

  afterEach(() => world.stop());

  const open = (): Promise<RawSocket> => openSocket(world.gateway.url);
  const said = (): Record<string, unknown>[] =>
    world.gateway.logs.filter(({ msg }) => msg === 'connections are closed as they come');

  /** Opens so many, of which each has to be closed unanswered. */
  async function expectClosed(count: number): Promise<void> {
    for (let one = 0; one < count; one += 1) {
      const raw = await open();
      raw.write(requestOf('acme', webhook()));
      expect(await raw.ended).to.equal('');
    }
  }

  it('are closed as they come, and those that are there are served', async () => {
    const [first, second] = [await open(), await open()];
    await expectClosed(3);
    for (const raw of [first, second]) {
      raw.write(requestOf('acme', webhook(), { Connection: 'close' }));
      expect(readAnswer(await raw.ended).status).to.equal(200);
    }
    await eventually(async () => {
      const next = await open();
      next.write(requestOf('acme', webhook(), { Connection: 'close' }));
      expect(readAnswer(await next.ended).status).to.equal(200);
    });
  });

  it('are said in the log once a minute', async () => {
    await Promise.all([open(), open()]);
    expect(said()).to.deep.equal([]);
    await expectClosed(3);
    clock.leap(30_000);
    await expectClosed(1);
    expect(said()).to.have.length(1);
    expect(said()[0]).to.include({ level: 'warn', max_connections: 2 });
    clock.leap(30_000);
    await expectClosed(2);
    expect(said()).to.have.length(2);
  });
});

describe('the webhook server', () => {
  const times = { headersTimeout: 100, requestTimeout: 200, connectionsCheckingInterval: 20 };
  let refused: [code: string, requestId: string][];

  async function withServer(listener: RequestListener, use: (url: string) => Promise<void>): Promise<void> {
    refused = [];
    const telemetry = {
      webhookRefused: ({ code }: Problem, requestId: string) => void refused.push([code, requestId]),
      connectionDropped: () => undefined,
    };
    const server = createWebhookServer({ listener, maxConnections: 10, telemetry }, times).listen(0);
    await once(server, 'listening');
    try {
      await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    } finally {
      server.close();
      server.closeAllConnections();
    }
  }

  it('answers 503 to headers that are never finished, since Klaviyo drops a 408 for good', async () => {
    await withServer(
      () => expect.fail('no request was finished'),
      async (url) => {
        const raw = await openSocket(url);
        raw.write('POST /acme HTTP/1.1\r\nHost: x\r\n');
        const { status, headers, body } = readAnswer(await raw.ended);
        expect(status).to.equal(503);
        expect(headers['retry-after']).to.equal('5');
        expect(body).to.include({ code: 'not_ready' });
        expect(refused).to.deep.equal([['not_ready', body['request_id']]]);
      },
    );
  });

  it('keeps nothing of a request that was answered while its connection waits for the next', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const requests: WeakRef<IncomingMessage>[] = [];
    await withServer(
      (request, response) => {
        requests.push(new WeakRef(request));
        request.resume().once('end', () => response.end('answered'));
      },
      async (url) => {
        const raw = await openSocket(url);
        raw.write(requestOf('acme', webhook()));
        await eventually(() => expect(raw.received()).to.include('answered'));
        await eventually(() => {
          collectGarbage();
          expect(requests.map((request) => request.deref())).to.deep.equal([undefined]);
        });
        expect(raw.socket.readableEnded, 'whether the connection ended').to.equal(false);
      },
    );
  });

  it('counts no connection on which nothing ever came', async () => {
    await withServer(
      () => expect.fail('no request was made'),
      async (url) => {
        const raw = await openSocket(url);
        await raw.ended;
        expect(refused).to.deep.equal([]);
      },
    );
  });

  it('cuts a connection whose request was answered before it was finished, without a second answer', async () => {
    await withServer(
      (_, response) => response.writeHead(401).end('once'),
      async (url) => {
        const raw = await openSocket(url);
        raw.write('POST /acme HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
        const text = await raw.ended;
        expect(text.match(/HTTP\/1\.1/g)).to.have.length(1);
        expect(readAnswer(text).status).to.equal(401);
        expect(refused).to.deep.equal([]);
      },
    );
  });

  it('answers 503 when the handler has not answered a request that is never finished', async () => {
    await withServer(
      () => undefined,
      async (url) => {
        const raw = await openSocket(url);
        raw.write('POST /acme HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{');
        expect(readAnswer(await raw.ended).status).to.equal(503);
        // It is the handler's to count.
        expect(refused).to.deep.equal([]);
      },
    );
  });
});
