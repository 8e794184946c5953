/** The traces of webhooks, from their callers to Omneo, as a collector receives them. */
import { join } from 'node:path';
import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../../sandbox/omneo.ts';
import { sample } from '../../../sandbox/sample.ts';
import { openKeyring } from '../../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../../src/ledger/sqlite/address.ts';
import { openSqliteLedger } from '../../../src/ledger/sqlite/opensqlite.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { newFolder, silent } from '../../ledger/sqlite/bench.ts';
import { eventually } from '../../support/eventually.ts';
import { type Gateway, startGateway } from '../../support/gateway.ts';
import { type Collector, startCollector } from '../../support/otlp/collector.ts';
import type { ReceivedSpan } from '../../support/otlp/spans.ts';
import { treeOf } from '../../support/otlp/tree.ts';
import { webhook } from '../../support/webhooks.ts';

const times = { leaseMs: 35_000, settleWindowMs: 300, retentionMs: 72 * 3_600_000 };
const route = 'POST /:slug/api/v1/webhooks/klaviyo/rewards';

describe('A gateway that sends traces to a collector', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let sandbox: Sandbox;
  let collector: Collector;
  let gateway: Gateway;
  let isStopped: boolean;

  beforeEach(async () => {
    folder = await newFolder();
    sandbox = await startSandbox({ tenants: sample });
    collector = await startCollector();
    const address = SqliteAddress.parse(`sqlite:${join(folder.path, 'ledger.db')}`);
    const ledger = await openSqliteLedger({ address, times, clock: systemClock, log: silent });
    const keyring = await openKeyring({ address, keyFile: undefined, clock: systemClock, log: silent });
    const env = {
      LEDGER_URL: 'sqlite:ledger.db',
      SETTLE_WINDOW_MS: '300',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    };
    // With so little jitter a pause of seconds is one of milliseconds.
    const random = (): number => 0.01;
    gateway = await startGateway(env, { ledger, random, ...(keyring && { keyring }) });
    isStopped = false;
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
  });
  afterEach(async () => {
    await sandbox.close();
    await stop();
    await collector.close();
    await folder.remove();
  });

  const stop = async (): Promise<void> => {
    if (!isStopped) await gateway.stop();
    isStopped = true;
  };
  /** All that the gateway sent, by trace, once it has ended. */
  const traces = async (): Promise<readonly (readonly ReceivedSpan[])[]> => {
    await stop();
    return [...Map.groupBy(collector.spans(), ({ traceId }) => traceId).values()];
  };

  it('shows what a created webhook asked of the ledger and of Omneo', async () => {
    await gateway.post('acme', webhook());
    const [trace = [], ...others] = await traces();
    expect(treeOf(trace)).to.deep.equal([
      route,
      '  ledger claim',
      '  omneo rewards.list',
      '  omneo profiles.search-id',
      '  omneo rewards.create',
      '  omneo rewards.list',
      '  ledger settle',
      '  omneo rewards.list',
      '  ledger record_max',
    ]);
    expect(others).to.deep.equal([]);
  });

  it('links the attempt that issued a webhook to the trace in which it was accepted', async () => {
    sandbox.setFaults([{ kind: 'error', status: 503, times: 1 }]);
    expect((await gateway.post('acme', webhook())).status).to.equal(202);
    await eventually(() => {
      expect(sandbox.rewards('acme')).to.have.length(1);
    });
    const [accepted = [], attempt = []] = await traces();
    expect(treeOf(accepted)[0]).to.equal(route);
    expect(treeOf(attempt)[0]).to.equal('deliver rewards');
    const [{ traceId = '', spanId = '' } = {}] = accepted;
    expect(attempt[0]?.links).to.deep.equal([{ traceId, spanId }]);
  });
});
