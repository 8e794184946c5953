/** A gateway on a real SQLite file that sends traces, between the sandbox and a collector. */
import { once } from 'node:events';
import { createServer, request as forward } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../../sandbox/omneo.ts';
import { sample } from '../../../sandbox/sample.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { openKeyring } from '../../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../../src/ledger/sqlite/address.ts';
import { openSqliteLedger } from '../../../src/ledger/sqlite/opensqlite.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { actionNames } from '../../../src/tenants/actionnames.ts';
import { newFolder, silent } from '../../ledger/sqlite/bench.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { type Collector, startCollector } from '../../support/otlp/collector.ts';
import type { ReceivedSpan } from '../../support/otlp/spans.ts';

const times = { leaseMs: 35_000, settleWindowMs: 300, retentionMs: 72 * 3_600_000 };

/** What came by on its way to Omneo. */
type Passed = Readonly<{ method: string; traceparent: string | undefined }>;

export type TracedWorld = Readonly<{
  sandbox: Sandbox;
  gateway: Gateway;
  collector: Collector;
  /** Where the gateway finds Omneo. */
  omneoPort: number;
  /** Each request to Omneo, in this order. */
  passed: readonly Passed[];
  /** Stops the gateway, and gives all that it has sent, by trace. */
  traces: () => Promise<readonly (readonly ReceivedSpan[])[]>;
  close: () => Promise<void>;
}>;

type Options = Readonly<{ env?: Record<string, string>; wrap?: (ledger: Ledger) => Ledger }>;

/** Serves the tenants acme, whose delivery is durable and who serves every action, and bloom, whose is synchronous. */
export async function startTracedWorld({
  env = {},
  wrap = (ledger) => ledger,
}: Options = {}): Promise<TracedWorld> {
  const folder = await newFolder();
  const [sandbox, collector] = [await startSandbox({ tenants: sample }), await startCollector()];
  const address = SqliteAddress.parse(`sqlite:${join(folder.path, 'ledger.db')}`);
  const ledger = wrap(await openSqliteLedger({ address, times, clock: systemClock, log: silent }));
  const keyring = await openKeyring({ address, keyFile: undefined, clock: systemClock, log: silent });
  if (keyring === undefined) throw new Error('SQLite makes its key');
  const variables = {
    ...{ LEDGER_URL: 'sqlite:ledger.db', SETTLE_WINDOW_MS: String(times.settleWindowMs) },
    ...{ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env },
  };
  // With so little jitter a pause of seconds is one of milliseconds.
  const gateway = await startGateway(variables, { ledger, keyring, random: () => 0.01 });
  const way = await startPassage();
  const klaviyo = { secretRefs: [{ name: 'klaviyo', key: 'webhook-secret' }], actions: actionNames };
  gateway.tenant('acme', { baseURL: way.through(sandbox.baseURL('acme')), spec: { klaviyo } });
  const spec = { delivery: { mode: 'Synchronous' } };
  gateway.tenant('bloom', { baseURL: way.through(sandbox.baseURL('bloom')), spec });
  let stopped: Promise<boolean> | undefined;
  const stop = (): Promise<boolean> => (stopped ??= gateway.stop());
  return {
    ...{ sandbox, gateway, collector, omneoPort: way.port, passed: way.passed },
    traces: async () => {
      await stop();
      return [...Map.groupBy(collector.spans(), ({ traceId }) => traceId).values()];
    },
    close: async () => {
      await sandbox.close();
      await stop();
      await Promise.all([collector.close(), way.close(), folder.remove()]);
    },
  };
}

/** Hands requests on as they are, and remembers what is looked for in them. */
async function startPassage() {
  const passed: Passed[] = [];
  let target = '';
  const server = createServer((request, response) => {
    const { method = '', url: path = '', headers } = request;
    passed.push({ method, traceparent: headers['traceparent'] as string | undefined });
    const onward = forward(new URL(path, target), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    passed,
    port,
    through: (baseURL: string): string => {
      const { origin, pathname } = new URL(baseURL);
      target = origin;
      return `http://127.0.0.1:${port}${pathname}`;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The trace of the webhook with this request id. */
export function traceOf(
  traces: readonly (readonly ReceivedSpan[])[],
  requestId: string,
): readonly ReceivedSpan[] {
  const found = traces.filter((spans) =>
    spans.some(({ attributes }) => attributes['omneo_gateway.request_id'] === requestId),
  );
  if (found.length !== 1) throw new Error(`${found.length} traces have the request ${requestId}`);
  return found[0] ?? [];
}
