import { Gauge, type Registry as Registers } from 'prom-client';
import type { LedgerStats } from '../ledger/ledgerstats.ts';

/** Adds what an operator may see of the ledger; gives what is to be called with each new look at it. */
export function addLedgerGauges(small: Registers): (stats: LedgerStats) => void {
  let latest: LedgerStats = {};
  addGauges(small, () => latest);
  return (stats) => {
    latest = stats;
  };
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
