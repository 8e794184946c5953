import type { DeliveryEvent } from '../../deliveries/deliveryadmin.ts';
import type { StoredDelivery } from '../../storedentry.ts';

/** The columns of `entries` that only deliveries have. */
export type DeliveryRow = Readonly<{
  tenant: string | null;
  delivery_id: string | null;
  action: string | null;
  webhook: Uint8Array | null;
  summary: string | null;
  id_digest: string | null;
  person_digest: string | null;
  email_digest: string | null;
  since: number | null;
  attempts: number | null;
  separate_at: number | null;
  is_answered: number | null;
  history: string | null;
}>;

/** Those of an entry whose webhook is not stored. */
export const noDelivery: DeliveryRow = Object.freeze({
  tenant: null,
  delivery_id: null,
  action: null,
  webhook: null,
  summary: null,
  id_digest: null,
  person_digest: null,
  email_digest: null,
  since: null,
  attempts: null,
  separate_at: null,
  is_answered: null,
  history: null,
});

/** A delivery as columns. */
export function rowOfDelivery(delivery: StoredDelivery): DeliveryRow {
  const { id, tenant, action, webhook, summary, digests, since, attempts, separateAt, ...about } = delivery;
  return {
    tenant,
    delivery_id: id,
    action,
    webhook,
    summary,
    id_digest: digests.id,
    person_digest: digests.person,
    email_digest: digests.email,
    since,
    attempts,
    separate_at: separateAt,
    is_answered: Number(about.isAnswered),
    history: about.history.length === 0 ? null : JSON.stringify(about.history),
  };
}

/** The delivery of a row; undefined: its webhook is not stored. */
export function deliveryOf(row: DeliveryRow, isAnswered: boolean): StoredDelivery | undefined {
  const { delivery_id: id, tenant, action, webhook, summary, since, attempts, separate_at: separateAt } = row;
  if (id === null) return undefined;
  const digests = { id: row.id_digest, person: row.person_digest, email: row.email_digest };
  return {
    ...{ id, tenant: tenant ?? '', action: action ?? '', webhook, summary: summary ?? '{}', digests },
    ...{ since: since ?? 0, attempts: attempts ?? 0, separateAt, isAnswered },
    history: historyOf(row),
  };
}

/** The events of a row, as `rowOfDelivery` has written them. */
export function historyOf({ history }: Pick<DeliveryRow, 'history'>): readonly DeliveryEvent[] {
  return history === null ? [] : (JSON.parse(history) as readonly DeliveryEvent[]);
}
