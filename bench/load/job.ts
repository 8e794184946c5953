/** What the load process can be asked to do. */
export type Job = Readonly<{
  port: number;
  what: Webhooks | Readonly<{ kind: 'look-up' | 'reward'; base: string }>;
  how: How;
}>;

export type Webhooks = Readonly<{
  kind: 'webhooks';
  /** The slugs are `tenant-0` up to this number, taken in turn. */
  tenants: number;
  /** The first of them. */
  from?: number;
  variant?: Variant;
}>;

/** What is special about the webhooks; `same`: all have one id, and so are duplicates of the first. */
export type Variant = 'new' | 'same' | 'invalid' | 'nobody' | 'reused' | 'stranger';

/** As fast as so many connections allow, or at a steady rate a second, whatever the answers do. */
export type How = Readonly<{ connections: number } | { rate: number }> &
  Readonly<{ seconds: number } | { count: number }> &
  Readonly<{
    /** Whether the report has every latency, and not only their quantiles. */
    keepsSamples?: boolean;
  }>;

export type Report = Readonly<{
  answered: number;
  seconds: number;
  statuses: Readonly<Record<string, number>>;
  /** Milliseconds from when it was due until it was answered. */
  latency: Readonly<{ p50: number; p99: number; most: number }>;
  /** Each of them, from the least on, if they were to be kept. */
  samples?: readonly number[];
  /** CPU time of the load process itself, in seconds. */
  cpuSeconds: number;
}>;

/** The secret of the tenant with this number. */
export const secretOf = (tenant: number): string => `webhook-secret-of-tenant-${tenant}`;
