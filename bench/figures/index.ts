import type { Figure } from '../harness/setting.ts';
import { allocation } from './allocation.ts';
import { backfill } from './backfill.ts';
import { breakdown } from './breakdown.ts';
import { calls } from './calls.ts';
import { cluster } from './cluster.ts';
import { consoleFigures } from './console.ts';
import { container } from './container.ts';
import { hung } from './hung.ts';
import { latency } from './latency.ts';
import { ledgerLatency } from './ledgerlatency.ts';
import { memory } from './memory.ts';
import { otherBuild } from './otherbuild.ts';
import { postgresLedger } from './postgresledger.ts';
import { scrape } from './scrape.ts';
import { sqliteLedger } from './sqliteledger.ts';
import { start } from './start.ts';
import { stored } from './stored.ts';
import { strangers } from './strangers.ts';
import { manyTenants } from './tenants.ts';
import { throughput } from './throughput.ts';
import { traces } from './traces.ts';

/** Everything that is measured, by the name it can be picked by, in the order of the table. */
export const figures: Readonly<Record<string, Figure>> = Object.freeze({
  throughput,
  container,
  breakdown,
  latency,
  allocation,
  'ledger-latency': ledgerLatency,
  sqlite: sqliteLedger,
  'other-build': otherBuild,
  postgres: postgresLedger,
  stored,
  traces,
  console: consoleFigures,
  calls,
  backfill,
  scrape,
  tenants: manyTenants,
  start,
  cluster,
  hung,
  strangers,
  memory,
});
