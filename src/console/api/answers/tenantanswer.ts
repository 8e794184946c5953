import type { DeliveryCount } from '../../../ledger/deliveries/deliveries.ts';
import { webhooksPath } from '../../../lib/paths.ts';
import { tenantBehind } from '../../../tenants/tenant.ts';
import type { Permission } from '../../access/access.ts';
import type { DayBudget } from '../daybudgets.ts';
import { writtenTime } from '../requests/time.ts';
import type { KnownTenant } from '../tenantaccess.ts';

type Facts = Readonly<{
  counts: readonly DeliveryCount[];
  allowed: readonly Permission[];
  actions: readonly string[];
  /** Under which webhooks reach the gateway; undefined: nobody has said it. */
  publicURL: string | undefined;
  /** Undefined: it has none. */
  dayBudget: DayBudget | undefined;
}>;

/** A tenant in the words of the API. */
export function tenantAnswer(
  { slug, key, resolution }: KnownTenant,
  { counts, allowed, actions, publicURL = '', dayBudget }: Facts,
): object {
  const waiting = counts.filter(({ state }) => state === 'waiting');
  const { delivery, klaviyo, klaviyoEvents } = tenantBehind(resolution) ?? {};
  return {
    ...{ slug, resource: key, ...stateOf(resolution) },
    actions: actions.filter((name) => klaviyo?.actions.includes(name) ?? true),
    url: publicURL + webhooksPath(slug),
    ...(delivery !== undefined && { delivery: delivery.isDurable ? 'Durable' : 'Synchronous' }),
    ...(klaviyoEvents && { klaviyo_events: 'apiKey' in klaviyoEvents ? 'on' : 'refused' }),
    waiting: sumOf(waiting),
    parked: sumOf(counts) - sumOf(waiting),
    ...oldestOf(waiting),
    reasons: counts.map(({ state, reason, count }) => ({ state, reason, count })),
    ...(dayBudget !== undefined && { budgets: budgetsAnswer(dayBudget) }),
    allowed,
  };
}

function stateOf(resolution: KnownTenant['resolution']): object {
  if ('tenant' in resolution) return { state: 'ready' };
  const { reason, message } = resolution.refusal;
  return { state: reason === 'Suspended' ? 'suspended' : 'refused', message };
}

/** Each unit of a budget, with how much there may be, and how much there was. */
function budgetsAnswer({ budget: { rewards, amount }, endsAt, spent }: DayBudget): readonly object[] {
  const of = (unit: 'rewards' | 'amount', most: number | undefined, known: number | undefined): object[] =>
    most === undefined
      ? []
      : [{ unit, most, ...(known !== undefined && { spent: known }), ends_at: writtenTime(endsAt) }];
  return [
    ...of('rewards', rewards, spent?.rewards),
    ...of('amount', amount, spent === null ? undefined : spent.cents / 100),
  ];
}

function sumOf(counts: readonly DeliveryCount[]): number {
  return counts.reduce((total, { count }) => total + count, 0);
}

function oldestOf(waiting: readonly DeliveryCount[]): object {
  if (waiting.length === 0) return {};
  return { oldest_waiting: writtenTime(Math.min(...waiting.map(({ oldest }) => oldest))) };
}
