/** What the dashboard asks Prometheus, row by row: plain data, which scripts/dashboard.ts turns into Grafana's. */

/** A panel: what it shows, and the queries that bring it. */
export type Panel = Readonly<{
  title: string;
  /** What it means, and what to look at next. */
  description: string;
  kind: 'stat' | 'lines' | 'bars' | 'timeline';
  unit: string;
  /** Of the 24 columns. */
  width: number;
  queries: readonly (readonly [expr: string, legend: string])[];
}>;

export type Row = Readonly<{ title: string; panels: readonly Panel[] }>;

const here = 'namespace=~"$namespace"';
const tenants = `${here},tenant=~"$tenant"`;
const isIssued = 'outcome=~"granted|duplicate"';
// Accepted is no failure: what becomes of it, the row of the deliveries shows.
const isNotIssued = 'outcome!~"granted|duplicate|accepted|rehearsed"';
// The codes that Klaviyo sends again; every other failure loses the reward for good.
const isRetried = 'code=~"429|500|502|503"';
const isLost = 'code!~"2..|401|429|500|502|503"';

const webhooks = (filter: string): string => `omneo_gateway_webhook_requests_total{${tenants},${filter}}`;
const rate = (selector: string): string => `rate(${selector}[$__rate_interval])`;
const total = (selector: string): string => `sum(increase(${selector}[$__range]))`;

function quantile(q: number, metric: string, by = ''): string {
  const labels = by === '' ? 'le' : `le, ${by}`;
  return `histogram_quantile(${q}, sum by (${labels}) (${rate(`${metric}_bucket{${here}}`)}))`;
}

/** A metric of Node itself, which other programs in the namespace have too. */
const ofGateways = (expr: string): string =>
  `${expr} and on (namespace, job, instance) omneo_gateway_build_info{${here}}`;

type Rest = Omit<Panel, 'kind' | 'width'> & Partial<Pick<Panel, 'width'>>;

const stat = (rest: Rest): Panel => ({ kind: 'stat', width: 6, ...rest });
const lines = (rest: Rest): Panel => ({ kind: 'lines', width: 8, ...rest });
const bars = (rest: Rest): Panel => ({ kind: 'bars', width: 8, ...rest });
const timeline = (rest: Rest): Panel => ({ kind: 'timeline', width: 8, ...rest });

const rewards: Row = {
  title: 'Are rewards being issued, for whom not, and why',
  panels: [
    stat({
      title: 'Rewards issued',
      description: 'Rewards created in Omneo in the time shown.',
      unit: 'short',
      queries: [[total(webhooks('outcome="granted"')), 'issued']],
    }),
    stat({
      title: 'Share of webhooks that end in a reward',
      description:
        'Issued now or before, of all webhooks in the time shown but for those accepted to be issued later.',
      unit: 'percentunit',
      queries: [[`${total(webhooks(isIssued))} / ${total(webhooks('outcome!="accepted"'))}`, 'issued']],
    }),
    stat({
      title: 'Lost for good',
      description:
        'Answered with a code that Klaviyo does not send again, wrong secrets aside: the Flow or the data in Omneo has to be put right. Where delivery is durable these are parked, and not lost.',
      unit: 'short',
      queries: [[total(webhooks(isLost)), 'lost']],
    }),
    stat({
      title: 'Left to be sent again',
      description: 'Answered with a code that Klaviyo sends again, for up to 24 hours.',
      unit: 'short',
      queries: [[total(webhooks(isRetried)), 'sent again']],
    }),
    lines({
      title: 'Rewards issued, by tenant',
      description: 'Rewards created in Omneo.',
      unit: 'reqps',
      queries: [[`sum by (tenant) (${rate(webhooks('outcome="granted"'))})`, '{{tenant}}']],
    }),
    lines({
      title: 'Amount issued in an hour, by tenant',
      description:
        "What the rewards and credits of the last hour are worth, in the tenant's currency. The days before tell what is usual.",
      unit: 'short',
      queries: [
        [`sum by (tenant) (increase(omneo_gateway_issued_amount_total{${tenants}}[1h]))`, '{{tenant}}'],
      ],
    }),
    lines({
      title: 'Budgets of today, by tenant and limit',
      description: 'How much of each is used. At 100 % the tenant gets nothing more before the next day.',
      unit: 'percentunit',
      queries: [
        [`max by (tenant, limit) (omneo_gateway_limit_used_ratio{${tenants}})`, '{{tenant}} {{limit}}'],
      ],
    }),
    bars({
      title: 'Webhooks, by tenant and status code',
      description: 'Every webhook. The tenant "unknown" stands for slugs that nobody registered.',
      unit: 'reqps',
      queries: [[`sum by (tenant, code) (${rate(webhooks('code!=""'))})`, '{{tenant}} {{code}}']],
    }),
    bars({
      title: 'Not issued, by tenant and reason',
      description:
        'rejected: the payload or the customer. unauthorized: the secret. not_ready: this tenant or the ledger. upstream_error: Omneo.',
      unit: 'reqps',
      queries: [
        [
          `sum by (tenant, outcome, code) (${rate(webhooks(isNotIssued))})`,
          '{{tenant}} {{outcome}} {{code}}',
        ],
      ],
    }),
  ],
};

