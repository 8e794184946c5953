import { once } from 'node:events';
import dns from 'node:dns';
import net, { type AddressInfo, type Socket, createServer, connect } from 'node:net';
import { mock } from 'node:test';
import tls from 'node:tls';
import zlib from 'node:zlib';
import { expect } from 'chai';
import { Agent, type Dispatcher } from 'undici';
import { type Clock, systemClock } from '../../../src/lib/clock.ts';
import { type UpstreamCall, senderOf } from '../../../src/omneo/client/transport.ts';
import { dispatcher, failureOf } from '../parts.ts';
import { manualClock } from '../time.ts';
import { type Script, type Upstream, answer, startUpstream } from '../upstream.ts';

const call = (url: string, more: Partial<UpstreamCall> = {}): UpstreamCall => ({
  operation: 'rewards.create',
  method: 'POST',
  origin: url,
  path: '/rewards',
  headers: { 'content-type': 'application/json' },
  body: '{}',
  ...more,
});

const send = (over: Dispatcher, what: UpstreamCall, deadline: number, clock: Clock) =>
  senderOf(over, clock)(what, deadline);

const inMs = (ms: number) => systemClock.monotonic() + ms;

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Connections that are opened only when the test says so. */
function lateConnections() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const asked = Promise.withResolvers<undefined>();
  const agent = new Agent({
    allowH2: false,
    connect: ({ hostname, port }, callback) => {
      asked.resolve(undefined);
      void opened.then(() => {
        const socket: Socket = connect({ host: hostname, port: Number(port) }, () => {
          callback(null, socket);
        });
      });
    },
  });
  return { agent, open, asked: asked.promise };
}

