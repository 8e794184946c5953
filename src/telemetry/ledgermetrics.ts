import { Gauge, Histogram, type Registry as Registers } from 'prom-client';
import type { LedgerStats } from '../ledger/ledgerstats.ts';
import type { ObserveLedger } from '../ledger/metered.ts';

/** From the memory ledger, which takes microseconds, to the time after which a server is given up. */
const seconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What is counted of the ledger itself. */
export type LedgerMetrics = Readonly<{
  requested: ObserveLedger;
  /** What the ledger looks like from now on. */
  looked: (stats: LedgerStats) => void;
}>;

export function createLedgerMetrics(small: Registers): LedgerMetrics {
  const duration = new Histogram({
    name: 'omneo_gateway_ledger_request_duration_seconds',
    help: 'Time of a call of the ledger, by operation and result: ok or unavailable.',
    labelNames: ['operation', 'result'],
    buckets: seconds,
    registers: [small],
  });
  let latest: LedgerStats = {};
  addGauges(small, () => latest);
  return Object.freeze({
    requested: (operation, result, taken) => {
      duration.observe({ operation, result }, taken);
    },
    looked: (stats: LedgerStats) => {
      latest = stats;
    },
  });
}

function addGauges(small: Registers, latest: () => LedgerStats): void {
  addGauge(small, 'size_bytes', {
    help: 'What the ledger takes on its disk: the database of SQLite with its log, or the table of Postgres with its indexes.',
    read: () => latest().sizeBytes,
  });
  addGauge(small, 'disk_free_bytes', {
    help: 'What the gateway may still write to the disk of the SQLite ledger.',
    read: () => latest().disk?.freeBytes,
  });
  addGauge(small, 'disk_size_bytes', {
    help: 'How large the disk of the SQLite ledger is.',
    read: () => latest().disk?.sizeBytes,
  });
  addGauge(small, 'checkpoint_age_seconds', {
    help: 'Since SQLite last moved entries from its log into the database.',
    read: () => latest().checkpointAgeSeconds,
  });
  addGauge(small, 'connections_max', {
    help: 'How many connections to Postgres a replica makes at most.',
    read: () => latest().connections?.most,
  });
  addConnections(small, latest);
}

type Reading = Readonly<{ help: string; read: () => number | undefined }>;

/** A gauge that has a series only while its value is known: without a label it would begin at 0, and 0 free bytes alarm. */
function addGauge(small: Registers, name: string, { help, read }: Reading): void {
  new Gauge({
    name: `omneo_gateway_ledger_${name}`,
    help,
    registers: [small],
    collect() {
      const value = read();
      if (value === undefined) this.remove();
      else this.set(value);
    },
  });
}

function addConnections(small: Registers, latest: () => LedgerStats): void {
  new Gauge({
    name: 'omneo_gateway_ledger_connections',
    help: 'Connections of this replica to Postgres, by state: open, or waiting for those that statements wait for.',
    labelNames: ['state'],
    registers: [small],
    collect() {
      const { connections } = latest();
      if (connections === undefined) return;
      this.set({ state: 'open' }, connections.open);
      this.set({ state: 'waiting' }, connections.waiting);
    },
  });
}
