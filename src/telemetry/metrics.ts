import { Counter, Gauge, type Registry as Registers, collectDefaultMetrics } from 'prom-client';
import { createControlMetrics } from './controlmetrics.ts';
import { type DeliveryMetrics, createDeliveryMetrics } from './deliverymetrics.ts';
import type { BudgetOfDay } from '../tenants/budgetuse.ts';
import { Exposition } from './exposition.ts';
import { type KlaviyoMetrics, createKlaviyoMetrics } from './klaviyometrics.ts';
import { addLimitGauges } from './limitgauges.ts';
import { addLedgerGauges } from './ledgermetrics.ts';
import type { LedgerStats } from '../ledger/ledgerstats.ts';
import { type ReadExemplar, durationsOf } from './openmetrics/histogram.ts';
import { openMetricsType } from './openmetrics/smallmetrics.ts';
import type { ObserveLedger } from '../ledger/metered.ts';
import type { Observe } from '../sources/kubernetes/observe.ts';
import type { ObserveCall } from '../omneo/client/client.ts';
import { type ReadPace, addPaceGauges } from './pacemetrics.ts';
import type { CompletedWebhook } from './webhookcontext.ts';
import type { Suspension } from '../sources/suspendfile.ts';
import { addSuspensionGauges } from './suspensionmetrics.ts';
import { addTenantGauges, createTenantCounters } from './tenantmetrics.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Registry } from '../tenants/registry.ts';
import type { Tenant } from '../tenants/tenant.ts';

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** From the memory ledger, which takes microseconds, to the time after which a server is given up. */
const ledgerSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** What the gateway counts. A tenant label is a registered slug or `unknown`, nothing else. */
export type Metrics = Readonly<{
  webhookEnded: (completed: CompletedWebhook) => void;
  secretUsed: (slug: string, secret: string) => void;
  /** A webhook asks for what its secret may not be used for. */
  outsideScope: (slug: string, secret: string) => void;
  /** A webhook became a reward though its person_id and e-mail are of two profiles. */
  identityConflict: (slug: string) => void;
  /** Something was made for a tenant that is worth so many hundredths of an amount. */
  issued: (slug: string, cents: number) => void;
  call: (tenant: Pick<Tenant, 'slug'>, call: Parameters<ObserveCall>[0]) => void;
  tokenFetched: (result: string) => void;
  claimed: (result: string) => void;
  ledgerRequested: ObserveLedger;
  /** What SUSPEND_ALL_FILE says from now on. */
  suspension: (suspension: Suspension) => void;
  /** What the ledger looks like from now on. */
  ledgerLooked: (stats: LedgerStats) => void;
  /** Omneo shows a created reward under another `external_id` than it was sent. */
  externalIdAltered: (slug: string) => void;
  /** Omneo shows the reward of a webhook for which the ledger has no entry. */
  ledgerForgot: (slug: string) => void;
  /** Omneo begins, or ceases, to refuse this tenant's credentials. */
  credentials: (tenant: Tenant, refused: boolean) => void;
  /** Shows the pace of each tenant from now on, read at each scrape. */
  showPaces: (read: ReadPace) => void;
  /** What is used of the tenants' budgets from now on. */
  budgetsRead: (budgets: readonly BudgetOfDay[]) => void;
  control: Observe;
  contentType: string;
  /** Prometheus' text format, in pieces between which other work goes on. */
  slices: () => AsyncIterable<string>;
  /** The same as OpenMetrics, likewise, for who asks for that; undefined: there are no exemplars, which are all that it has more. */
  openMetrics: Readonly<{ contentType: string; slices: () => AsyncIterable<string> }> | undefined;
}> &
  DeliveryMetrics &
  KlaviyoMetrics;

type MetricsOptions = Readonly<{
  clock?: Pick<Clock, 'now'>;
  /** What an exemplar says of what goes on now; absent: there are none. */
  exemplar?: ReadExemplar | undefined;
}>;

/**
 * Counters for one process, over the tenants of `registry`; a tenant that goes takes its series along. `output` is that of
 * the log.
 */
