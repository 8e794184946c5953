import { ConsoleProblem } from '../../consoleproblem.ts';
import { deliveryAnswer } from '../answers/deliveryanswer.ts';
import type { ApiParts } from '../apiparts.ts';
import type { ApiStep } from '../apistate.ts';
import type { Audit } from '../audit.ts';
import { readFields } from '../requests/requestfields.ts';
import { discardRequest } from '../requests/schemas.ts';
import type { TenantAccess } from '../tenantaccess.ts';
import { findDelivery } from './founddelivery.ts';

type Parts = Pick<ApiParts, 'admin' | 'actions'> & Readonly<{ access: TenantAccess; audit: Audit }>;

/** `POST /api/v1/deliveries/{delivery_id}/discard` */
export function discardDelivery(parts: Parts): ApiStep {
  const { admin, audit, actions } = parts;
  return async function discardDelivery(ctx) {
    const { why } = readFields(discardRequest, ctx.state.body, 'body');
    const found = await findDelivery(ctx, parts, 'delete');
    const { id, tenant } = found.record;
    const decision = { by: ctx.state.identity.user, why };
    if (!(await admin.discardOne(id, decision))) throw new ConsoleProblem('conflict');
    audit.changed(ctx, { change: 'discarded', tenant, deliveryId: id, count: 1, why });
    const { record } = (await admin.find(id)) ?? found;
    ctx.body = deliveryAnswer(record, actions);
  };
}
