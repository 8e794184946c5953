import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createConsoleServer } from '../../src/console/server.ts';
import { eventually } from '../support/eventually.ts';
import { openSocket, readAnswer } from '../support/rawsocket.ts';

describe('the server of the console', () => {
  let server: Server;
  let url: string;

  beforeEach(async () => {
    const times = { headersTimeout: 50, requestTimeout: 50, connectionsCheckingInterval: 10 };
    server = createConsoleServer((request, response) => {
      if (request.url === '/begun') response.write('begun');
      request.resume().once('end', () => response.end('read'));
    }, times);
    await once(server.listen(0), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  for (const [what, text] of [
    ['says nothing', ''],
    ['never finishes its headers', 'GET / HTTP/1.1\r\nHost: x\r\n'],
    ['never finishes its body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n'],
    ['sends more headers than there is room for', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}`],
    ['sends what is no request', 'EHLO console\r\n\r\n'],
    ['has two opinions of its length', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1, 2\r\n\r\n'],
  ] as const)
    it(`answers a client that ${what} with a problem, and ends the connection`, async () => {
      const raw = await openSocket(url);
      raw.write(text);
      const { status, headers, body } = readAnswer(await raw.ended);
      expect(status).to.equal(400);
      expect(headers['content-type']).to.equal('application/problem+json');
      expect(body).to.include({ code: 'invalid_request', status: 400 });
    });

  it('writes nothing into an answer that has begun', async () => {
    const raw = await openSocket(url);
    raw.write('POST /begun HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    await eventually(() => {
      expect(raw.received()).to.contain('begun');
    });
    raw.write('no length of a chunk\r\n');
    expect(await raw.ended).not.to.contain('400');
  });

  it('serves what is a request', async () => {
    expect(await (await fetch(url, { method: 'POST', body: 'x' })).text()).to.equal('read');
  });
});
