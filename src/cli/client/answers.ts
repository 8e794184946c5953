/** What docs/openapi.yaml says of the answers, as far as commands read it. A test holds these names against it. */

export type ApiDelivery = Readonly<{
  delivery_id: string;
  tenant: string;
  action: string;
  state: string;
  reason?: string;
  summary: Readonly<Record<string, string | number>>;
  external_id?: string;
  result?: Readonly<Record<string, string | number>>;
  since: string;
  attempts: number;
  trace_id?: string;
  next_attempt_at?: string;
  kept_until?: string;
  can_open?: boolean;
}>;

export type ApiDeliveryPage = Readonly<{ deliveries: readonly ApiDelivery[]; next_cursor?: string }>;

export type ApiEvent = Readonly<{
  at: string;
  kind: string;
  result?: string;
  code?: string;
  omneo_status?: number;
  took_ms?: number;
  matched_by?: string;
  by?: string;
  why?: string;
}>;

export type ApiDeliveryDetails = Readonly<{
  delivery: ApiDelivery;
  events: readonly ApiEvent[];
  payload?: string;
  payload_fault?: string;
}>;

export type ApiBudget = Readonly<{ unit: string; most: number; spent?: number; ends_at: string }>;

export type ApiTenant = Readonly<{
  slug: string;
  resource: string;
  state: string;
  message?: string;
  delivery?: string;
  waiting: number;
  parked: number;
  oldest_waiting?: string;
  reasons: readonly Readonly<{ state: string; reason: string; count: number }>[];
  budgets?: readonly ApiBudget[];
}>;

export type ApiTenantList = Readonly<{ tenants: readonly ApiTenant[] }>;

export type ApiActivity = Readonly<{ hours: readonly Readonly<{ hour: string; issued: number }>[] }>;

export type ApiBulkResult = Readonly<{ count: number; has_more: boolean }>;

export type ApiErasure = Readonly<{ erased: number; under_way: number }>;

export type ApiRehearsal = Readonly<{
  would: string;
  matched_by?: string;
  external_id?: string;
  summary?: Readonly<Record<string, string | number>>;
  status?: number;
  code?: string;
  detail?: string;
  errors?: readonly Readonly<{ field: string; hint: string }>[];
}>;

export type ApiProblem = Readonly<{
  detail: string;
  code: string;
  request_id: string;
  errors?: readonly Readonly<{ field: string; hint: string }>[];
}>;
