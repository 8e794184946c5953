import { BudgetsPoll } from './delivery/counts/budgetspoll.ts';
import { CountsPoll } from './delivery/counts/countspoll.ts';
import type { LatestCounts } from './delivery/counts/latestcounts.ts';
import { TenantCounts } from './delivery/counts/tenantcounts.ts';
import type { ParkedRoom } from './delivery/limits/parkedroom.ts';
import type { Ledger } from './ledger/ledger.ts';
import { StatsPoll } from './ledger/statspoll.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { Source } from './sources/source.ts';
import type { Metrics } from './telemetry/metrics.ts';
import type { Registry } from './tenants/registry.ts';

type PollParts = Readonly<{
  registry: Registry;
  source: Source;
  ledger: Ledger;
  /** The same ledger, with its calls timed. */
  metered: Ledger;
  parkedRoom: Pick<ParkedRoom, 'counted'>;
  counts: LatestCounts;
  metrics: Metrics;
  clock: Clock;
  random: () => number;
  log: Log;
}>;

/** What looks at the ledger now and then, off the way of the webhooks. */
export type Polls = Readonly<{ start: () => void; stop: () => void }>;

/** Shows in metrics and statuses what the ledger has. */
export function pollsOf(parts: PollParts): Polls {
  const stats = new StatsPoll({ ...parts, observe: parts.metrics.ledgerLooked });
  const polls = [stats, countsPoll(parts), budgetsPoll(parts)];
  return Object.freeze({
    start: () => {
      for (const poll of polls) poll.start();
    },
    stop: () => {
      for (const poll of polls) poll.stop();
    },
  });
}

/** Counts deliveries for the metrics, and for whoever shows them of each tenant. */
function countsPoll(parts: PollParts): CountsPoll {
  const { registry, source, metered, metrics, parkedRoom, counts: latest } = parts;
  const tenants = new TenantCounts({ registry, report: (key, counts) => source.deliveries?.(key, counts) });
  return new CountsPoll({
    ...parts,
    ledger: metered,
    observe: (counts, unsent) => {
      metrics.deliveriesCounted(counts);
      metrics.outboxCounted(unsent);
      for (const listener of [tenants, parkedRoom, latest]) listener.counted(counts, unsent);
    },
  });
}

/** Reads the budgets for the metrics, and for whoever shows them of each tenant. */
function budgetsPoll(parts: PollParts): BudgetsPoll {
  const { source, metered, metrics, counts } = parts;
  return new BudgetsPoll({
    ...parts,
    ledger: metered,
    isHolding: (slug) => counts.of(slug).some(({ reason }) => reason === 'held'),
    observe: (budgets) => {
      metrics.budgetsRead(budgets);
      source.budgets?.(budgets);
    },
  });
}
