import { readFile } from 'node:fs/promises';
import { systemClock } from './clock.ts';
import { type Config, readConfig, upstreamPolicy } from './config.ts';
import { MemoryLedger } from './ledger/memory.ts';
import { type Log, createLog, errorNames } from './log.ts';
import { createMetrics } from './metrics.ts';
import { Service, type Source } from './service.ts';
import { StartupError } from './startup.ts';
import { FolderSource } from './tenants/folder.ts';
import { Registry } from './tenants/registry.ts';
import { tenantCheck } from './tenants/schema.ts';

const clock = systemClock;

try {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  process.on('uncaughtException', (error) => {
    // What was going on is unknown now. The ledger and Omneo hold what counts, and the next process goes on from there.
    log.error({ error: errorNames(error) }, 'stopping after an unexpected error');
    process.exit(1);
  });
  const service = await build(config, log);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void service.stop().then((inTime) => process.exit(inTime ? 0 : 1));
    });
  }
  await service.start();
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  process.stderr.write(`omneo-gateway: ${error.message}\n`);
  process.exit(1);
}

async function build(config: Config, log: Log): Promise<Service> {
  const registry = new Registry();
  const metrics = createMetrics(registry, await version());
  const source = await tenantSource(config, registry, log);
  const ledger = new MemoryLedger({
    clock,
    maxEntries: config.ledgerMaxEntries,
    times: {
      leaseMs: 3 * config.upstreamTimeoutMs + 5_000,
      settleWindowMs: config.settleWindowMs,
      retentionMs: config.ledgerRetentionHours * 3_600_000,
    },
  });
  return new Service({ config, registry, source, ledger, metrics, clock, random: Math.random, log });
}

async function tenantSource(config: Config, registry: Registry, log: Log): Promise<Source> {
  if (config.tenantsDir === undefined) {
    throw new StartupError('TENANTS_DIR is not set; set it to a folder of OmneoTenant and Secret YAML.');
  }
  const crd = await readFile(new URL('../crds/omneotenants.omneo.io.yaml', import.meta.url), 'utf8');
  const schema = tenantCheck(crd);
  return new FolderSource({
    dir: config.tenantsDir,
    registry,
    schema,
    policy: upstreamPolicy(config),
    log,
    clock,
  });
}

async function version(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
