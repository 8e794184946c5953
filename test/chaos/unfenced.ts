/**
 * A gateway whose ledger does not fence: whoever once held a claim goes on to create, however long it was paused.
 * For the chaos run alone, which has to notice.
 */
import { systemClock as clock } from '../../src/lib/clock.ts';
import { readConfig, tenantPolicy } from '../../src/config/config.ts';
import type { Claim, ClaimResult, Entry } from '../../src/ledger/ledger.ts';
import { openLedger } from '../../src/ledger/open.ts';
import { createLog, standardOutput } from '../../src/lib/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { Service } from '../../src/service.ts';
import { FolderSource } from '../../src/sources/folder/folder.ts';
import { Registry } from '../../src/tenants/registry.ts';
import { tenantCheck } from '../../src/tenants/schema/tenantcheck.ts';
import { WrappedLedger } from '../ledger/wrapped.ts';

class UnfencedLedger extends WrappedLedger {
  override async claim(entry: Entry): Promise<ClaimResult> {
    const result = await this.sound.claim(entry);
    return 'claim' in result ? { ...result, claim: { ...result.claim, leasedUntil: Infinity } } : result;
  }

  override renew(claim: Claim): Promise<Claim> {
    return Promise.resolve({ ...claim, leasedUntil: Infinity });
  }
}

const config = readConfig(process.env);
const { ledgerURL: address, tenantsDir: dir, leaseMs, settleWindowMs } = config;
if (dir === undefined) throw new Error('TENANTS_DIR is needed');
const log = createLog(config.logLevel, standardOutput());
const registry = new Registry();
const schema = tenantCheck();
const times = { leaseMs, settleWindowMs, retentionMs: config.ledgerRetentionHours * 3_600_000 };
const service = new Service({
  config,
  registry,
  source: new FolderSource({ dir, registry, schema, policy: tenantPolicy(config), log, clock }),
  ledger: new UnfencedLedger(await openLedger({ address, clock, times, log, maxEntries: 0 })),
  metrics: createMetrics(registry, '0.0.0'),
  clock,
  random: Math.random,
  log,
});
process.once('SIGTERM', () => void service.stop().then(() => process.exit(0)));
await service.start();
