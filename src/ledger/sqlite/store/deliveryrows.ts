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
});

/** A delivery as columns. */
export function rowOfDelivery(delivery: StoredDelivery): DeliveryRow {
  const { id, tenant, action, webhook, summary, digests, since, attempts, separateAt, isAnswered } = delivery;
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
    is_answered: Number(isAnswered),
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
  };
}
