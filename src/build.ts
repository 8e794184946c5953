import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { systemClock } from './lib/clock.ts';
import { type Config, tenantPolicy } from './config/config.ts';
import { signInConfig } from './config/signin.ts';
import { tracingConfig } from './config/tracing.ts';
import { type ConsoleAccess, folderAccess, withSignIn } from './console/access/consoleaccess.ts';
import { kubernetesAccess } from './console/access/kubernetesaccess.ts';
import { createSignIn } from './console/signin/createsignin.ts';
import type { Ledger } from './ledger/ledger.ts';
import { openLedger } from './ledger/open.ts';
import type { Keyring } from './ledger/seal/keyring.ts';
import { openKeyring } from './ledger/seal/openkeyring.ts';
import type { Log } from './lib/log.ts';
import { type Metrics, createMetrics } from './telemetry/metrics.ts';
import type { Traces } from './telemetry/tracing/traces.ts';
import { Service } from './service.ts';
import type { Source } from './sources/source.ts';
import { FolderSource } from './sources/folder/folder.ts';
import { Registry } from './tenants/registry.ts';
import { tenantCheck } from './tenants/schema/tenantcheck.ts';

const clock = systemClock;

/** Beside the bundle, or where scripts/page.ts builds it in a clone: the path is the same. */
const pageFolder = fileURLToPath(new URL('../dist/web', import.meta.url));

type Given = Readonly<{ config: Config; log: Log; output: Readonly<{ dropped: number }> }>;

/** Each part of the gateway with its collaborators, put together; nothing is opened yet. */
export async function build({ config, log, output }: Given): Promise<Service> {
  const registry = new Registry({ graceMs: config.deletedTenantGraceMs, clock });
  const release = await version();
  const traces = await tracesOf({ config, version: release, log });
  const metrics = createMetrics(registry, release, output, { clock, exemplar: traces?.exemplar });
  const source = await tenantSource({ config, registry, metrics, log });
  const tokenAccess = await accessOf(config);
  const ledger = await ledgerOf(config, log);
  // After the ledger: a gateway that is refused beside another one makes no key.
  const keyring = await keyringOf(config, log);
  const access = await signInAccessOf({ config, access: tokenAccess, keyring, log });
  const parts = { config, registry, source, ledger, keyring, access, metrics, traces, clock, log };
  return new Service({ ...parts, pageFolder, random: Math.random });
}

/** What traces webhooks, which is loaded only if something takes the traces. */
async function tracesOf({
  config,
  ...about
}: Readonly<{ config: Config; version: string; log: Log }>): Promise<Traces | undefined> {
  const tracing = tracingConfig(config);
  if (tracing === undefined) return undefined;
  const { openTelemetryTraces } = await import('./telemetry/tracing/opentelemetry.ts');
  return openTelemetryTraces({ ...about, config: tracing, clock, random: Math.random });
}

function ledgerOf(config: Config, log: Log): Promise<Ledger> {
  const { ledgerURL: address, ledgerMaxEntries: maxEntries, leaseMs, settleWindowMs } = config;
  const times = { leaseMs, settleWindowMs, retentionMs: config.ledgerRetentionHours * 3_600_000 };
  return openLedger({ address, times, maxEntries, clock, log });
}

function keyringOf(
  { ledgerURL: address, ledgerKeyFile: keyFile }: Config,
  log: Log,
): Promise<Keyring | undefined> {
  return openKeyring({ address, keyFile, clock, log });
}

type SourceParts = Readonly<{ config: Config; registry: Registry; metrics: Metrics; log: Log }>;

async function tenantSource({ config, registry, metrics, log }: SourceParts): Promise<Source> {
  const parts = { registry, schema: tenantCheck(), policy: tenantPolicy(config), log, clock };
  if (config.tenantsDir !== undefined) return new FolderSource({ ...parts, dir: config.tenantsDir });
  // A folder needs no Kubernetes client, which is by far the largest part to load.
  const { KubeSource } = await import('./sources/kubernetes/kubesource.ts');
  return new KubeSource({ ...parts, ...config, random: Math.random, observe: metrics.control });
}

/** Who may use the console; undefined: nobody could sign in. */
async function accessOf({
  tenantsDir,
  adminTokenFile,
  kubeconfig,
}: Config): Promise<ConsoleAccess | undefined> {
  if (tenantsDir !== undefined)
    return adminTokenFile === undefined ? undefined : folderAccess(adminTokenFile, clock);
  const { KubeReviews } = await import('./sources/kubernetes/api/reviews.ts');
  return kubernetesAccess(new KubeReviews({ kubeconfig, clock }), clock);
}

type SignInParts = Readonly<{
  config: Config;
  access: ConsoleAccess | undefined;
  keyring: Keyring | undefined;
  log: Log;
}>;

/** Who may use the console with a token or a session. */
async function signInAccessOf({
  config,
  access,
  keyring,
  log,
}: SignInParts): Promise<ConsoleAccess | undefined> {
  const signIn = signInConfig(config);
  // Without keys no webhook is stored, and the console stays closed.
  if (signIn === undefined || keyring === undefined) return access;
  return withSignIn(access, await createSignIn({ config: signIn, keyring, clock, log }));
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
