/** What the console's API answers and takes, as docs/openapi.yaml describes it. */

export type StateName = 'pending' | 'waiting' | 'issued' | 'parked' | 'discarded';
export type ReasonName =
  | 'throttled'
  | 'unavailable'
  | 'credentials_refused'
  | 'unconfirmed'
  | 'suspended'
  | 'held'
  | 'profile_not_found'
  | 'replayed'
  | 'rejected'
  | 'not_allowed'
  | 'invalid_payload'
  | 'id_reused'
  | 'gave_up'
  | 'unreadable'
  | 'decided'
  | 'erased';
export type Allowed = 'list' | 'get' | 'update' | 'delete' | 'payload';

export type Me = Readonly<{ user: string; signed_in_by: 'token' | 'session'; csrf_token?: string }>;

export type ReasonCount = Readonly<{ state: 'waiting' | 'parked'; reason: ReasonName; count: number }>;

/** A budget of the day; `spent` is absent while nobody can tell it. */
export type BudgetView = Readonly<{
  unit: 'rewards' | 'amount';
  most: number;
  spent?: number;
  ends_at: string;
}>;

export type TenantView = Readonly<{
  slug: string;
  resource: string;
  state: 'ready' | 'suspended' | 'refused';
  message?: string;
  actions: readonly string[];
  url: string;
  delivery?: 'Durable' | 'Synchronous';
  klaviyo_events?: 'on' | 'refused';
  waiting: number;
  parked: number;
  oldest_waiting?: string;
  reasons: readonly ReasonCount[];
  budgets?: readonly BudgetView[];
  allowed: readonly Allowed[];
}>;

export type ActivityHour = Readonly<{
  hour: string;
  issued: number;
  unfinished: number;
  parked: number;
  discarded: number;
}>;

/** What rewards, or others of a kind, may be of. */
export type Definition = Readonly<{ id: number; name: string; handle?: string }>;

export type FieldFault = Readonly<{ field: string; code: string; hint: string }>;

export type CheckResult = Readonly<{
  is_valid: boolean;
  has_id?: boolean;
  detail?: string;
  errors?: readonly FieldFault[];
}>;

/** What would become of a webhook that came now. `status` to `errors` are those of a failure. */
export type RehearsalResult = Readonly<{
  would: 'create' | 'duplicate' | 'fail';
  matched_by?: string;
  external_id?: string;
  summary?: DeliveryView['summary'];
  status?: number;
  code?: string;
  detail?: string;
  errors?: readonly FieldFault[];
}>;

export type DeliveryView = Readonly<{
  delivery_id: string;
  tenant: string;
  action: string;
  state: StateName;
  reason?: ReasonName;
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

export type DeliveryList = Readonly<{ deliveries: readonly DeliveryView[]; next_cursor?: string }>;

export type EventView = Readonly<{
  at: string;
  kind: 'arrived' | 'attempted' | 'replayed' | 'corrected' | 'discarded' | 'erased';
  result?: string;
  code?: string;
  omneo_status?: number;
  took_ms?: number;
  matched_by?: string;
  by?: string;
  why?: string;
}>;

export type DeliveryDetails = Readonly<{
  delivery: DeliveryView;
  events: readonly EventView[];
  allowed: readonly Allowed[];
  payload?: string;
  payload_fault?: 'erased' | 'key_missing' | 'damaged';
}>;

export type ProblemView = Readonly<{
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: readonly FieldFault[];
}>;

/** Which of a tenant's parked deliveries are changed together. */
export type BulkFilter = Readonly<{
  tenant: string;
  reason?: string;
  id?: string;
  person_id?: string;
  email?: string;
  since?: string;
  until?: string;
}>;

export type BulkResult = Readonly<{ count: number; has_more: boolean }>;
