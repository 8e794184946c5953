/** After the storm: a few webhooks with nothing going wrong, for which every count has to be exact. */
import type { Books } from './checker.ts';
import type { Delivery } from './caller.ts';
import { acceptedOf, toldOf } from './attempt.ts';
import { total } from './counters.ts';

/** What was read before, or after, the calm. */
export type Reading = Readonly<{ metrics: readonly string[]; books: readonly Books[] }>;

/** Compares what the gateway counted in between with what the caller was told and what Omneo then holds. */
export function compareCalm(before: Reading, after: Reading, deliveries: readonly Delivery[]): string[] {
  const rewards = held(after) - held(before);
  const attempts = deliveries.flatMap((delivery) => delivery.attempts);
  const created = attempts.filter((attempt) => toldOf(attempt)?.word === 'created').length;
  const accepted = attempts.filter((attempt) => acceptedOf(attempt) !== undefined).length;
  const counts = {
    'answers "created" or "accepted"': created + accepted,
    // What was accepted is granted later, when nobody asks for it.
    'webhooks granted or accepted': accepted + grew(before, after, webhookCount, { outcome: 'granted' }),
    'creates that Omneo accepted': grew(before, after, 'omneo_gateway_upstream_requests_total', {
      operation: 'rewards.create',
      code: '201',
    }),
  };
  return Object.entries(counts)
    .filter(([, count]) => count !== rewards)
    .map(([name, count]) => `in the calm: ${count} ${name}, and ${rewards} rewards`);
}

const webhookCount = 'omneo_gateway_webhook_requests_total';

const held = ({ books }: Reading): number => books.reduce((sum, { rewards }) => sum + rewards.length, 0);

function grew(
  before: Reading,
  after: Reading,
  name: string,
  labels: Readonly<Record<string, string>>,
): number {
  return total(after.metrics, name, labels) - total(before.metrics, name, labels);
}