const webhookTime = 'omneo_gateway_webhook_request_duration_seconds';
const callTime = 'omneo_gateway_upstream_request_duration_seconds';
const calls = `omneo_gateway_upstream_requests_total{${tenants}`;
const pace = 'omneo_gateway_pace';

const latency: Row = {
  title: "Latency, the gateway's against Omneo's",
  panels: [
    lines({
      title: 'Answers to webhooks',
      description: 'From the headers of a webhook to its answer, of all tenants.',
      unit: 's',
      queries: [0.5, 0.95, 0.99].map((q) => [quantile(q, webhookTime), `p${q * 100}`]),
    }),
    lines({
      title: 'Calls to Omneo, p95 by operation',
      description: 'A webhook makes two or three of them. What is slow here is slow in Omneo.',
      unit: 's',
      queries: [[quantile(0.95, callTime, 'operation'), '{{operation}}']],
    }),
    bars({
      title: 'Calls to Omneo that fail, by tenant',
      description: 'Status codes of Omneo; "error" when there was no answer.',
      unit: 'reqps',
      queries: [
        [
          `sum by (tenant, operation, code) (${rate(`${calls},code!~"2.."}`)})`,
          '{{tenant}} {{operation}} {{code}}',
        ],
      ],
    }),
    lines({
      title: 'Pace of calls to Omneo',
      description:
        'The limit of all replicas in calls a minute, where there is one, and the calls that are made. Learned from the spec, from headers of Omneo, or from its refusals.',
      unit: 'short',
      width: 12,
      queries: [
        [
          `sum by (tenant, learned_from) (${pace}_calls_per_minute{${tenants},learned_from!="none"})`,
          'limit of {{tenant}}, by {{learned_from}}',
        ],
        [`60 * sum by (tenant) (${rate(`${calls}}`)})`, 'calls of {{tenant}}'],
      ],
    }),
    timeline({
      title: 'Paused by Omneo',
      description: '1 while no webhook of the tenant begins on a replica, since Omneo has refused calls.',
      unit: 'short',
      width: 12,
      queries: [[`max by (tenant) (${pace}_paused{${tenants}})`, '{{tenant}}']],
    }),
  ],
};

