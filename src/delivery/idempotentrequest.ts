import { hash, randomUUID } from 'node:crypto';
import type { ActionRequest } from '../actions/action.ts';
import type { Entry } from '../ledger/ledger.ts';
import type { ResourceId } from '../lib/resourceid.ts';
import { externalIdOf } from '../omneo/resources/externalid.ts';
import type { Tenant } from '../tenants/tenant.ts';

/** A webhook with the key that the ledger has it under. */
export type IdempotentRequest = Readonly<{
  webhook: ActionRequest;
  entry: Entry;
  /** It came without an id: only its own retries count as the same, not an equal webhook later. */
  withoutId: boolean;
  /** What log lines about it name it by. */
  names: Readonly<{ tenant: string; request_id: string }>;
}>;

/**
 * Names the webhook for the ledger. One that has no id goes by a digest of its body, under which Klaviyo's retry
 * of it is found, and gets an `external_id` of our own. Keys hold digests only: no e-mail, no payload.
 *
 * An id belongs to the Omneo that is asked, by its base URL: two slugs of one Omneo share it, and one that moves to
 * another Omneo begins anew. An equal body without an id is another webhook under another slug.
 */
export function toIdempotentRequest(
  tenant: Tenant,
  webhook: ActionRequest,
  rawBody: string,
  requestId: string,
): IdempotentRequest {
  const { slug } = tenant;
  const { baseURL } = tenant.omneo;
  const { name } = webhook.action;
  const names = Object.freeze({ tenant: slug, request_id: requestId });
  const fingerprint = hash('sha256', webhook.fingerprint, 'base64url');
  if (webhook.id !== null) {
    const key = idKeyOf(tenant, name, webhook.id);
    const entry = { key, tenant: slug, fingerprint, externalId: externalIdOf(webhook.id) };
    return Object.freeze({ webhook, entry, withoutId: false, names });
  }
  const key = `${name}/body/${hash('sha256', `${baseURL}\n${slug}\n${rawBody}`, 'base64url')}`;
  const entry = { key, tenant: slug, fingerprint, externalId: `gw-${randomUUID()}`, isGenerated: true };
  return Object.freeze({ webhook, entry, withoutId: true, names });
}

/** The key of what a webhook with this id asks of the tenant's Omneo by an action. */
export function idKeyOf({ omneo: { baseURL } }: Pick<Tenant, 'omneo'>, action: string, id: string): string {
  return `${action}/id/${hash('sha256', `${baseURL}\n${id}`, 'base64url')}`;
}

/** What log lines about a webhook and what it made name them by. */
export function namesWith(
  { names, webhook }: Pick<IdempotentRequest, 'names' | 'webhook'>,
  resourceId: ResourceId | null,
): Readonly<Record<string, ResourceId | null>> {
  return { ...names, [webhook.action.idField]: resourceId };
}
