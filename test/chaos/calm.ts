/** After the storm: a few webhooks with nothing going wrong, for which every count has to be exact. */
import { type ActionName, kindOf } from './actions/actions.ts';
import type { Books } from './checker.ts';
import type { Delivery } from './caller.ts';
import { acceptedOf, toldOf } from './attempt.ts';
import { total } from './counters.ts';

/** What was read before, or after, the calm. */
export type Reading = Readonly<{ metrics: readonly string[]; books: readonly Books[] }>;

/**
 * Compares what the gateway counted in between of an action with what the caller was told and what Omneo then holds. The
 * deliveries may be of others too.
 */
export function compareCalm(
  action: ActionName,
  before: Reading,
  after: Reading,
  deliveries: readonly Delivery[],
): string[] {
  const made = booked(after, action) - booked(before, action);
  const attempts = deliveries
    .filter(({ webhook }) => webhook.action === action)
    .flatMap((delivery) => delivery.attempts);
  const created = attempts.filter((attempt) => toldOf(attempt)?.word === 'created').length;
  const accepted = attempts.filter((attempt) => acceptedOf(attempt) !== undefined).length;
  const { create: operation } = kindOf(action);
  const counts = {
    'answers "created" or "accepted"': created + accepted,
    // What was accepted is granted later, when nobody asks for it.
    'webhooks granted or accepted':
      accepted + grew(before, after, webhookCount, { action, outcome: 'granted' }),
    ...(operation && {
      'creates that Omneo accepted': grew(before, after, upstreamCount, { operation, code: '201' }),
    }),
  };
  return Object.entries(counts)
    .filter(([, count]) => count !== made)
    .map(([name, count]) => `in the calm: ${count} ${name}, and ${made} ${action}`);
}

const webhookCount = 'omneo_gateway_webhook_requests_total';
const upstreamCount = 'omneo_gateway_upstream_requests_total';

function booked({ books }: Reading, action: ActionName): number {
  return books.flatMap((book) => book.booked).filter((one) => one.action === action).length;
}

function grew(
  before: Reading,
  after: Reading,
  name: string,
  labels: Readonly<Record<string, string>>,
): number {
  return total(after.metrics, name, labels) - total(before.metrics, name, labels);
}
