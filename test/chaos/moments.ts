/** The recorded moments of a run in which webhooks of one action were sent, from the caller's record and from Omneo's. */
import type { Call } from '../../sandbox/journal.ts';
import { toldOf } from './attempt.ts';
import type { Books } from './checker.ts';
import type { Delivery } from './caller.ts';
import type { Moment } from './history.ts';

/**
 * Puts both records together. Omneo's call carries an external_id; the books say which webhook's marker
 * what is under it bears. A create that was never committed may bear no marker and belongs to nobody.
 */
export function momentsOf(
  deliveries: readonly Delivery[],
  books: readonly Books[],
  creates: readonly Call[],
): Moment[] {
  const markers = new Map(
    books.flatMap(({ tenant, booked }) =>
      booked.map(({ externalId, key }) => [`${tenant} ${String(externalId)}`, key] as const),
    ),
  );
  const created = creates.map(({ tenant, externalId = '', at, committed }): Moment => {
    const key = markers.get(`${tenant} ${externalId}`) ?? externalId;
    return { kind: 'create', key, at, committed };
  });
  return [...deliveries.flatMap(sentAndTold), ...created];
}

/** When the webhook was first sent, and when its caller was first told of success. */
function sentAndTold({ webhook: { key }, attempts }: Delivery): Moment[] {
  const [first] = attempts;
  const told = attempts.find((attempt) => toldOf(attempt) !== undefined);
  return [
    ...(first ? [{ kind: 'sent', key, at: first.sentAt } as const] : []),
    ...(told ? [{ kind: 'told', key, at: told.endedAt } as const] : []),
  ];
}