const retries: Row = {
  title: 'Retries and duplicates avoided',
  panels: [
    stat({
      title: 'Duplicates avoided',
      description: 'Webhooks that were answered with a reward issued before.',
      unit: 'short',
      width: 4,
      queries: [[total(webhooks('outcome="duplicate"')), 'avoided']],
    }),
    lines({
      title: 'Duplicates avoided, by tenant',
      description: 'Mostly retries whose first answer got lost.',
      unit: 'reqps',
      width: 10,
      queries: [[`sum by (tenant) (${rate(webhooks('outcome="duplicate"'))})`, '{{tenant}}']],
    }),
    bars({
      title: 'Left to be sent again, by tenant and status code',
      description: 'Klaviyo sends these again: 17 times within 24 hours.',
      unit: 'reqps',
      width: 10,
      queries: [[`sum by (tenant, code) (${rate(webhooks(isRetried))})`, '{{tenant}} {{code}}']],
    }),
  ],
};

const ofLedger = (by: string, selector: string): string =>
  `sum by (${by}) (max by (namespace, job, tenant, state, reason) (${selector}))`;

const deliveries: Row = {
  title: 'Webhooks that were accepted, and wait or are parked (empty without durable delivery)',
  panels: [
    bars({
      title: 'Deliveries that are not done, by tenant, state and reason',
      description:
        'waiting: tried again by itself. parked: a human has to look. The tenant "unknown" stands for those that are not registered any more.',
      unit: 'short',
      width: 12,
      queries: [
        [
          ofLedger('tenant, state, reason', `omneo_gateway_deliveries{${tenants}}`),
          '{{tenant}} {{state}} {{reason}}',
        ],
      ],
    }),
    lines({
      title: 'Oldest delivery that waits, by tenant',
      description:
        'Since it was accepted, or replayed. A tenant that waits for customers to appear has old ones.',
      unit: 's',
      width: 12,
      queries: [[`max by (tenant) (omneo_gateway_oldest_waiting_seconds{${tenants}})`, '{{tenant}}']],
    }),
    lines({
      title: 'Webhooks accepted, by tenant',
      description:
        'Answered before they were issued. A rise: Omneo is slow, away, or asked for too much. not parked: failed for good, while as many are parked as may be.',
      unit: 'reqps',
      queries: [
        [`sum by (tenant) (${rate(`omneo_gateway_accepted_total{${tenants}}`)})`, '{{tenant}}'],
        [`sum by (tenant) (${rate(`omneo_gateway_not_parked_total{${tenants}}`)})`, '{{tenant}} not parked'],
      ],
    }),
    bars({
      title: 'Attempts at deliveries, by result',
      description:
        'postponed: due again later. unconfirmed: nobody knows yet whether Omneo has it. failed: the ledger could not record it, or a bug.',
      unit: 'reqps',
      queries: [
        [`sum by (result) (${rate(`omneo_gateway_delivery_attempts_total{${tenants}}`)})`, '{{result}}'],
      ],
    }),
    bars({
      title: 'Events to Klaviyo, by tenant and result',
      description:
        'How webhooks ended, as Klaviyo is told. Everything but "sent" is one that it has not taken, or not yet.',
      unit: 'short',
      queries: [
        [
          `sum by (tenant, result) (increase(omneo_gateway_klaviyo_events_total{${tenants}}[$__rate_interval]))`,
          '{{tenant}} {{result}}',
        ],
      ],
    }),
    lines({
      title: 'Oldest webhook that Klaviyo is still to be told of, by tenant',
      description: 'What is older than three days is not told any more.',
      unit: 's',
      queries: [[`max by (tenant) (omneo_gateway_oldest_klaviyo_event_seconds{${tenants}})`, '{{tenant}}']],
    }),
    bars({
      title: 'Deliveries changed by people',
      description:
        'What was replayed, corrected, discarded or erased on the console or its API. The log names who.',
      unit: 'short',
      queries: [
        [
          `sum by (tenant, change) (increase(omneo_gateway_delivery_changes_total{${tenants}}[$__rate_interval]))`,
          '{{tenant}} {{change}}',
        ],
      ],
    }),
    lines({
      title: 'Rounds of the courier',
      description: 'How often each replica looks for what is due. At 0 everywhere, nothing is delivered.',
      unit: 'cps',
      queries: [[rate(`omneo_gateway_courier_rounds_total{${here}}`), '{{namespace}} {{instance}}']],
    }),
  ],
};

