/** A gateway that lacks a part of its ledger. For the chaos run alone, which has to notice. */
import { systemClock as clock } from '../../src/lib/clock.ts';
import { readConfig, tenantPolicy } from '../../src/config/config.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { openKeyring } from '../../src/ledger/seal/openkeyring.ts';
import { createLog, standardOutput } from '../../src/lib/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { Service } from '../../src/service.ts';
import { FolderSource } from '../../src/sources/folder/folder.ts';
import { Registry } from '../../src/tenants/registry.ts';
import { tenantCheck } from '../../src/tenants/schema/tenantcheck.ts';

/** Starts a gateway as the environment says, with its ledger replaced. */
export async function startSabotaged(sabotage: (ledger: Ledger) => Ledger): Promise<void> {
  const config = readConfig(process.env);
  const { ledgerURL: address, ledgerKeyFile: keyFile, tenantsDir: dir, leaseMs, settleWindowMs } = config;
  if (dir === undefined) throw new Error('TENANTS_DIR is needed');
  const log = createLog(config.logLevel, standardOutput());
  const registry = new Registry();
  const schema = tenantCheck();
  const times = { leaseMs, settleWindowMs, retentionMs: config.ledgerRetentionHours * 3_600_000 };
  const service = new Service({
    config,
    registry,
    source: new FolderSource({ dir, registry, schema, policy: tenantPolicy(config), log, clock }),
    ledger: sabotage(await openLedger({ address, clock, times, log, maxEntries: 0 })),
    keyring: await openKeyring({ address, keyFile, clock, log }),
    metrics: createMetrics(registry, '0.0.0'),
    clock,
    random: Math.random,
    log,
  });
  process.once('SIGTERM', () => void service.stop().then(() => process.exit(0)));
  await service.start();
}
