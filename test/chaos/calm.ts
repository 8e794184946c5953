/** After the storm: a few webhooks with nothing going wrong, for which every count has to be exact. */
import type { Books } from './checker.ts';
import type { Delivery } from './caller.ts';
import { toldOf } from './attempt.ts';
import { total } from './counters.ts';

/** What was read before, or after, the calm. */
export type Reading = Readonly<{ metrics: readonly string[]; books: readonly Books[] }>;

/** Compares what the gateway counted in between with what the caller was told and what Omneo then holds. */
export function compareCalm(before: Reading, after: Reading, deliveries: readonly Delivery[]): string[] {
  const rewards = held(after) - held(before);
  const told = deliveries.flatMap(({ attempts }) => attempts.map(toldOf));
  const created = told.filter((answer) => answer?.word === 'created').length;
  const counts = {
    'answers "created"': created,
    'webhooks granted': grew(before, after, 'omneo_gateway_webhook_requests_total', { outcome: 'granted' }),
    'creates that Omneo accepted': grew(before, after, 'omneo_gateway_upstream_requests_total', {
      operation: 'rewards.create',
      code: '201',
    }),
  };
  return Object.entries(counts)
    .filter(([, count]) => count !== rewards)
    .map(([name, count]) => `in the calm: ${count} ${name}, and ${rewards} rewards`);
}

const held = ({ books }: Reading): number => books.reduce((sum, { rewards }) => sum + rewards.length, 0);

function grew(
  before: Reading,
  after: Reading,
  name: string,
  labels: Readonly<Record<string, string>>,
): number {
  return total(after.metrics, name, labels) - total(before.metrics, name, labels);
}
