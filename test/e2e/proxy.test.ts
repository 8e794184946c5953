import { expect } from 'chai';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { onFreePort } from './ports.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { eventually } from './time.ts';

describe('the TCP proxy', () => {
  let echo: Server;
  let proxy: Proxy;
  const clients = new Set<Socket>();

  beforeEach(async () => {
    const port = await onFreePort(async (port) => {
      echo = createServer({ allowHalfOpen: true }, (socket) => {
        socket.on('error', () => undefined);
        socket.pipe(socket);
      });
      await once(echo.listen(port, '127.0.0.1'), 'listening');
      return port;
    });
    proxy = await startProxy({ target: { host: '127.0.0.1', port } });
  });

  afterEach(async () => {
    for (const client of clients) client.destroy();
    clients.clear();
    await proxy.close();
    echo.close();
  });

  async function open(): Promise<{
    socket: Socket;
    received: () => string;
    failure: () => string | undefined;
  }> {
    const socket = connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
    clients.add(socket);
    let received = '';
    let failure: string | undefined;
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (received += chunk));
    await once(socket, 'connect');
    socket.on('error', (error: NodeJS.ErrnoException) => (failure = error.code));
    return { socket, received: () => received, failure: () => failure };
  }

  it('passes bytes both ways and counts connections', async () => {
    const first = await open();
    first.socket.write('hello');
    await eventually('echo', () => first.received() === 'hello');
    expect(proxy.connections).to.deep.equal({ open: 1, total: 1 });
    await open();
    await eventually('second connection', () => proxy.connections.open === 2);
    expect(proxy.connections.total).to.equal(2);
  });

  it('passes a half-closed connection on, and forgets it at its end', async () => {
    const { socket, received } = await open();
    socket.end('last words');
    await once(socket, 'end');
    expect(received()).to.equal('last words');
    await eventually('no connection open', () => proxy.connections.open === 0);
  });

  it('passes megabytes unchanged', async () => {
    const { socket, received } = await open();
    const text = 'abcdefghij'.repeat(300_000);
    socket.end(text);
    await once(socket, 'end');
    expect(received() === text).to.equal(true);
  });

  it('cuts: connections end, new ones are refused, and pass() listens on the same port again', async () => {
    const before = proxy.port;
    const { socket } = await open();
    const closed = once(socket, 'close');
    socket.on('end', () => socket.destroy());
    await proxy.cut();
    await closed;
    const refused = await open().then(
      () => 'connected',
      (error: unknown) => (error as NodeJS.ErrnoException).code,
    );
    expect(refused).to.equal('ECONNREFUSED');
    await proxy.pass();
    expect(proxy.port).to.equal(before);
    const again = await open();
    again.socket.write('back');
    await eventually('echo', () => again.received() === 'back');
  });

  it('resets: connections get RST, new ones are served', async () => {
    const { failure } = await open();
    await eventually('connection reaches the proxy', () => proxy.connections.open === 1);
    proxy.reset();
    await eventually('reset', () => failure() === 'ECONNRESET');
    const next = await open();
    next.socket.write('served');
    await eventually('echo', () => next.received() === 'served');
  });

  it('stalls: accepts and forwards nothing until it passes again', async () => {
    await proxy.stall();
    const { socket, received } = await open();
    socket.write('held');
    await sleep(150);
    expect(received()).to.equal('');
    await proxy.pass();
    await eventually('echo', () => received() === 'held');
  });

  for (const direction of ['stallUp', 'stallDown'] as const) {
    it(`${direction}: stalls one direction`, async () => {
      let reached = '';
      echo.on('connection', (socket: Socket) => socket.on('data', (chunk) => (reached += chunk.toString())));
      await proxy[direction]();
      const { socket, received } = await open();
      socket.write('ping');
      await sleep(150);
      expect(received()).to.equal('');
      expect(reached).to.equal(direction === 'stallUp' ? '' : 'ping');
      await proxy.pass();
      await eventually('echo', () => received() === 'ping');
    });
  }

  it('slows down to so many bytes per second', async () => {
    await proxy.slow(1000);
    const { socket, received } = await open();
    socket.write('x'.repeat(300));
    await sleep(100);
    expect(received().length).to.be.within(1, 250);
    await eventually('everything', () => received().length === 300);
    await proxy.pass();
  });

  it('breaks the connection if the target is not there', async () => {
    echo.close();
    await once(echo, 'close');
    const { failure } = await open();
    await eventually('reset', () => failure() === 'ECONNRESET');
    expect(proxy.connections.open).to.equal(0);
  });
});
