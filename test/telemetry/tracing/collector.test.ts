import { once } from 'node:events';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { openTelemetryTraces } from '../../../src/telemetry/tracing/opentelemetry.ts';
import { newWebhookContext } from '../../../src/telemetry/webhookcontext.ts';
import { manualClock } from '../../omneo/time.ts';
import { type Lines, logInto } from '../../support/loglines.ts';
import { webhook } from '../../support/webhooks.ts';
import { startTracedWorld } from './tracedworld.ts';

describe('A collector that takes no traces', () => {
  it('keeps no webhook from its reward, and the log says what is lost', async () => {
    const world = await startTracedWorld();
    try {
      world.collector.answerWith(400);
      expect((await world.gateway.post('acme', webhook())).status).to.equal(200);
      await world.traces();
      const lines = world.gateway.logs.filter(({ msg }) => msg === 'traces could not be exported');
      expect(lines).to.have.length(1);
      expect(lines[0]).to.include({ level: 'warn', error: 'OTLPExporterError' });
      expect(lines[0]?.['spans']).to.be.above(5);
    } finally {
      await world.close();
    }
  });

  describe('and says nothing', () => {
    let server: Server;

    beforeEach(async () => {
      server = createServer(() => undefined).listen(0, '127.0.0.1');
      await once(server, 'listening');
    });
    afterEach(() => {
      server.close();
      server.closeAllConnections();
    });

    it('keeps the process from its end for three seconds at most', async () => {
      const { port } = server.address() as AddressInfo;
      const config = {
        url: `http://127.0.0.1:${port}`,
        sampler: 'always_on',
        share: 1,
        resource: {},
      } as const;
      const [clock, lines]: [ReturnType<typeof manualClock>, Lines] = [manualClock(), []];
      const about = { version: '0', random: Math.random, log: logInto(lines) };
      const traces = openTelemetryTraces({ config, clock, ...about });
      const arrival = { method: 'POST', route: '/', traceparent: '', requestId: 'a' };
      const context = newWebhookContext();
      await traces.webhook(
        arrival,
        () => Promise.resolve(),
        () => ({ context, status: 200 }),
      );
      const asked = once(server, 'request');
      const stopped = traces.stop();
      await asked;
      clock.advance(2_999);
      expect(lines).to.deep.equal([]);
      clock.advance(1);
      await stopped;
      expect(lines).to.deep.equal([['warn', 'the last traces were not sent in time', {}]]);
    });
  });
});
