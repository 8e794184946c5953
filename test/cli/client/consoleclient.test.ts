import { once } from 'node:events';
import { type RequestListener, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { ConsoleClient } from '../../../src/cli/client/consoleclient.ts';
import { type CommandFailure, exitCodes } from '../../../src/cli/exit.ts';

describe("the client of the console's API", () => {
  const servers: Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function serve(listener: RequestListener): Promise<URL> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return new URL(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
  }

  const ask = (server: URL, deadlineMs = 10_000): Promise<unknown> => {
    const client = new ConsoleClient({ server, token: () => Promise.resolve('secret-token'), deadlineMs });
    return client.get<{ tenants: unknown }>('tenants', 'tenants');
  };

  const failureOf = (promise: Promise<unknown>): Promise<CommandFailure> =>
    promise.then(
      () => expect.fail('it did not fail'),
      (error: unknown) => error as CommandFailure,
    );

  it('says that nobody listens there', async () => {
    const server = await serve(() => undefined);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const { message, exitCode } = await failureOf(ask(server));
    expect(message).to.equal(`${server.origin} cannot be reached (ECONNREFUSED).`);
    expect(exitCode).to.equal(exitCodes.unreachable);
  });

  it('says that the connection broke', async () => {
    const { message, exitCode } = await failureOf(ask(await serve((request) => request.socket.destroy())));
    expect(message).to.match(/cannot be reached \(\w+\)\.$/);
    expect(exitCode).to.equal(exitCodes.unreachable);
  });

  it('takes the time from the header of an answer, and fails where there is none', async () => {
    const user = (date: object): Promise<URL> =>
      serve((_, response) => {
        response.sendDate = false;
        response.writeHead(200, { ...date }).end('{ "user": "grace", "signed_in_by": "token" }');
      });
    const timeAt = async (date: object): Promise<number> =>
      new ConsoleClient({ server: await user(date), token: () => Promise.resolve('secret-token') }).time();
    expect(await timeAt({ date: 'Fri, 27 Nov 2026 12:00:00 GMT' })).to.equal(Date.UTC(2026, 10, 27, 12));
    for (const date of [{}, { date: 'noon' }]) {
      const { message, exitCode } = await failureOf(timeAt(date));
      expect(message).to.equal('The server did not say what time it is, by a header Date.');
      expect(exitCode).to.equal(exitCodes.failed);
    }
  });

  it('waits no longer than its deadline for an answer that does not begin, or does not end', async () => {
    const listeners: RequestListener[] = [
      () => undefined,
      (_, response) => response.writeHead(200).write('{'),
    ];
    for (const listener of listeners) {
      const { message, exitCode } = await failureOf(ask(await serve(listener), 50));
      expect(message).to.match(/ did not answer within 0\.05 s\.$/);
      expect(exitCode).to.equal(exitCodes.unreachable);
    }
  });

  it('follows no redirect: its token is for one server', async () => {
    let asked = 0;
    const other = await serve((_, response) => {
      asked += 1;
      response.end('{"tenants":[]}');
    });
    const server = await serve((_, response) => response.writeHead(302, { location: other.href }).end());
    const { message, exitCode } = await failureOf(ask(server));
    expect([message, exitCode, asked]).to.deep.equal([
      'The server answered 302 in a way that no console does: look at --server.',
      exitCodes.failed,
      0,
    ]);
  });

  for (const body of ['<html>', '', 'null', '[]', '"tenants"', '{"items":[]}'])
    it(`takes a success with ${JSON.stringify(body)} for no answer of a console`, async () => {
      const { message } = await failureOf(ask(await serve((_, response) => response.end(body))));
      expect(message).to.contain('in a way that no console does');
    });

  for (const status of [502, 503, 504])
    it(`takes ${status} without a problem for that of a proxy, behind which there is no console`, async () => {
      const { message, exitCode } = await failureOf(
        ask(await serve((_, response) => response.writeHead(status).end('<html>'))),
      );
      expect(message).to.equal(`Something before the console answered ${status}.`);
      expect(exitCode).to.equal(exitCodes.unreachable);
    });

  it('shows nothing that a terminal would obey in the sentence of a problem', async () => {
    const body = JSON.stringify({ detail: 'a\u001b[2Jb', request_id: 'r\u0007' });
    const { message } = await failureOf(ask(await serve((_, response) => response.writeHead(500).end(body))));
    expect(message).to.equal('a\ufffd[2Jb (request_id r\ufffd)');
  });

  it('asks below the path of its server', async () => {
    const paths: (string | undefined)[] = [];
    const server = await serve((request, response) => {
      paths.push(request.url);
      response.end('{"tenants":[]}');
    });
    await ask(new URL('console/', server));
    expect(paths).to.deep.equal(['/console/api/v1/tenants']);
  });
});
