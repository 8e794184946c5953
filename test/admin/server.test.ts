import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect } from 'chai';
import { createAdminServer } from '../../src/admin/server.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { Registry } from '../../src/tenants/registry.ts';
import { eventually } from '../support/eventually.ts';
import { openSocket, readAnswer } from '../support/rawsocket.ts';

describe('the admin port', () => {
  let server: Server;
  let url: string;

  beforeEach(async () => {
    const metrics = createMetrics(new Registry(), '0');
    const parts = {
      metrics,
      log: { debug: () => undefined },
      isReady: () => true,
      checkLedger: () => Promise.resolve(),
    };
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

  it('cuts a scraper that reads no further', async () => {
    let ended = false;
    const endless = {
      contentType: 'text/plain',
      async *slices(): AsyncGenerator<string> {
        try {
          for (;;) yield await Promise.resolve('x'.repeat(65_536));
        } finally {
          ended = true;
        }
      },
    };
    const parts = {
      metrics: endless,
      log: { debug: () => undefined },
      isReady: () => true,
      checkLedger: () => Promise.resolve(),
    };
    const admin = createAdminServer(parts, { timeout: 50 });
    await once(admin.listen(0), 'listening');
    const socket = connect((admin.address() as AddressInfo).port, '127.0.0.1').pause();
    socket.on('error', () => undefined);
    socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await eventually(() => expect(ended).to.equal(true));
    socket.destroy();
    admin.close();
  });

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
