import { hash } from 'node:crypto';
import type { ActionRequest } from '../actions/action.ts';
import type { NewDelivery, NewParked, ParkedReason } from '../ledger/deliveries/deliveries.ts';
import type { Keyring } from '../ledger/seal/keyring.ts';
import { timeOrderedUuid } from '../lib/timeordereduuid.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { IdempotentRequest } from './idempotentrequest.ts';

/**
 * A webhook without an id is sent again by Klaviyo for 24 hours while it gets no answer. For so many milliseconds an equal
 * one counts as that, unless it becomes known what became of the answer: its gateway may have died, or never learnt that
 * the ledger has stored it.
 */
export const resentMs = 25 * 3_600_000;

/** What it takes to store a webhook: its body as it came, whose it is, and what seals it. */
export type StoringParts = Readonly<{ raw: string; tenant: Pick<Tenant, 'slug'>; keyring: Keyring }>;

/**
 * The request with its webhook, to be stored by the claim that is won with it. `separateInMs`: after so many
 * milliseconds an equal webhook without an id is another one, unless more is known by then; absent: never. `id` is that
 * of its delivery, if it has one already.
 */
export function toStoredRequest(
  request: IdempotentRequest,
  parts: StoringParts,
  { separateInMs, id }: Readonly<{ separateInMs?: number; id?: string }> = {},
): IdempotentRequest {
  const { webhook, withoutId, entry } = request;
  const delivery = {
    ...sealed(webhook.action.name, entry.key, parts),
    ...toDescribed(webhook, parts),
    ...(withoutId && separateInMs !== undefined && { separateInMs }),
    ...(id !== undefined && { id }),
  };
  return { ...request, entry: { ...entry, delivery } };
}

/** A webhook that is parked as it came, since nothing can be asked of Omneo for it. An equal one has the same key. */
export function toParked(action: string, reason: ParkedReason, parts: StoringParts): NewParked {
  const { slug } = parts.tenant;
  const key = `${action}${parkedKeys}${hash('sha256', `${slug}\n${parts.raw}`, 'base64url')}`;
  return {
    key,
    tenant: slug,
    delivery: { ...sealed(action, key, parts), summary: '{}', digests: none },
    reason,
  };
}

const parkedKeys = '/parked/';

/** Whether it is the key of a webhook that was parked as it came, which no webhook ever asks for. */
export function isKeyOfParked(key: string): boolean {
  return key.includes(parkedKeys);
}

const none = Object.freeze({ id: null, person: null, email: null });

function sealed(
  action: string,
  key: string,
  { raw, tenant, keyring }: StoringParts,
): Pick<NewDelivery, 'id' | 'action' | 'webhook'> {
  const bytes = keyring.seal(raw, { tenant: tenant.slug, key });
  // Ids in the order of time lie side by side in the ledger's index; each random one costs a page.
  const id = timeOrderedUuid();
  // With memory of its own: on its way to another thread a view takes all of the memory along that it is a part of.
  return { id, action, webhook: new Uint8Array(bytes) };
}

/** What a webhook is found again by, and what may be read of it. */
export function toDescribed(
  { id, person, summary }: ActionRequest,
  { tenant: { slug }, keyring }: Omit<StoringParts, 'raw'>,
): Pick<NewDelivery, 'summary' | 'digests'> {
  const digestOf = (kind: 'id' | 'person' | 'email', value: string | null): string | null =>
    value === null ? null : keyring.searchDigest(kind, slug, value);
  const { personId, email } = person;
  const digests = {
    id: digestOf('id', id),
    person: digestOf('person', personId),
    email: digestOf('email', email),
  };
  return { summary: JSON.stringify(summary), digests };
}
