import { type Server, createServer } from 'node:http';
import type { Metrics } from './metrics.ts';

type Parts = Readonly<{
  metrics: Metrics;
  /** Whether webhooks should be sent here. */
  isReady: () => boolean;
}>;

/**
 * The port for the cluster, never for the public: `/livez` while the event loop turns, `/readyz` while webhooks
 * should come, `/metrics` in Prometheus' text format.
 */
export function createAdminServer({ metrics, isReady }: Parts): Server {
  const limits = { requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 16_384 };
  return createServer(limits, (request, response) => {
    const say = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
    };
    switch (request.url?.split('?')[0]) {
      case '/livez':
      case '/healthz':
        say(200, 'ok\n');
        return;
      case '/readyz':
        if (isReady()) say(200, 'ok\n');
        else say(503, 'not ready\n');
        return;
      case '/metrics':
        metrics.render().then(
          ({ type, text }) => {
            say(200, text, type);
          },
          () => {
            say(500, 'the metrics could not be rendered\n');
          },
        );
        return;
      default:
        say(404, 'not found: /livez, /readyz and /metrics are here\n');
    }
  });
}
