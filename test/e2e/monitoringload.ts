/** Gateways with all that a dashboard can show: good webhooks and bad ones, and tenants and an Omneo with faults. */
import { randomUUID } from 'node:crypto';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startSandbox } from '../../sandbox/omneo.ts';
import { sample, sampleKlaviyoKey } from '../../sandbox/sample.ts';
import { withEvents } from '../../sandbox/withevents.ts';
import { webhook } from '../support/webhooks.ts';
import { startCluster } from './cluster.ts';
import { temporaryFolder } from './folder.ts';
import {
  apply,
  callsTo,
  type Calls,
  install,
  secretOf,
  startReadyGateway,
  tenantWithSecrets,
} from './gateway.ts';
import type { Target } from './monitoringprometheus.ts';
import { Postgres } from './postgres.ts';
import { startProcess } from './process.ts';

const root = join(import.meta.dirname, '../..');
const acmeSecret = 'acme-webhook-secret-change-me';

export type Load = {
  readonly targets: readonly Target[];
  /** One more round of webhooks to every gateway. */
  round(): Promise<void>;
  /** Lets the watches of the cluster's gateway end early. */
  interrupt(): Promise<void>;
  stop(): Promise<void>;
};

type Stop = () => Promise<unknown>;

/**
 * Two gateways with the same tenants in namespace `demo`, one with SQLite and one with Postgres, and one on a real
 * cluster in `cluster`.
 */
