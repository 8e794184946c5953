import { type Server, type ServerResponse, createServer } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Log, errorNames } from '../lib/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { prefersOpenMetrics } from '../telemetry/openmetrics/accept.ts';

/** In milliseconds. */
const defaults = {
  headersTimeout: 5_000,
  requestTimeout: 10_000,
  // Of silence on a connection: a scraper that reads no further would else hold its answer for ever.
  timeout: 30_000,
  // Node checks every 30 s for what is over time, unless this says otherwise.
  connectionsCheckingInterval: 1_000,
};

/** Metrics in one format. */
type Exposed = Pick<Metrics, 'contentType' | 'slices'>;

type Parts = Readonly<{
  metrics: Exposed & Partial<Pick<Metrics, 'openMetrics'>>;
  log: Pick<Log, 'debug'>;
  /** Whether webhooks should be sent here. */
  isReady: () => boolean;
  /** Writes to the ledger; rejects if that cannot be done. */
  checkLedger: () => Promise<void>;
}>;

/**
 * The port for the cluster, never for the public: `/livez` while the event loop turns, `/readyz` while webhooks
 * should come, `/readyz/ledger` while the ledger takes writes, `/metrics` in Prometheus' text format, or as OpenMetrics.
 */
export function createAdminServer(
  { metrics, isReady, checkLedger, log }: Parts,
  times: Readonly<Partial<typeof defaults>> = {},
): Server {
  const { timeout, ...limits } = { ...defaults, ...times, maxHeaderSize: 16_384 };
  const server = createServer(limits, (request, response) => {
    const say = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      say(405, 'method not allowed\n');
      return;
    }
    switch (request.url?.split('?')[0]) {
      case '/livez':
      case '/healthz':
        say(200, 'ok\n');
        return;
      case '/readyz':
        if (isReady()) say(200, 'ok\n');
        else say(503, 'not ready\n');
        return;
      case '/readyz/ledger':
        void failureOf(checkLedger).then((failure) => {
          if (failure === undefined) say(200, 'ok\n');
          else say(503, `${failure}\n`);
        });
        return;
      case '/metrics':
        void sendMetrics(askedFor(metrics, request.headers.accept), response, log);
        return;
      default:
        say(404, 'not found: /livez, /readyz, /readyz/ledger and /metrics are here\n');
    }
  });
  server.timeout = timeout;
  return server;
}

/** As OpenMetrics, to who asks for it where there are exemplars; else as text. */
function askedFor(metrics: Parts['metrics'], accept: string | undefined): Exposed {
  return metrics.openMetrics !== undefined && prefersOpenMetrics(accept) ? metrics.openMetrics : metrics;
}

/** What an answer may say of why it fails. */
async function failureOf(check: () => Promise<void>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    return errorNames(error);
  }
}

async function sendMetrics(
  { contentType, slices }: Exposed,
  response: ServerResponse,
  log: Parts['log'],
): Promise<void> {
  response.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-store' });
  try {
    await pipeline(Readable.from(slices()), response);
  } catch (error) {
    // The answer is cut off, by which Prometheus knows that it is not whole; or Prometheus was the one to go.
    log.debug({ error: errorNames(error) }, 'metrics were not sent');
  }
}
