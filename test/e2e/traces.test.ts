/** Traces out of the bundle, and the exemplars that lead to them in a real Prometheus. */
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import { type Collector, startCollector } from '../support/otlp/collector.ts';
import { treeOf } from '../support/otlp/tree.ts';
import { type TemporaryFolder, temporaryFolder } from './folder.ts';
import { type Calls, callsTo, secretOf, tenantWithSecrets } from './gateway.ts';
import { type Prometheus, startPrometheus } from './monitoringprometheus.ts';
import { needTools } from './needs.ts';
import { type RunningProcess, startProcess } from './process.ts';
import { eventually } from './time.ts';

const root = join(import.meta.dirname, '../..');

describe('the bundle, with a collector', () => {
  let folder: TemporaryFolder;
  let sandbox: Sandbox;
  let collector: Collector;
  let running: RunningProcess;
  let calls: Calls;
  let adminURL: string;
  let prometheus: Prometheus | undefined;

  before(async () => {
    folder = await temporaryFolder('traces');
    [sandbox, collector] = [await startSandbox({ tenants: sample }), await startCollector()];
    await build();
    const tenants = join(folder.path, 'tenants');
    await mkdir(tenants);
    const manifests = tenantWithSecrets('acme', { baseURL: sandbox.baseURL('acme') });
    await writeFile(
      join(tenants, 'acme.yaml'),
      manifests.map((each) => JSON.stringify(each)).join('\n---\n'),
    );
    running = await start(tenants);
    const { port, admin_port: adminPort } = await running.record(({ msg }) => msg === 'listening');
    adminURL = `http://127.0.0.1:${String(adminPort)}`;
    calls = callsTo(`http://127.0.0.1:${String(port)}`, adminURL);
    expect((await calls.post('acme', { secret: secretOf('acme') })).status).to.equal(200);
  });
  after(async () => {
    await prometheus?.stop();
    await (calls as Calls | undefined)?.forget();
    await (running as RunningProcess | undefined)?.stop();
    await Promise.all([sandbox.close(), collector.close()]);
    await folder.remove();
  });

  const build = async (): Promise<void> => {
    const script = ['scripts/build.ts', join(folder.path, 'dist')];
    await promisify(execFile)(process.execPath, script, { cwd: root });
    await copyFile(join(root, 'package.json'), join(folder.path, 'package.json'));
  };
  const start = (tenants: string): Promise<RunningProcess> =>
    startProcess({
      command: process.execPath,
      args: [join(folder.path, 'dist/main.js')],
      cwd: folder.path,
      env: {
        ...{ PORT: '0', ADMIN_PORT: '0', CONSOLE_PORT: 'off', ALLOW_INSECURE_UPSTREAM: 'true' },
        ...{ TENANTS_DIR: tenants, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url },
      },
      ready: /"msg":"listening"/,
      readyTimeoutMs: 60_000,
      log: join(folder.path, 'gateway.log'),
    });

  it('shows Prometheus in exemplars which traces there are', async function () {
    await needTools(this, 'prometheus');
    const scraping = await startPrometheus([{ url: adminURL, namespace: 'loyalty' }]);
    prometheus = scraping;
    const labels = await eventually('an exemplar is there', async () => {
      const [found] = await scraping.exemplars(
        'omneo_gateway_webhook_request_duration_seconds_bucket{code="200"}',
      );
      return found;
    });
    const [up] = await scraping.query('up{job="gateway"}');
    expect(up?.value[1]).to.equal('1');
    const [counted] = await scraping.query('omneo_gateway_webhook_requests_total{tenant="acme",code="200"}');
    expect(counted?.value[1]).to.equal('1');
    expect(await running.stop()).to.include({ code: 0 });
    const ids = collector.spans().map(({ traceId }) => traceId);
    expect(ids).to.include(labels['trace_id']);
  });

  it('sends the collector the trace of a webhook at its end, at the latest', async () => {
    await running.stop();
    const names = treeOf(collector.spans());
    expect(names[0]).to.equal('POST /:slug/api/v1/webhooks/klaviyo/rewards');
    expect(names).to.include.members(['  ledger claim', '  omneo rewards.create', '  ledger settle']);
  });
});
