import { deliveryAnswer, eventAnswer } from '../answers/deliveryanswer.ts';
import type { ApiParts } from '../apiparts.ts';
import type { ApiStep } from '../apistate.ts';
import type { Audit } from '../audit.ts';
import { readFields } from '../requests/requestfields.ts';
import { readQuery } from '../requests/schemas.ts';
import type { TenantAccess } from '../tenantaccess.ts';
import { findDelivery } from './founddelivery.ts';

type Parts = Pick<ApiParts, 'admin' | 'keyring' | 'actions'> &
  Readonly<{ access: TenantAccess; audit: Audit }>;

/** `GET /api/v1/deliveries/{delivery_id}` */
export function readDelivery(parts: Parts): ApiStep {
  const { actions, access, audit } = parts;
  return async function readDelivery(ctx) {
    const isOpened = readFields(readQuery, ctx.query, 'query').payload === 'true';
    const { record, events, tenant } = await findDelivery(ctx, parts, isOpened ? 'payload' : 'get');
    const payload = isOpened ? await openPayload(record.id, parts) : {};
    if ('payload' in payload) audit.opened(ctx, tenant.slug, record.id);
    ctx.body = {
      delivery: deliveryAnswer(record, actions),
      events: events.map(eventAnswer),
      allowed: await access.allowed(ctx.state.identity, tenant.namespace),
      ...payload,
    };
  };
}

/** The webhook's body, or why it cannot be opened, in the words of the API. */
async function openPayload(id: string, { admin, keyring }: Parts): Promise<object> {
  const stored = await admin.webhookOf(id);
  if (stored === undefined) return { payload_fault: 'erased' };
  const text = keyring.open(stored.webhook, stored.context);
  return typeof text === 'string' ? { payload: text } : { payload_fault: text.fault };
}
