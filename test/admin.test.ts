import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { createAdminServer } from '../src/admin.ts';
import { createMetrics } from '../src/metrics.ts';
import { Registry } from '../src/tenants/registry.ts';
import { openSocket, readAnswer } from './support/rawsocket.ts';

describe('the admin port', () => {
  let server: Server;
  let url: string;

  beforeEach(async () => {
    const metrics = createMetrics(new Registry(), '0');
    const parts = { metrics, log: { debug: () => undefined }, isReady: () => true };
    server = createAdminServer(parts, { headersTimeout: 50, requestTimeout: 50 });
    await once(server.listen(0), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  const asked = async (start: string): Promise<ReturnType<typeof readAnswer>> => {
    const raw = await openSocket(url);
    raw.write(`${start} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
    return readAnswer(await raw.ended);
  };

  for (const [what, text] of [
    ['says nothing', ''],
    ['never finishes its headers', 'GET /livez HTTP/1.1\r\nHost: x\r\n'],
    ['never finishes its body', 'GET /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n'],
  ] as const) {
    it(`cuts a connection that ${what}, soon after its time is over`, async () => {
      const raw = await openSocket(url);
      raw.write(text);
      await raw.ended;
    });
  }

  it('is read only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, headers } = await asked(`${method} /metrics`);
      expect({ status, allow: headers['allow'] }, method).to.deep.equal({ status: 405, allow: 'GET, HEAD' });
    }
    expect(await asked('HEAD /readyz')).to.include({ status: 200 });
    expect(await asked('GET /readyz?verbose')).to.include({ status: 200 });
    expect(await asked('GET /acme/api/v1/webhooks/klaviyo/rewards')).to.include({ status: 404 });
  });
});
