import type { DeliveryEvent } from '../../deliveries/deliveryadmin.ts';
import type { StoredContent, StoredDelivery } from '../../storedentry.ts';

/** The columns of what no decision depends on. */
type ContentRow = Readonly<{
  action: string | null | undefined;
  webhook: Uint8Array | null | undefined;
  summary: string | null | undefined;
  id_digest: string | null | undefined;
  person_digest: string | null | undefined;
  email_digest: string | null | undefined;
}>;

/** The columns of `entries` that only deliveries have; those of the content are undefined if they were not read. */
export type DeliveryRow = ContentRow &
  Readonly<{
    tenant: string | null;
    delivery_id: string | null;
    since: number | null;
    tried_since: number | null;
    attempts: number | null;
    lapses: number | null;
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
  tried_since: null,
  attempts: null,
  lapses: null,
  separate_at: null,
  is_answered: null,
  history: null,
});

/** A delivery as columns. */
export function rowOfDelivery(delivery: StoredDelivery): DeliveryRow {
  const { id, tenant, action, webhook, summary, digests, since, triedSince, attempts, lapses, ...about } =
    delivery;
  return {
    tenant,
    delivery_id: id,
    action,
    webhook,
    summary,
    id_digest: digests?.id,
    person_digest: digests?.person,
    email_digest: digests?.email,
    since,
    tried_since: triedSince,
    attempts,
    lapses,
    separate_at: about.separateAt,
    is_answered: Number(about.isAnswered),
    history: about.history.length === 0 ? null : JSON.stringify(about.history),
  };
}

/** The delivery of a row; undefined: its webhook is not stored. */
export function deliveryOf(row: DeliveryRow, isAnswered: boolean): StoredDelivery | undefined {
  const { delivery_id: id, tenant, since, attempts, separate_at: separateAt } = row;
  if (id === null) return undefined;
  const known = {
    id,
    tenant: tenant ?? '',
    since: since ?? 0,
    triedSince: row.tried_since,
    attempts: attempts ?? 0,
    lapses: row.lapses ?? 0,
    separateAt,
    isAnswered,
    history: historyOf(row),
  };
  return row.webhook === undefined ? known : { ...known, ...contentOf(row, row.webhook) };
}

function contentOf(row: DeliveryRow, webhook: Uint8Array | null): StoredContent {
  const {
    action,
    summary,
    id_digest: id = null,
    person_digest: person = null,
    email_digest: email = null,
  } = row;
  return { action: action ?? '', webhook, summary: summary ?? '{}', digests: { id, person, email } };
}

/** The events of a row, as `rowOfDelivery` has written them. */
export function historyOf({ history }: Pick<DeliveryRow, 'history'>): readonly DeliveryEvent[] {
  return history === null ? [] : (JSON.parse(history) as readonly DeliveryEvent[]);
}