export function createMetrics(
  registry: Registry,
  version: string,
  output: Readonly<{ dropped: number }> = { dropped: 0 },
  { clock = systemClock, exemplar }: MetricsOptions = {},
): Metrics {
  const exposition = new Exposition();
  const { small } = exposition;
  collectDefaultMetrics({ register: small });
  const common = instruments(small, exemplar);
  const perTenant = createTenantCounters(exposition, registry);
  buildInfo(small, version);
  droppedLines(small, output);
  // Hangs on the snapshot: changed credentials make a new tenant, which nobody has refused yet.
  const refused = new WeakSet<Tenant>();
  addTenantGauges(exposition, registry, refused);

  const labelOf = (slug: string): string => (registry.get(slug) === undefined ? 'unknown' : slug);

  return Object.freeze({
    ...createDeliveryMetrics({ exposition, registry, clock, labelOf }),
    ...createKlaviyoMetrics({ exposition, registry, clock, labelOf }),
    webhookEnded: ({ context: { tenant, outcome, action }, status, seconds: duration }: CompletedWebhook) => {
      const code = String(status);
      perTenant.webhooks.inc(labelOf(tenant), code, outcome, action);
      if (duration !== null) common.webhookDuration.observe({ code }, duration);
    },
    ...issuedMetrics(perTenant, labelOf),
    ...secretMetrics(perTenant, labelOf),
    call: ({ slug }, { operation, code, seconds: duration }) => {
      perTenant.calls.inc(labelOf(slug), operation, code);
      common.callDuration.observe({ operation }, duration);
    },
    tokenFetched: (result: string) => {
      common.tokens.inc({ result });
    },
    claimed: (result: string) => {
      common.claims.inc({ result });
    },
    ledgerRequested: (operation, result, taken) => {
      common.ledgerDuration.observe({ operation, result }, taken);
    },
    ledgerLooked: addLedgerGauges(small),
    suspension: addSuspensionGauges(small),
    externalIdAltered: (slug: string) => {
      perTenant.alteredIds.inc(labelOf(slug));
    },
    ledgerForgot: (slug: string) => {
      perTenant.forgotten.inc(labelOf(slug));
    },
    credentials: (tenant: Tenant, isRefused: boolean) => {
      if (isRefused) refused.add(tenant);
      else refused.delete(tenant);
    },
    showPaces: addPaceGauges(exposition, registry),
    budgetsRead: addLimitGauges(exposition, registry),
    control: createControlMetrics(small),
    contentType: exposition.contentType,
    slices: () => exposition.slices(),
    openMetrics: exemplar && { contentType: openMetricsType, slices: () => exposition.openSlices() },
  });
}

function issuedMetrics(
  { conflicts, issuedAmounts }: ReturnType<typeof createTenantCounters>,
  labelOf: (slug: string) => string,
): Pick<Metrics, 'identityConflict' | 'issued'> {
  return {
    identityConflict: (slug) => {
      conflicts.inc(labelOf(slug));
    },
    issued: (slug, cents) => {
      issuedAmounts.add(labelOf(slug), cents / 100);
    },
  };
}

function secretMetrics(
  { secrets, outsideScope }: ReturnType<typeof createTenantCounters>,
  labelOf: (slug: string) => string,
): Pick<Metrics, 'secretUsed' | 'outsideScope'> {
  return {
    secretUsed: (slug, secret) => {
      secrets.inc(labelOf(slug), secret);
    },
    outsideScope: (slug, secret) => {
      outsideScope.inc(labelOf(slug), secret);
    },
  };
}

function instruments(small: Registers, exemplar: ReadExemplar | undefined) {
  const registers = [small];
  const durations = { register: small, exemplar };
  return {
    webhookDuration: durationsOf({
      name: 'omneo_gateway_webhook_request_duration_seconds',
      help: 'Time from the headers of a webhook to its answer, by HTTP status code.',
      labelNames: ['code'],
      buckets: seconds,
      ...durations,
    }),
    callDuration: durationsOf({
      name: 'omneo_gateway_upstream_request_duration_seconds',
      help: 'Time of a call to Omneo, by operation.',
      labelNames: ['operation'],
      buckets: seconds,
      ...durations,
    }),
    tokens: new Counter({
      name: 'omneo_gateway_token_requests_total',
      help: "Requests to Omneo's token endpoints, by result: issued, refused, throttled or unavailable.",
      labelNames: ['result'],
      registers,
    }),
    ledgerDuration: durationsOf({
      name: 'omneo_gateway_ledger_request_duration_seconds',
      help: 'Time of a call of the ledger, by operation and result: ok or unavailable.',
      labelNames: ['operation', 'result'],
      buckets: ledgerSeconds,
      ...durations,
    }),
    claims: new Counter({
      name: 'omneo_gateway_ledger_claims_total',
      help: 'Claims in the ledger, by result: won, unconfirmed, issued, busy, mismatch or full.',
      labelNames: ['result'],
      registers,
    }),
  };
}

function buildInfo(small: Registers, version: string): void {
  const registers = [small];
  new Gauge({
    name: 'omneo_gateway_build_info',
    help: 'Always 1; the labels tell the version of the gateway and of Node.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.versions.node }, 1);
}

function droppedLines(small: Registers, output: Readonly<{ dropped: number }>): void {
  new Counter({
    name: 'omneo_gateway_log_lines_dropped_total',
    help: 'Log lines that were dropped since nobody reads standard output, or not fast enough.',
    registers: [small],
    collect() {
      this.reset();
      this.inc(output.dropped);
    },
  });
}
