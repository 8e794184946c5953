import { Agent, request } from 'undici';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import type { ConsoleAccess } from '../../src/console/access/consoleaccess.ts';
import { type Config, readConfig, tenantPolicy } from '../../src/config/config.ts';
import { tracingConfig } from '../../src/config/tracing.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import type { Keyring } from '../../src/ledger/seal/keyring.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { type Log, createLog } from '../../src/lib/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import type { Traces } from '../../src/telemetry/tracing/traces.ts';
import { Service } from '../../src/service.ts';
import type { OmneoTenant } from '../../src/tenants/schema/omneotenant.ts';
import { Registry } from '../../src/tenants/registry.ts';
import type { DeliveryCounts } from '../../src/tenants/tenant.ts';
import type { SecretData } from '../../src/tenants/secrets.ts';
import { registrationOf } from '../../src/tenants/resolve.ts';
import { evidence } from './evidence.ts';

/** A webhook secret as the tests' tenants have it. */
export const secretOf = (slug: string): string => `${slug}-webhook-secret-of-the-tests`;

export type TenantOptions = Readonly<{
  baseURL: string;
  credentials?: 'oauth' | 'token';
  spec?: object;
  secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}>;

/** An OmneoTenant of the sandbox's sample, and the Secrets beside it. */
export function tenantObject(
  slug: string,
  { baseURL, credentials = 'token', spec = {} }: TenantOptions,
): OmneoTenant {
  const oauth = { grantType: 'client_credentials', secretRef: { name: 'omneo' } };
  const token = { secretRef: { name: 'omneo', key: 'token' } };
  return {
    apiVersion: 'omneo.io/v1alpha1',
    kind: 'OmneoTenant',
    metadata: { name: slug, namespace: 'default' },
    spec: {
      omneo: { baseURL, credentials: credentials === 'oauth' ? { oauth } : { token } },
      klaviyo: { secretRefs: [{ name: 'klaviyo', key: 'webhook-secret' }] },
      ...spec,
    },
  } as OmneoTenant;
}

/** The Secrets of the sandbox's sample. */
export function secretsOf(slug: string): Record<string, Record<string, string>> {
  return {
    omneo: {
      client_id: `${slug}-client`,
      client_secret: `${slug}-client-secret`,
      token: `${slug}-static-token`,
    },
    klaviyo: { 'webhook-secret': secretOf(slug) },
  };
}

export type Reply = Readonly<{
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json: Record<string, unknown>;
}>;

export type Gateway = Readonly<{
  url: string;
  adminURL: string;
  /** Of the console; undefined: it is closed. */
  consoleURL: string | undefined;
  registry: Registry;
  logs: readonly Record<string, unknown>[];
  /** Registers a tenant, in the place of one of the same slug. */
  tenant: (slug: string, options: TenantOptions) => void;
  /** Posts a webhook with the tenant's right secret; `headers` win. It asks for a reward unless another action is named. */
  post: (slug: string, body: unknown, headers?: Record<string, string>, action?: string) => Promise<Reply>;
  get: (url: string, options?: object) => Promise<Reply>;
  metrics: () => Promise<string>;
  stop: () => Promise<boolean>;
}>;

/** The whole gateway in this process, on free ports, with tenants put into its registry by hand. */
export async function startGateway(
  env: Record<string, string> = {},
  parts: Readonly<{
    clock?: Clock;
    ledger?: Ledger;
    keyring?: Keyring;
    access?: ConsoleAccess;
    random?: () => number;
    complete?: boolean;
    stopSource?: () => Promise<void>;
    deliveries?: (key: string, counts: DeliveryCounts) => void;
  }> = {},
): Promise<Gateway> {
  const config = readConfig({
    PORT: '0',
    ADMIN_PORT: '0',
    CONSOLE_PORT: '0',
    ALLOW_INSECURE_UPSTREAM: 'true',
    CREDENTIALS_RETRY_MS: '0',
    ...env,
  });
  const { clock = systemClock, random = Math.random, keyring, access } = parts;
  const logs: Record<string, unknown>[] = [];
  const log = createLog('debug', {
    write: (line) => {
      evidence.push(line);
      logs.push(JSON.parse(line) as Record<string, unknown>);
    },
  });
  const registry = new Registry({ graceMs: config.deletedTenantGraceMs, clock });
  registry.setComplete(parts.complete ?? true);
  const times = {
    leaseMs: config.leaseMs,
    settleWindowMs: config.settleWindowMs,
    retentionMs: config.ledgerRetentionHours * 3_600_000,
  };
  const ledger = parts.ledger ?? new MemoryLedger({ clock, maxEntries: config.ledgerMaxEntries, times });
  const traces = await tracesOf({ config, clock, random, log });
  const metrics = createMetrics(registry, '0.0.0', { dropped: 0 }, { exemplar: traces?.exemplar });
  const source = {
    start: () => Promise.resolve(),
    stop: parts.stopSource ?? (() => Promise.resolve()),
    isReady: () => registry.complete,
    credentials: () => undefined,
    deliveries: parts.deliveries ?? (() => undefined),
  };
  const stored = { ledger, keyring, access };
  const service = new Service({ config, registry, source, ...stored, metrics, traces, clock, random, log });
  const { port, adminPort, consolePort } = await service.start();
  const agent = new Agent({ allowH2: false, connections: null });
  const url = `http://127.0.0.1:${port}`;
  const adminURL = `http://127.0.0.1:${adminPort}`;
  const consoleURL = consolePort === undefined ? undefined : `http://127.0.0.1:${consolePort}`;

  const send = async (target: string, options: object): Promise<Reply> => {
    const { statusCode, headers, body } = await request(target, { dispatcher: agent, ...options });
    const text = await body.text();
    evidence.push(text, JSON.stringify(headers));
    return {
      status: statusCode,
      headers,
      text,
      json: isJson(headers['content-type']) ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  };
  return Object.freeze({
    url,
    adminURL,
    consoleURL,
    registry,
    logs,
    tenant: (slug: string, options: TenantOptions) => {
      const secrets = { ...secretsOf(slug), ...options.secrets };
      const read = (name: string): SecretData | undefined => {
        const data = secrets[name];
        return data === undefined ? undefined : new Map(Object.entries(data));
      };
      registry.put(registrationOf(tenantObject(slug, options), read, tenantPolicy(config)));
    },
    post: (slug: string, body: unknown, headers: Record<string, string> = {}, action = 'rewards') =>
      send(`${url}/${slug}/api/v1/webhooks/klaviyo/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-omneo-secret': secretOf(slug), ...headers },
        body: typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body),
      }),
    get: (target: string, options: object = {}) => send(target, options),
    metrics: async () => (await send(`${adminURL}/metrics`, {})).text,
    stop: async () => {
      const inTime = await service.stop();
      // Not destroyed: answers that the gateway has sent may still be on their way to the test.
      if (!agent.closed) await agent.close();
      return inTime;
    },
  });
}

/** As src/build.ts makes them: the SDK is loaded only where a test asks for traces. */
async function tracesOf({
  config,
  ...about
}: Readonly<{ config: Config; clock: Clock; random: () => number; log: Log }>): Promise<Traces | undefined> {
  const tracing = tracingConfig(config);
  if (tracing === undefined) return undefined;
  const { openTelemetryTraces } = await import('../../src/telemetry/tracing/opentelemetry.ts');
  return openTelemetryTraces({ ...about, config: tracing, version: '0.0.0' });
}

function isJson(contentType: string | string[] | undefined): boolean {
  return typeof contentType === 'string' && contentType.includes('json');
}
