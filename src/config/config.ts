import { SqliteAddress } from '../ledger/sqlite/address.ts';
import { settings } from './settings.ts';
import { checkSignIn } from './signin.ts';
import { PostgresAddress } from '../ledger/postgres/address.ts';
import { StartupError } from '../lib/startup.ts';
import type { TenantPolicy } from '../tenants/resolve.ts';

export { settings };

type Settings = typeof settings;

/** The settings, parsed; one field a variable. */
export type Config = Readonly<{ [K in keyof Settings]: ReturnType<Settings[K]['parse']> }>;

/**
 * Reads the settings from environment variables. One that is empty or blank counts as unset, whichever it is.
 *
 * @throws StartupError, with a sentence that names the variable, for a value that does not parse, for two that do not go
 * together, and for an `OMNEO_GATEWAY_*` variable, since none has that prefix: it would be a misunderstanding without
 * effect.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const stranger = Object.keys(env).find((name) => name.startsWith('OMNEO_GATEWAY_'));
  if (stranger !== undefined) {
    throw new StartupError(
      `${stranger} is not a variable of the gateway; its variables have no prefix, as in PORT.`,
    );
  }
  const entries = Object.entries(settings).map(([name, { variable, initial, parse }]) => {
    try {
      const text = env[variable]?.trim() ?? '';
      return [name, parse(text === '' ? initial : text)] as const;
    } catch (error) {
      if (error instanceof StartupError)
        throw new StartupError(`${variable} ${error.message}.`, { cause: error });
      throw error;
    }
  });
  const config = Object.freeze(Object.fromEntries(entries)) as Config;
  checkPorts(config);
  checkAdminToken(config);
  checkLease(config);
  checkSignIn(config);
  return config;
}

function checkPorts({ port, adminPort, consolePort }: Config): void {
  const ports = [port, adminPort, consolePort].filter((each) => each !== undefined && each !== 0);
  if (new Set(ports).size === ports.length) return;
  throw new StartupError(
    'PORT, ADMIN_PORT and CONSOLE_PORT must be three ports: webhooks come from everywhere, and the others are not for everybody.',
  );
}

function checkAdminToken({ tenantsDir, adminTokenFile }: Config): void {
  if (adminTokenFile === undefined || tenantsDir !== undefined) return;
  throw new StartupError(
    'ADMIN_TOKEN_FILE goes with TENANTS_DIR only: in a cluster Kubernetes says who may do what.',
  );
}

/**
 * A create begins only when the lease outlasts it. The ledger takes 0.1 % off a lease for clocks that do not run alike,
 * and its renewal is under way for a while, so with a bare millisecond more than a create no reward would ever be
 * created. The rest of the 5 % is for that renewal: half a second at the defaults' 10 s.
 */
function checkLease({ leaseMs, upstreamTimeoutMs }: Config): void {
  const leastMs = Math.ceil((upstreamTimeoutMs * 105) / 100);
  if (leaseMs >= leastMs) return;
  throw new StartupError(
    `LEASE_MS must be at least ${leastMs}, 5 % more than UPSTREAM_TIMEOUT_MS, or rewards could not be created.`,
  );
}

/** What is allowed and hardly meant, in a sentence each for the log at the start. */
export function warningsOf(config: Config): string[] {
  const { ledgerURL, ledgerKeyFile, maxConcurrent, maxConcurrentPerTenant } = config;
  const forgets =
    'LEDGER_URL is memory:, so a crash or a restart forgets which webhooks were issued, and one that was under way or ' +
    'has no id may be issued twice; sqlite:<path> keeps them on disk';
  const withoutKeys =
    'LEDGER_KEY_FILE is not set, so durable delivery is off, and what Omneo cannot take now is left to Klaviyo; set it to ' +
    'a file with one base64 key of 32 bytes, which is the same for every replica';
  const crowds =
    'MAX_CONCURRENT_PER_TENANT should be below MAX_CONCURRENT, or one tenant can take the places of all';
  return [
    ...(ledgerURL === 'memory:' ? [forgets] : []),
    ...(ledgerURL instanceof PostgresAddress && ledgerKeyFile === undefined ? [withoutKeys] : []),
    ...(maxConcurrentPerTenant < maxConcurrent ? [] : [crowds]),
  ];
}

/** What tenants may do here: where they may point their upstream URLs, and whether durable delivery is theirs to have. */
export function tenantPolicy(config: Config): TenantPolicy {
  return Object.freeze({
    hosts: config.upstreamHosts,
    allowInsecure: config.allowInsecureUpstream,
    canAcceptDurably: canAcceptDurably(config),
  });
}

/** Whether the ledger can keep a webhook that is answered before it is delivered: on a disk, and sealed. */
function canAcceptDurably({ ledgerURL, ledgerKeyFile }: Config): boolean {
  if (ledgerURL === 'memory:') return false;
  return ledgerURL instanceof SqliteAddress || ledgerKeyFile !== undefined;
}