export async function startLoad(): Promise<Load> {
  const stops: Stop[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.toReversed()) await each();
  };
  try {
    // Ids in capitals come back altered.
    const sandbox = await startSandbox({
      tenants: sample,
      klaviyoKeys: [sampleKlaviyoKey],
      showExternalId: true,
      externalIdStored: 'lower',
    });
    stops.push(() => sandbox.close());
    // A create now and then of which nobody knows the outcome leaves a claim unconfirmed; other calls are slow, or fail.
    sandbox.setFaults([
      { kind: 'delay', ms: 20 },
      { kind: 'error', status: 503, operation: 'rewards.create', probability: 0.5 },
      { kind: 'error', status: 500, operation: 'search-id', probability: 0.2 },
    ]);
    // Klaviyo is told of what is durable alone, and that with Postgres needs a key that is not there.
    const told = await folderOfTenants(sandbox.url, stops, withEvents);
    const folder = await folderOfTenants(sandbox.url, stops);
    const server = await Postgres.start();
    stops.push(() => server.remove());
    const demoParts = { klaviyoURL: sandbox.url, stops };
    const demo = [
      await startFolderGateway({ ...demoParts, folder: told, name: 'a' }),
      await startFolderGateway({ ...demoParts, folder, name: 'b', ledgerURL: server.url() }),
    ];
    const { calls, adminURL, interrupt } = await startOnCluster(sandbox.baseURL('acme'), stops);
    return {
      targets: [
        ...demo.map((each) => ({ url: each.adminURL, namespace: 'demo' })),
        { url: adminURL, namespace: 'cluster' },
      ],
      interrupt,
      async round() {
        // Each has a ledger of its own before one Omneo: the second is asked for a reward that the first has issued.
        const again = webhook();
        for (const each of demo) {
          await postAll(each.calls);
          await each.calls.post('acme', { secret: acmeSecret, body: again });
        }
        await calls.post('acme', { secret: secretOf('acme') });
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The tenants of the demo, one more that is suspended, one without its Secrets, and one that Omneo refuses. */
async function folderOfTenants(
  sandboxURL: string,
  stops: Stop[],
  change: typeof withEvents = (manifest) => manifest,
): Promise<string> {
  const folder = await temporaryFolder('monitoring');
  stops.push(() => folder.remove());
  for (const name of ['acme', 'bloom']) {
    const file = join(folder.path, `${name}.yaml`);
    await cp(join(root, 'examples', `${name}.yaml`), file);
    const manifest = (await readFile(file, 'utf8')).replaceAll('http://127.0.0.1:4010', sandboxURL);
    // Limits that are never reached, so that there are a pace and a budget to show, and a secret of one definition.
    const limited = manifest
      .replace(/^( *)baseURL: .*$/m, '$&\n$1callsPerMinute: 60000')
      .replace(/^( *)klaviyo:$/m, '$1limits: { perDay: { amount: 1000000 } }\n$&')
      .replace(/^( *)key: webhook-secret$/m, '$&\n$1rewardDefinitions: [42]');
    await writeFile(file, change(limited, name));
  }
  const base = `${sandboxURL}/acme/api/v3`;
  const others = [
    ...tenantWithSecrets('paused', { baseURL: base, spec: { suspend: true } }),
    ...tenantWithSecrets('bare', { baseURL: base }).filter(({ kind }) => kind !== 'Secret'),
    ...withoutCredentials(tenantWithSecrets('refused', { baseURL: base, credentials: 'oauth' })),
    ...withoutCredentials(tenantWithSecrets('stale', { baseURL: base })),
  ];
  const text = others.map((each) => JSON.stringify(each)).join('\n---\n');
  await writeFile(join(folder.path, 'others.yaml'), `${text}\n`);
  return folder.path;
}

/** The same, with credentials that Omneo does not know. */
function withoutCredentials(manifests: ReturnType<typeof tenantWithSecrets>): typeof manifests {
  const wrong = { client_id: 'nobody', client_secret: 'nothing', token: 'none' };
  return manifests.map((each) =>
    String(each.metadata['name']).endsWith('-omneo') ? { ...each, stringData: wrong } : each,
  );
}

type Running = { readonly calls: Calls; readonly adminURL: string };

type FolderGateway = Readonly<{
  folder: string;
  name: string;
  ledgerURL?: string;
  klaviyoURL: string;
  stops: Stop[];
}>;

/** Without a URL its ledger is a SQLite file of its own. */
async function startFolderGateway(parts: FolderGateway): Promise<Running> {
  const { folder, name, ledgerURL, klaviyoURL, stops } = parts;
  const logs = await temporaryFolder(`monitoring-${name}`);
  stops.push(() => logs.remove());
  const running = await startProcess({
    command: process.execPath,
    args: [join(root, 'src/main.ts')],
    cwd: root,
    env: {
      PORT: '0',
      ADMIN_PORT: '0',
      CONSOLE_PORT: '0',
      TENANTS_DIR: folder,
      KLAVIYO_API_URL: klaviyoURL,
      LEDGER_URL: ledgerURL ?? `sqlite:${join(logs.path, 'ledger.db')}`,
      ALLOW_INSECURE_UPSTREAM: 'true',
      CREDENTIALS_RETRY_MS: '1000',
    },
    ready: /"msg":"listening"/,
    readyTimeoutMs: 60_000,
    log: join(logs.path, 'gateway.log'),
  });
  stops.push(() => running.stop({ graceMs: 10_000 }));
  const { port, admin_port: adminPort } = await running.record(({ msg }) => msg === 'listening');
  const adminURL = `http://127.0.0.1:${String(adminPort)}`;
  const calls = callsTo(`http://127.0.0.1:${String(port)}`, adminURL);
  stops.push(() => calls.forget());
  return { calls, adminURL };
}

async function startOnCluster(
  baseURL: string,
  stops: Stop[],
): Promise<Running & { interrupt: () => Promise<void> }> {
  const cluster = await startCluster();
  stops.push(() => cluster.stop());
  const { kubeconfig } = await install(cluster);
  await apply(cluster, tenantWithSecrets('acme', { baseURL }));
  const gateway = await startReadyGateway({ kubeconfig, folder: cluster.folder });
  stops.push(() => gateway.stop());
  const interrupt = async (): Promise<void> => {
    await cluster.stopApiServer();
    await cluster.startApiServer();
    // Something to reconcile, and a status to write.
    await apply(cluster, tenantWithSecrets('bloom', { baseURL }));
  };
  return { calls: gateway, adminURL: gateway.adminURL, interrupt };
}

/** Webhooks for every outcome: good, twice, wrong in each way, and for tenants that are not ready. */
async function postAll(calls: Calls): Promise<void> {
  const twice = webhook();
  const post = (slug: string, secret: string, body: unknown): Promise<unknown> =>
    calls.post(slug, { secret, body });
  await Promise.all([
    post('acme', acmeSecret, twice),
    post('acme', acmeSecret, webhook()),
    post('acme', acmeSecret, webhook({ id: `ALTERED-${randomUUID()}` })),
    post('acme', acmeSecret, webhook({ email: 'ben@example.com' })),
    post('acme', acmeSecret, webhook({ email: '' })),
    post('acme', acmeSecret, webhook({}, { reward_definition_id: 6 })),
    post('acme', acmeSecret, webhook({ person_id: 'nobody', email: 'nobody@example.com' })),
    post('acme', 'wrong', webhook()),
    post('bloom', 'bloom-webhook-secret-change-me', webhook({ person_id: '01BLOOMADA' })),
    post('nobody', 'wrong', webhook()),
    ...['paused', 'bare', 'refused', 'stale'].map((slug) => post(slug, secretOf(slug), webhook())),
  ]);
  await post('acme', acmeSecret, twice);
}