describe('the transport to Omneo', () => {
  let upstream: Upstream | undefined;

  afterEach(async () => {
    mock.reset();
    await upstream?.close();
    upstream = undefined;
  });

  it('reads status, headers and text of the answer', async () => {
    upstream = await startUpstream((response) => {
      answer(response, 201, { data: 'é' }, { 'retry-after': '7', 'set-cookie': 'a=b' });
    });
    const { status, header, text } = await send(dispatcher(), call(upstream.url), inMs(1000), systemClock);
    expect([status, header('retry-after'), header('set-cookie'), header('x-none'), text]).to.deep.equal([
      201,
      '7',
      'a=b',
      undefined,
      '{"data":"é"}',
    ]);
  });

  it('joins a character that was cut between two chunks', async () => {
    upstream = await startUpstream((response) => {
      const [first, ...rest] = Buffer.from('é');
      response.write(Buffer.from([first!]), () => setImmediate(() => response.end(Buffer.from(rest))));
    });
    const { text } = await send(dispatcher(), call(upstream.url), inMs(1000), systemClock);
    expect(text).to.equal('é');
  });

  for (const [coding, pack] of [
    ['gzip', zlib.gzipSync],
    ['deflate', zlib.deflateSync],
    ['br', zlib.brotliCompressSync],
  ] as const) {
    const script =
      (body: Buffer): Script =>
      (response) =>
        response.writeHead(200, { 'content-encoding': coding }).end(body);

    it(`reads an answer in ${coding}, and with a byte order mark`, async () => {
      upstream = await startUpstream(script(pack('\uFEFF{"data":"é"}')));
      const { text } = await send(dispatcher(), call(upstream.url), inMs(1000), systemClock);
      expect(text).to.equal('{"data":"é"}');
    });

    it(`fails as for a broken connection when ${coding} is cut off in a whole answer`, async () => {
      upstream = await startUpstream(script(pack('{"data":"é"}').subarray(0, -3)));
      const error = await failureOf(send(dispatcher(), call(upstream.url), inMs(1000), systemClock));
      expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true });
      expect(error.cause).to.be.instanceOf(Error);
    });

    it(`refuses what ${coding} inflates to more than 1 MiB, and does not ask for it again`, async () => {
      upstream = await startUpstream(script(pack(Buffer.alloc(1_048_577))));
      const error = await failureOf(send(dispatcher(), call(upstream.url), inMs(1000), systemClock));
      expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true, cause: undefined });
    });
  }

  it('skips what comes before the answer proper, such as 103 Early Hints', async () => {
    upstream = await startUpstream((response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' }, () => {
        answer(response, 200, {});
      });
    });
    const { status, header } = await send(dispatcher(), call(upstream.url), inMs(1000), systemClock);
    expect([status, header('link')]).to.deep.equal([200, undefined]);
  });

  for (const status of [301, 302, 303, 307, 308]) {
    it(`does not follow a ${status}, nor calls its target`, async () => {
      const target = await startUpstream((response) => {
        answer(response, 200, {});
      });
      upstream = await startUpstream((response) => {
        response.writeHead(status, { location: target.url }).end();
      });
      const reply = await send(dispatcher(), call(upstream.url), inMs(1000), systemClock);
      await target.close();
      expect(reply.status).to.equal(status);
      expect(target.requests).to.be.empty;
      expect(target.connections()).to.equal(0);
    });
  }

  for (const chunked of [false, true]) {
    it(`reads an answer of 1 MiB, and refuses a byte more${chunked ? ' though no length was given' : ''}`, async () => {
      const mebibyte = 1_048_576;
      upstream = await startUpstream((response, { path }) => {
        const body = Buffer.alloc(path === '/much' ? mebibyte + 1 : mebibyte, 'x');
        if (!chunked) response.setHeader('content-length', body.length);
        response.write(body.subarray(0, 10));
        response.end(body.subarray(10));
      });
      const pool = dispatcher();
      const { text } = await send(pool, call(upstream.url), inMs(2000), systemClock);
      expect(text).to.have.length(mebibyte);
      const much = call(upstream.url, { path: '/much' });
      const error = await failureOf(send(pool, much, inMs(2000), systemClock));
      expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true });
    });
  }

  it('ends at the deadline when Omneo never answers, not knowing what happened', async () => {
    const clock = manualClock();
    const received = Promise.withResolvers<undefined>();
    upstream = await startUpstream(() => {
      received.resolve(undefined);
    });
    const sent = failureOf(send(dispatcher(), call(upstream.url), 10_000, clock));
    await received.promise;
    clock.advance(9_999);
    clock.advance(1);
    expect(await sent).to.include({ fault: 'unavailable', mayHaveHappened: true, cause: undefined });
  });

  it('ends at the deadline when the answer drips', async () => {
    const clock = manualClock();
    const begun = Promise.withResolvers<undefined>();
    upstream = await startUpstream((response) => {
      response.write('{', () => {
        begun.resolve(undefined);
      });
    });
    const sent = failureOf(send(dispatcher(), call(upstream.url), 10_000, clock));
    await begun.promise;
    clock.advance(10_000);
    expect(await sent).to.include({ fault: 'unavailable', mayHaveHappened: true });
  });

  it('knows that nothing happened when the connection is refused', async () => {
    const error = await failureOf(
      send(dispatcher(), call(`http://127.0.0.1:${await freePort()}`), inMs(1000), systemClock),
    );
    expect(error).to.include({ fault: 'unavailable', mayHaveHappened: false });
    expect(error.cause).to.be.instanceOf(Error);
  });

  it('knows that nothing happened when the request cannot be written', async () => {
    upstream = await startUpstream((response) => response.end());
    const broken = call(upstream.url, { headers: { authorization: 'Bearer two\nlines' } });
    const error = await failureOf(send(dispatcher(), broken, inMs(1000), systemClock));
    expect(error).to.include({ fault: 'unavailable', mayHaveHappened: false });
    expect(upstream.requests).to.be.empty;
  });

  it('does not know what happened when the connection breaks', async () => {
    upstream = await startUpstream((response) => response.socket?.resetAndDestroy());
    const error = await failureOf(send(dispatcher(), call(upstream.url), inMs(1000), systemClock));
    expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true });
  });

  it('does not know what happened when the answer breaks off', async () => {
    upstream = await startUpstream((response) => {
      response.writeHead(201, { 'content-length': '100' });
      response.write('{"data":', () => response.socket?.destroy());
    });
    const error = await failureOf(send(dispatcher(), call(upstream.url), inMs(1000), systemClock));
    expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true });
  });

  it('never sends a request whose connection comes after the deadline', async () => {
    const clock = manualClock();
    upstream = await startUpstream((response) => {
      answer(response, 201, {});
    });
    const { agent, open, asked } = lateConnections();
    const sent = failureOf(send(agent, call(upstream.url), 10_000, clock));
    await asked;
    clock.advance(10_000);
    expect(await sent).to.include({ mayHaveHappened: false, message: 'Omneo did not answer in time' });
    open();
    // What is sent later on the same pool arrives, and it alone.
    await send(agent, call(upstream.url, { body: '{"later":true}' }), 20_000, clock);
    await agent.destroy();
    expect(upstream.requests.map(({ body }) => body)).to.deep.equal(['{"later":true}']);
  });

  it('never sends a request when the process was paused past the deadline before it was written', async () => {
    const clock = manualClock();
    upstream = await startUpstream((response) => {
      answer(response, 201, {});
    });
    const { agent, open, asked } = lateConnections();
    const sent = failureOf(send(agent, call(upstream.url), 10_000, clock));
    await asked;
    clock.skip(10_000);
    open();
    expect(await sent).to.include({ mayHaveHappened: false, message: 'Omneo could not be reached in time' });
    await send(agent, call(upstream.url, { body: '{"later":true}' }), 20_000, clock);
    await agent.destroy();
    expect(upstream.requests.map(({ body }) => body)).to.deep.equal(['{"later":true}']);
  });

  describe('to a host of several addresses', () => {
    const resolvesTo = (...addresses: string[]) => {
      const all = addresses.map((address) => ({ address, family: net.isIP(address) }));
      mock.method(dns, 'lookup', (_host: string, _options: object, found: (...result: unknown[]) => void) => {
        found(null, all);
      });
    };

    it('connects to the next one when one cannot be reached', async () => {
      upstream = await startUpstream((response) => {
        answer(response, 200, {});
      });
      resolvesTo('100::1', '127.0.0.2', '127.0.0.1');
      const { port } = new URL(upstream.url);
      const { status } = await send(
        dispatcher(),
        call(`http://omneo.example:${port}`),
        inMs(5000),
        systemClock,
      );
      expect(status).to.equal(200);
    });

    for (const [protocol, timeoutMs, attemptMs] of [
      ['http', 10_000, 2000],
      ['https', 10_000, 2000],
      // The next one must have its turn before all are given up.
      ['http', 1001, 501],
      ['https', 10, 5],
    ] as const) {
      it(`gives each ${attemptMs} ms over ${protocol} when calls take ${timeoutMs} ms at most`, async () => {
        const connects = mock.method(protocol === 'http' ? net : tls, 'connect');
        const origin = `${protocol}://127.0.0.1:${await freePort()}`;
        await failureOf(send(dispatcher(timeoutMs), call(origin), inMs(5000), systemClock));
        const [options] = connects.mock.calls[0]?.arguments ?? [];
        expect(options).to.include({ autoSelectFamily: true, autoSelectFamilyAttemptTimeout: attemptMs });
      });
    }
  });

  it('sends nothing when the deadline is over at the start', async () => {
    const clock = manualClock();
    upstream = await startUpstream((response) => response.end());
    const error = await failureOf(send(dispatcher(), call(upstream.url), -1, clock));
    expect(error).to.include({ fault: 'unavailable', mayHaveHappened: false });
    expect(upstream.requests).to.be.empty;
  });

  // A connection is free again one turn of the event loop after its answer, and what follows at once takes another.
  it('goes on over the same connections for what comes one after the other', async () => {
    upstream = await startUpstream((response) => {
      answer(response, 200, {});
    });
    const pool = dispatcher();
    for (let sent = 0; sent < 20; sent += 1) await send(pool, call(upstream.url), inMs(1000), systemClock);
    expect(upstream.connections()).to.be.at.most(2);
  });

  it('keeps an idle connection for ten seconds at most, whatever the server says', async () => {
    upstream = await startUpstream((response) => {
      answer(response, 200, {}, { 'keep-alive': 'timeout=600' });
    });
    mock.timers.enable({ apis: ['setTimeout'] });
    await send(dispatcher(), call(upstream.url), inMs(1000), systemClock);
    expect(upstream.open()).to.equal(1);
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(10_000);
    mock.timers.reset();
    await upstream.closed();
    expect(upstream.open()).to.equal(0);
  });

  it('distinguishes an answer that takes too long from a broken connection by having no cause', async () => {
    upstream = await startUpstream(() => undefined);
    const error = await failureOf(send(dispatcher(20), call(upstream.url), inMs(60_000), systemClock));
    expect(error).to.include({ fault: 'unavailable', mayHaveHappened: true, cause: undefined });
  });

  it('goes over a connection of its own, which it does not leave behind, when that is asked for', async () => {
    upstream = await startUpstream((response) => {
      answer(response, 200, {});
    });
    const pool = dispatcher();
    for (let sent = 1; sent <= 3; sent += 1) {
      await send(pool, call(upstream.url), inMs(1000), systemClock);
      await send(pool, call(upstream.url, { isFresh: true }), inMs(1000), systemClock);
    }
    expect(upstream.requests.map(({ headers }) => headers.connection)).to.deep.equal(
      [1, 2, 3].flatMap(() => ['keep-alive', 'close']),
    );
    expect(upstream.connections()).to.be.within(4, 5);
    await pool.destroy();
    await upstream.closed();
    expect(upstream.open()).to.equal(0);
  });

  it('opens no more connections than calls at once need, and keeps them', async () => {
    const waiting: (() => void)[] = [];
    upstream = await startUpstream((response) => {
      waiting.push(() => {
        answer(response, 200, {});
      });
      if (waiting.length === 8) for (const go of waiting.splice(0)) go();
    });
    const { url } = upstream;
    const pool = dispatcher();
    for (let round = 0; round < 5; round += 1) {
      await Promise.all(Array.from({ length: 8 }, () => send(pool, call(url), inMs(1000), systemClock)));
    }
    expect(upstream.requests).to.have.length(40);
    expect(upstream.connections()).to.be.within(8, 16);
  });

  it('lets a call that hangs in the way of no other', async () => {
    upstream = await startUpstream((response, { path }) => {
      if (path !== '/hang') answer(response, 200, {});
    });
    const pool = dispatcher();
    const clock = manualClock();
    const hang = failureOf(send(pool, call(upstream.url, { path: '/hang' }), 10, clock));
    const { status } = await send(pool, call(upstream.url), inMs(1000), systemClock);
    expect(status).to.equal(200);
    clock.advance(10);
    expect((await hang).fault).to.equal('unavailable');
  });
});
