import { Counter, Gauge, Histogram, type Registry as Registers } from 'prom-client';
import type { Observe } from '../sources/kubernetes/observe.ts';

type Collection = Readonly<{ name: string; namespace: string }>;

/** Not `namespace`, which Prometheus gives to what it scrapes. Empty, which is as good as none: the whole cluster. */
function labelsOf({ name, namespace }: Collection): { resource: string; watched_namespace: string } {
  return { resource: name, watched_namespace: namespace };
}

/** What the control plane counts: reconciles, watches, status writes, leadership. */
export function createControlMetrics(small: Registers): Observe {
  const { reconciles, duration, statusWrites } = reconcileInstruments([small]);
  const { synced, contact, restarts } = reflectorInstruments([small]);
  const { depth, leader } = gauges([small]);
  return Object.freeze({
    reconciled: (result: string, seconds: number) => {
      reconciles.inc({ result });
      duration.observe(seconds);
    },
    queueDepth: (value: number) => {
      depth.set(value);
    },
    synced: (collection: Collection, isSynced: boolean) => {
      synced.set(labelsOf(collection), isSynced ? 1 : 0);
    },
    contact: (collection: Collection, timestamp: number) => {
      contact.set(labelsOf(collection), timestamp);
    },
    restarted: (collection: Collection, reason: string) => {
      restarts.inc({ ...labelsOf(collection), reason });
    },
    statusWritten: (result: string) => {
      statusWrites.inc({ result });
    },
    leader: (isLeading: boolean) => {
      leader.set(isLeading ? 1 : 0);
    },
  });
}

function reconcileInstruments(registers: Registers[]) {
  return {
    reconciles: new Counter({
      name: 'omneo_gateway_reconcile_total',
      help: 'Reconciled OmneoTenants, by result: served, refused, removed, superseded, deferred or error.',
      labelNames: ['result'],
      registers,
    }),
    duration: new Histogram({
      name: 'omneo_gateway_reconcile_duration_seconds',
      help: 'Time to reconcile one OmneoTenant.',
      buckets: [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1],
      registers,
    }),
    statusWrites: new Counter({
      name: 'omneo_gateway_status_writes_total',
      help: 'Statuses of OmneoTenants, by result: written, unchanged, conflict or error.',
      labelNames: ['result'],
      registers,
    }),
  };
}

function reflectorInstruments(registers: Registers[]) {
  return {
    synced: new Gauge({
      name: 'omneo_gateway_reflector_synced',
      help: 'Whether everything of a resource in a watched namespace was listed once: 1 or 0.',
      labelNames: ['resource', 'watched_namespace'],
      registers,
    }),
    contact: new Gauge({
      name: 'omneo_gateway_reflector_last_contact_timestamp_seconds',
      help: 'When the Kubernetes API last answered for a resource in a watched namespace, in seconds since the epoch.',
      labelNames: ['resource', 'watched_namespace'],
      registers,
    }),
    restarts: new Counter({
      name: 'omneo_gateway_reflector_restarts_total',
      help: 'Lists and watches that ended early, by resource, watched namespace and reason.',
      labelNames: ['resource', 'watched_namespace', 'reason'],
      registers,
    }),
  };
}

function gauges(registers: Registers[]) {
  return {
    depth: new Gauge({
      name: 'omneo_gateway_queue_depth',
      help: 'OmneoTenants that wait to be reconciled.',
      registers,
    }),
    leader: new Gauge({
      name: 'omneo_gateway_leader',
      help: 'Whether this replica writes statuses and Events: 1 or 0.',
      registers,
    }),
  };
}
