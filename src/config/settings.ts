import {
  acceptedStatus,
  flag,
  hostSuffixes,
  ledgerURL,
  namespace,
  namespaces,
  objectName,
  oneOf,
  optional,
  text,
  whole,
} from './value.ts';

type Setting<T> = Readonly<{ variable: string; initial: string; help: string; parse: (text: string) => T }>;

function setting<T>(variable: string, initial: string, parse: (text: string) => T, help: string): Setting<T> {
  return Object.freeze({ variable, initial, help, parse });
}

/** Every variable the gateway reads, with its default as a user would write it. docs/configuration.md is held against it. */
export const settings = Object.freeze({
  port: setting('PORT', '8080', whole(0, 65535), 'Port for webhooks; 0 takes a free one.'),
  adminPort: setting(
    'ADMIN_PORT',
    '9090',
    whole(0, 65535),
    'Port for probes and metrics; 0 takes a free one.',
  ),
  tenantsDir: setting(
    'TENANTS_DIR',
    '',
    optional(text),
    'Folder of OmneoTenant and Secret YAML; unset: the Kubernetes API.',
  ),
  kubeconfig: setting(
    'KUBECONFIG',
    '',
    optional(text),
    'Kubeconfig file; unset: the cluster around the Pod.',
  ),
  podName: setting(
    'POD_NAME',
    '',
    optional(text),
    'Name of this Pod, for the Lease and for Events; unset: the host name.',
  ),
  podNamespace: setting(
    'POD_NAMESPACE',
    '',
    optional(namespace),
    "Namespace of this Pod, where the Lease lies; unset: that of its ServiceAccount, or of the kubeconfig's context.",
  ),
  leaseName: setting(
    'LEASE_NAME',
    'omneo-gateway',
    objectName,
    'Lease by which one replica is chosen to write statuses.',
  ),
  watchNamespaces: setting(
    'WATCH_NAMESPACES',
    '',
    namespaces,
    'Comma list of namespaces with tenants; unset: all.',
  ),
  secretLabelSelector: setting(
    'SECRET_LABEL_SELECTOR',
    '',
    optional(text),
    'Label selector that narrows the Secrets that are watched; unset: all.',
  ),
  ledgerURL: setting(
    'LEDGER_URL',
    'memory:',
    ledgerURL,
    'Where issued webhooks are remembered: memory:, sqlite:<path>, or the URL of a PostgreSQL.',
  ),
  ledgerMaxEntries: setting(
    'LEDGER_MAX_ENTRIES',
    '200000',
    whole(1, 100_000_000),
    'Most webhooks that the memory ledger remembers; the oldest issued one makes room.',
  ),
  ledgerRetentionHours: setting(
    'LEDGER_RETENTION_HOURS',
    '72',
    whole(25, 8760),
    'How long an issued webhook is remembered; Klaviyo retries for 24 h.',
  ),
  ledgerKeyFile: setting(
    'LEDGER_KEY_FILE',
    '',
    optional(text),
    'File with the keys that seal webhooks in the ledger; unset: with sqlite: one beside the database, else none.',
  ),
  parkedRetentionDays: setting(
    'PARKED_RETENTION_DAYS',
    '30',
    whole(1, 365),
    'How long a parked webhook is kept for a human to decide.',
  ),
  maxParkedPerTenant: setting(
    'MAX_PARKED_PER_TENANT',
    '100000',
    whole(0, 100_000_000),
    'Parked webhooks of one tenant; what fails for good beyond that is answered as ever and not kept.',
  ),
  acceptedStatus: setting(
    'ACCEPTED_STATUS',
    '202',
    acceptedStatus,
    'Status of the answer to a webhook that is delivered later; 200 for a caller that takes nothing else.',
  ),
  settleWindowMs: setting(
    'SETTLE_WINDOW_MS',
    '120000',
    whole(0, 86_400_000),
    'How long after an ambiguous create Omneo may still show the reward.',
  ),
  upstreamHosts: setting(
    'UPSTREAM_HOSTS',
    '.getomneo.com',
    hostSuffixes,
    'Hosts, or suffixes with a leading dot, that baseURL and tokenURL may have.',
  ),
  allowInsecureUpstream: setting(
    'ALLOW_INSECURE_UPSTREAM',
    'false',
    flag,
    'true: http and loopback upstreams, for development only.',
  ),
  upstreamTimeoutMs: setting(
    'UPSTREAM_TIMEOUT_MS',
    '10000',
    whole(10, 60_000),
    'Deadline of one call to Omneo.',
  ),
  upstreamLimitWindowMs: setting(
    'UPSTREAM_LIMIT_WINDOW_MS',
    '60000',
    whole(100, 86_400_000),
    "For how long Omneo's limit of calls counts them: a minute, as Laravel does.",
  ),
  answerDeadlineMs: setting(
    'ANSWER_DEADLINE_MS',
    '4500',
    whole(10, 60_000),
    'A webhook is answered within this time, whatever Omneo does.',
  ),
  leaseMs: setting(
    'LEASE_MS',
    '35000',
    whole(20, 600_000),
    'How long one replica may work on a webhook before another may take it over; at least UPSTREAM_TIMEOUT_MS plus 5 %.',
  ),
  repeatWindowMs: setting(
    'REPEAT_WINDOW_MS',
    '0',
    whole(0, 86_400_000),
    'How long after its answer an equal webhook without an id counts as a retry, in case the answer got lost on its way.',
  ),
  credentialsRetryMs: setting(
    'CREDENTIALS_RETRY_MS',
    '30000',
    whole(0, 3_600_000),
    'How long credentials that Omneo refused are not tried again.',
  ),
  deletedTenantGraceMs: setting(
    'DELETED_TENANT_GRACE_MS',
    '900000',
    whole(0, 86_400_000),
    'How long the callers of a deleted tenant are asked to come back, in case it was deleted by mistake; 0: not at all.',
  ),
  maxConcurrent: setting(
    'MAX_CONCURRENT',
    '1000',
    whole(1, 100_000),
    'Webhooks under way in this process; more get 429.',
  ),
  maxConcurrentPerTenant: setting(
    'MAX_CONCURRENT_PER_TENANT',
    '100',
    whole(1, 100_000),
    'Webhooks under way for one tenant; more get 429.',
  ),
  maxConnections: setting(
    'MAX_CONNECTIONS',
    '10000',
    whole(1, 1_000_000),
    'Open sockets on the webhook port.',
  ),
  keepAliveMs: setting(
    'KEEP_ALIVE_MS',
    '75000',
    whole(1_000, 86_400_000),
    'How long a connection may wait for its next webhook; longer than the balancer in front keeps its own.',
  ),
  drainMs: setting('DRAIN_MS', '20000', whole(0, 600_000), 'From SIGTERM to the end of the last webhook.'),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    oneOf('debug', 'info', 'warn', 'error', 'silent'),
    'Least severe level logged.',
  ),
});
