/** What the stub of the console's API answers: made up, of the kinds that docs/openapi.yaml describes. */
import type {
  ActivityHour,
  DeliveryDetails,
  DeliveryView,
  EventView,
  Definition,
  TenantView,
} from '../../../web/api/types.ts';

/** When the fixtures are looked at. */
export const now = Date.parse('2026-03-03T11:00:00Z');

const at = (minutesAgo: number): string => new Date(now - minutesAgo * 60_000).toISOString();

export const ada = Object.freeze({ email: 'ada@example.com', person: '01HADA0000000000000000000A' });

/** A delivery's id by a number. */
export function idOf(number: number): string {
  return `0b4e6d0e-5f0a-4f0e-9d52-${String(number).padStart(12, '0')}`;
}

export const tenants: readonly TenantView[] = [
  {
    slug: 'acme',
    resource: 'loyalty/acme',
    state: 'ready',
    actions: ['rewards'],
    url: 'https://gateway.example.com/acme/api/v1/webhooks/klaviyo',
    delivery: 'Durable',
    klaviyo_events: 'on',
    waiting: 3,
    parked: 3,
    oldest_waiting: at(47),
    reasons: [
      { state: 'waiting', reason: 'profile_not_found', count: 1 },
      { state: 'waiting', reason: 'throttled', count: 1 },
      { state: 'waiting', reason: 'held', count: 1 },
      { state: 'parked', reason: 'profile_not_found', count: 2 },
      { state: 'parked', reason: 'invalid_payload', count: 1 },
    ],
    budgets: [
      { unit: 'rewards', most: 5000, spent: 1200, ends_at: at(-120) },
      { unit: 'amount', most: 50_000, spent: 50_000, ends_at: at(-120) },
    ],
    allowed: ['list', 'get', 'update', 'delete', 'payload'],
  },
  {
    slug: 'bloom',
    resource: 'loyalty/bloom',
    state: 'suspended',
    message: 'The tenant is suspended: spec.suspend is true.',
    actions: ['rewards'],
    url: '/bloom/api/v1/webhooks/klaviyo',
    delivery: 'Durable',
    klaviyo_events: 'refused',
    waiting: 0,
    parked: 0,
    reasons: [],
    allowed: ['list', 'get', 'update', 'delete', 'payload'],
  },
];

export const definitions: readonly Definition[] = [
  { id: 43, name: 'Birthday treat', handle: 'birthday' },
  { id: 42, name: 'Ten off', handle: 'ten-off' },
];

/** The last 24 hours of a tenant: quiet at night. */
export function hoursOf(slug: string): readonly ActivityHour[] {
  return Array.from({ length: 24 }, (_, index) => {
    const busy = slug === 'acme' ? Math.max(0, Math.round(40 * Math.sin((index / 24) * Math.PI))) : 0;
    const isLast = index === 23 && slug === 'acme';
    return {
      hour: at((24 - index) * 60),
      issued: busy,
      unfinished: isLast ? 2 : 0,
      parked: isLast ? 3 : 0,
      discarded: busy > 38 ? 1 : 0,
    };
  });
}

const usual = {
  tenant: 'acme',
  action: 'rewards',
  summary: { reward_definition_id: 42, amount: 10 },
} as const;

/** Ada's: she was not in Omneo at first. */
export const adas: DeliveryView = {
  ...usual,
  delivery_id: idOf(1),
  state: 'issued',
  external_id: 'order-1001',
  result: { reward_id: 4711, matched_by: 'email' },
  since: at(58),
  attempts: 2,
  can_open: false,
};

export const adasEvents: readonly EventView[] = [
  { at: '2026-03-03T10:02:00.000Z', kind: 'arrived' },
  {
    at: '2026-03-03T10:02:01.000Z',
    kind: 'attempted',
    result: 'profile_not_found',
    omneo_status: 200,
    took_ms: 180,
  },
  {
    at: '2026-03-03T10:17:00.000Z',
    kind: 'attempted',
    result: 'issued',
    matched_by: 'email',
    omneo_status: 200,
    took_ms: 420,
  },
];

/** Parked, since no profile has that e-mail; the webhook is still there. */
export const parked: DeliveryView = {
  ...usual,
  delivery_id: idOf(2),
  state: 'parked',
  reason: 'profile_not_found',
  external_id: 'order-1002',
  since: at(90),
  attempts: 1,
  kept_until: at(-30 * 24 * 60),
  can_open: true,
};

export const parkedBody = JSON.stringify(
  {
    id: 'order-1002',
    person_id: '',
    email: 'grace@exmaple.com',
    data: { reward_definition_id: 42, amount: 10 },
  },
  null,
  2,
);

const invalid: DeliveryView = {
  ...parked,
  delivery_id: idOf(3),
  reason: 'invalid_payload',
  summary: {},
  attempts: 0,
  since: at(120),
};
const other: DeliveryView = { ...parked, delivery_id: idOf(4), external_id: 'order-1004', since: at(150) };
const waiting: DeliveryView = {
  ...usual,
  delivery_id: idOf(5),
  state: 'waiting',
  reason: 'throttled',
  since: at(10),
  attempts: 3,
  next_attempt_at: at(-2),
  can_open: true,
};

/** Held, until the next day. */
export const held: DeliveryView = {
  ...waiting,
  delivery_id: idOf(6),
  reason: 'held',
  external_id: 'order-1006',
  since: at(160),
  attempts: 1,
  next_attempt_at: at(-120),
};

/** More than a page of what was issued. */
const many: readonly DeliveryView[] = Array.from({ length: 60 }, (_, index) => ({
  ...adas,
  delivery_id: idOf(100 + index),
  external_id: `order-${2000 + index}`,
  result: { reward_id: 5000 + index, matched_by: 'klaviyo' },
  since: at(200 + index),
  attempts: 1,
}));

/** The newest first. */
export const deliveries: readonly DeliveryView[] = [waiting, adas, parked, invalid, other, held, ...many];

/** What happened to a delivery. */
export function eventsOf(delivery: DeliveryView): readonly EventView[] {
  if (delivery.delivery_id === adas.delivery_id) return adasEvents;
  const { since, reason, state } = delivery;
  const arrived: EventView = { at: since, kind: 'arrived' };
  if (delivery.attempts === 0) return [arrived];
  const result = state === 'issued' ? 'issued' : (reason ?? 'unavailable');
  return [arrived, { at: since, kind: 'attempted', result, omneo_status: 200, took_ms: 200 }];
}

/** One delivery in full, as whoever may do `allowed` gets it. */
export function detailsOf(delivery: DeliveryView, allowed: DeliveryDetails['allowed']): DeliveryDetails {
  return { delivery, events: eventsOf(delivery), allowed };
}