const readiness: Row = {
  title: 'Tenants not ready, and why',
  panels: [
    timeline({
      title: 'Tenant is ready',
      description: '1 when webhooks of the tenant can be issued on every replica.',
      unit: 'short',
      queries: [[`min by (tenant) (omneo_gateway_tenant_ready{${tenants}})`, '{{tenant}}']],
    }),
    lines({
      title: 'Tenants that are not ready, and why',
      description: 'Replicas on which a tenant is in a state other than ready.',
      unit: 'short',
      queries: [
        [
          `sum by (tenant, state) (omneo_gateway_tenant_state{${tenants}, state!="ready"})`,
          '{{tenant}} {{state}}',
        ],
      ],
    }),
    lines({
      title: 'Tenants, by state',
      description:
        'suspended: on purpose. credentials_refused: by Omneo. refs_not_resolved: a Secret is missing. not_accepted: invalid, or another has the slug. The status of each OmneoTenant says it for that one.',
      unit: 'short',
      queries: [[`max by (state) (omneo_gateway_tenants{${here}})`, '{{state}}']],
    }),
    lines({
      title: 'The switch that suspends every tenant',
      description:
        'Replicas that suspend every tenant, and replicas that cannot read the switch. Both are 0 as a rule.',
      unit: 'short',
      queries: [
        [`sum(omneo_gateway_suspended_all{${here}})`, 'suspended'],
        [`count(omneo_gateway_suspend_all_file_readable{${here}} == 0) or vector(0)`, 'unreadable'],
      ],
    }),
    lines({
      title: 'Secrets that webhooks come with',
      description: 'An old secret that no longer shows can be taken out of the OmneoTenant.',
      unit: 'reqps',
      queries: [
        [
          `sum by (tenant, secret) (${rate(`omneo_gateway_webhook_secret_used_total{${tenants}}`)})`,
          '{{tenant}} {{secret}}',
        ],
      ],
    }),
    lines({
      title: 'Secrets that are used outside of their scope',
      description: 'Refused. Either a Flow has the secret of another one, or the secret has leaked.',
      unit: 'reqps',
      queries: [
        [
          `sum by (tenant, secret) (${rate(`omneo_gateway_webhook_outside_scope_total{${tenants}}`)})`,
          '{{tenant}} {{secret}}',
        ],
      ],
    }),
    lines({
      title: 'Altered external ids, by tenant',
      description:
        'Rewards that Omneo shows under another external_id than it was sent: it may not find them again.',
      unit: 'reqps',
      queries: [
        [`sum by (tenant) (${rate(`omneo_gateway_altered_external_ids_total{${tenants}}`)})`, '{{tenant}}'],
      ],
    }),
    lines({
      title: 'Identity conflicts, by tenant',
      description:
        'Rewards for webhooks whose person_id and e-mail are of two profiles. That of person_id got it.',
      unit: 'reqps',
      queries: [
        [`sum by (tenant) (${rate(`omneo_gateway_identity_conflicts_total{${tenants}}`)})`, '{{tenant}}'],
      ],
    }),
  ],
};

const tokens: Row = {
  title: 'Tokens',
  panels: [
    bars({
      title: 'Requests for a token, by result',
      description: 'A few an hour are usual. refused: the client, the user or their secrets are wrong.',
      unit: 'reqps',
      width: 12,
      queries: [[`sum by (result) (${rate(`omneo_gateway_token_requests_total{${here}}`)})`, '{{result}}']],
    }),
    bars({
      title: 'Calls that Omneo refuses, by tenant',
      description: 'A 401 now and then is a token that was revoked early; a 403 is a missing right.',
      unit: 'reqps',
      width: 12,
      queries: [[`sum by (tenant, code) (${rate(`${calls},code=~"401|403"}`)})`, '{{tenant}} {{code}}']],
    }),
  ],
};

