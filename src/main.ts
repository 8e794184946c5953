import { readFile } from 'node:fs/promises';
import { systemClock } from './clock.ts';
import { type Config, ConfigError, readConfig, upstreamPolicy } from './config.ts';
import { MemoryLedger } from './ledger/memory.ts';
import { type Log, createLog, errorNames } from './log.ts';
import { createMetrics } from './metrics.ts';
import { PortTaken, Service, type Source } from './service.ts';
import { FolderError, FolderSource } from './tenants/folder.ts';
import { Registry } from './tenants/registry.ts';
import { tenantCheck } from './tenants/schema.ts';

const clock = systemClock;

try {
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  process.on('uncaughtException', (error) => {
    // What was going on is unknown now; the ledger and Omneo hold what counts, and the next process goes on from there.
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
  if (!(error instanceof ConfigError || error instanceof PortTaken || error instanceof FolderError))
    throw error;
  process.stderr.write(`omneo-gateway: ${error.message}\n`);
  process.exit(1);
}

async function build(config: Config, log: Log): Promise<Service> {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const registry = new Registry();
  const ledger = new MemoryLedger({
    clock,
    maxEntries: config.ledgerMaxEntries,
    times: {
      leaseMs: 3 * config.upstreamTimeoutMs + 5_000,
      settleWindowMs: config.settleWindowMs,
      retentionMs: config.ledgerRetentionHours * 3_600_000,
    },
  });
  const metrics = createMetrics(registry, version);
  const source = await tenantSource(config, registry, log);
  return new Service({ config, registry, source, ledger, metrics, clock, random: Math.random, log });
}

async function tenantSource(config: Config, registry: Registry, log: Log): Promise<Source> {
  const crd = await readFile(new URL('../crds/omneotenants.omneo.io.yaml', import.meta.url), 'utf8');
  const parts = { registry, schema: tenantCheck(crd), policy: upstreamPolicy(config), log, clock };
  if (config.tenantsDir === undefined) throw new ConfigError('TENANTS_DIR must name a folder.');
  return new FolderSource({ ...parts, dir: config.tenantsDir });
}