const claims = `omneo_gateway_ledger_claims_total{${here}`;
const ledgerTime = 'omneo_gateway_ledger_request_duration_seconds';
const replica = '{{namespace}} {{instance}}';

const ledger: Row = {
  title: 'Ledger',
  panels: [
    bars({
      title: 'Claims, by result',
      description: 'won: a new webhook. issued: a duplicate avoided. mismatch: an id that was used before.',
      unit: 'reqps',
      queries: [[`sum by (result) (${rate(`${claims}}`)})`, '{{result}}']],
    }),
    lines({
      title: 'Authenticated webhooks and claims',
      description: 'Webhooks without claims: the payloads are wrong, or the ledger is out of reach.',
      unit: 'reqps',
      queries: [
        [`sum(${rate(`omneo_gateway_webhook_secret_used_total{${here}}`)})`, 'authenticated'],
        [`sum(${rate(`${claims},result!="unavailable"}`)})`, 'claims'],
      ],
    }),
    bars({
      title: 'Claims in doubt',
      description:
        'unconfirmed: an earlier create had no answer. busy: a copy is under way. full: no room. unavailable: no ledger.',
      unit: 'reqps',
      queries: [
        [`sum by (result) (${rate(`${claims},result=~"unconfirmed|busy|full|unavailable"}`)})`, '{{result}}'],
      ],
    }),
    lines({
      title: 'Rewards that the ledger had forgotten, by tenant',
      description:
        'Omneo showed them, so they were not issued twice. Counted since each replica started. A rise all at once: it was restored from an older backup, replaced or emptied.',
      unit: 'short',
      queries: [[`sum by (tenant) (omneo_gateway_ledger_forgotten_total{${tenants}})`, '{{tenant}}']],
    }),
    lines({
      title: 'Calls of the ledger, p99 by operation',
      description: 'A webhook makes two: claim and settle. Each waits until the disk has it.',
      unit: 's',
      queries: [[quantile(0.99, ledgerTime, 'operation'), '{{operation}}']],
    }),
    lines({
      title: 'Connections to Postgres',
      description:
        'Of all replicas. Statements that wait while all that there may be are open wait for too few.',
      unit: 'short',
      queries: [
        [`sum by (state) (omneo_gateway_ledger_connections{${here}})`, '{{state}}'],
        [`sum(omneo_gateway_ledger_connections_max{${here}})`, 'at most'],
      ],
    }),
    lines({
      title: 'Size of the ledger',
      description: 'The database of SQLite with its log, or the table of Postgres with its indexes.',
      unit: 'bytes',
      queries: [[`max by (namespace, instance) (omneo_gateway_ledger_size_bytes{${here}})`, replica]],
    }),
    lines({
      title: 'Disk of the SQLite ledger',
      description: 'A full disk is 503 for every new webhook, and nothing that waits is delivered.',
      unit: 'bytes',
      queries: [
        [`min by (namespace, instance) (omneo_gateway_ledger_disk_free_bytes{${here}})`, `free ${replica}`],
        [`max by (namespace, instance) (omneo_gateway_ledger_disk_size_bytes{${here}})`, `all ${replica}`],
      ],
    }),
    lines({
      title: 'Since the last checkpoint of SQLite',
      description:
        'One comes after about 1,000 pages of writes, so a quiet ledger has it seldom. If the size rises meanwhile, a reader such as a backup holds it up.',
      unit: 's',
      queries: [
        [`max by (namespace, instance) (omneo_gateway_ledger_checkpoint_age_seconds{${here}})`, replica],
      ],
    }),
  ],
};

const synced = `omneo_gateway_reflector_synced{${here}}`;
const contact = `omneo_gateway_reflector_last_contact_timestamp_seconds{${here}}`;

/** The namespace is empty where the whole cluster is watched. */
const collection = '{{resource}} {{watched_namespace}}';

const watches: Row = {
  title: 'Watch and control plane (empty with a folder of tenants)',
  panels: [
    lines({
      title: 'Since the Kubernetes API last answered',
      description: 'The worst replica. The API sends something about once a minute, changes or not.',
      unit: 's',
      queries: [[`time() - min by (resource, watched_namespace) (${contact})`, collection]],
    }),
    timeline({
      title: 'Everything was listed once',
      description: '1 when every replica knows all of a resource.',
      unit: 'short',
      queries: [[`min by (resource, watched_namespace) (${synced})`, collection]],
    }),
    bars({
      title: 'Lists and watches that ended early',
      description: 'By reason; a steady stream of them is an API server or a network in trouble.',
      unit: 'short',
      queries: [
        [
          `sum by (resource, watched_namespace, reason) (increase(omneo_gateway_reflector_restarts_total{${here}}[$__rate_interval])) or min by (resource, watched_namespace) (${synced}) * 0`,
          `${collection} {{reason}}`,
        ],
      ],
    }),
    timeline({
      title: 'Replicas that lead',
      description: 'One writes statuses and Events. Webhooks need none.',
      unit: 'short',
      queries: [
        [
          `sum by (namespace) (omneo_gateway_leader{${here}} and on (namespace, job, instance) ${synced})`,
          '{{namespace}}',
        ],
      ],
    }),
    bars({
      title: 'Reconciled OmneoTenants, by result',
      description: 'error: something went wrong that is tried again.',
      unit: 'reqps',
      queries: [[`sum by (result) (${rate(`omneo_gateway_reconcile_total{${here}}`)})`, '{{result}}']],
    }),
    lines({
      title: 'Time to reconcile, p99',
      description: 'From a change in hand to the tenant being served.',
      unit: 's',
      queries: [[quantile(0.99, 'omneo_gateway_reconcile_duration_seconds'), 'p99']],
    }),
    lines({
      title: 'OmneoTenants that wait to be reconciled',
      description: 'The longest queue; it should be empty almost always.',
      unit: 'short',
      width: 12,
      queries: [[`max(omneo_gateway_queue_depth{${here}})`, 'waiting']],
    }),
    bars({
      title: 'Statuses, by result',
      description: 'conflict and error are tried again.',
      unit: 'reqps',
      width: 12,
      queries: [[`sum by (result) (${rate(`omneo_gateway_status_writes_total{${here}}`)})`, '{{result}}']],
    }),
  ],
};

const processes: Row = {
  title: 'Process',
  panels: [
    stat({
      title: 'Replicas, by version',
      description: 'More than one version only while a new one is rolled out.',
      unit: 'short',
      queries: [
        [`count by (version, node) (omneo_gateway_build_info{${here}})`, '{{version}} on Node {{node}}'],
      ],
    }),
    lines({
      title: 'Memory',
      description: 'Resident set of each replica.',
      unit: 'bytes',
      width: 6,
      queries: [[ofGateways(`process_resident_memory_bytes{${here}}`), replica]],
    }),
    lines({
      title: 'CPU',
      description: 'Cores that each replica keeps busy; one is the most it uses for webhooks.',
      unit: 'short',
      width: 6,
      queries: [[ofGateways(rate(`process_cpu_seconds_total{${here}}`)), replica]],
    }),
    lines({
      title: 'Lag of the event loop, p99',
      description: 'Above some tens of milliseconds a replica has more to do than it can.',
      unit: 's',
      width: 6,
      queries: [[ofGateways(`nodejs_eventloop_lag_p99_seconds{${here}}`), replica]],
    }),
    lines({
      title: 'Log lines dropped',
      description: 'Lines that nobody read from standard output, or not fast enough. It should be 0.',
      unit: 'cps',
      width: 24,
      queries: [[rate(`omneo_gateway_log_lines_dropped_total{${here}}`), replica]],
    }),
  ],
};

/** From top to bottom. */
export const rows: readonly Row[] = [
  rewards,
  latency,
  retries,
  deliveries,
  readiness,
  tokens,
  ledger,
  watches,
  processes,
];
