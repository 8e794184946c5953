import type { Action } from '../../../actions/action.ts';
import { toCorrection } from '../../../delivery/correction.ts';
import type { Correction, SealedWebhook } from '../../../ledger/deliveries/deliveryadmin.ts';
import { withOriginOf } from '../../../telemetry/tracing/origin.ts';
import { tenantBehind } from '../../../tenants/tenant.ts';
import { ConsoleProblem } from '../../consoleproblem.ts';
import { deliveryAnswer } from '../answers/deliveryanswer.ts';
import type { ApiParts } from '../apiparts.ts';
import type { ApiStep } from '../apistate.ts';
import type { Audit } from '../audit.ts';
import { readFields } from '../requests/requestfields.ts';
import { replayRequest } from '../requests/schemas.ts';
import type { TenantAccess } from '../tenantaccess.ts';
import { type FoundDelivery, findDelivery } from './founddelivery.ts';
import { invalidWebhook, readWebhook } from './readwebhook.ts';

type Parts = Pick<ApiParts, 'admin' | 'keyring' | 'actions'> &
  Readonly<{ access: TenantAccess; audit: Audit }>;

/** `POST /api/v1/deliveries/{delivery_id}/replay` */
export function replayDelivery(parts: Parts): ApiStep {
  const { admin, audit, actions } = parts;
  return async function replayDelivery(ctx) {
    const { why, body } = readFields(replayRequest, ctx.state.body, 'body');
    const found = await findDelivery(ctx, parts, 'update');
    const { id, tenant } = found.record;
    if (!isReplayable(found.record, body)) throw new ConsoleProblem('conflict');
    const correction = body === undefined ? undefined : await correctionOf(parts, found, body);
    const decision = { by: ctx.state.identity.user, why };
    if (!(await admin.replayOne(id, decision, correction))) throw new ConsoleProblem('conflict');
    const change = correction === undefined ? 'replayed' : 'corrected';
    audit.changed(ctx, { change, tenant, deliveryId: id, count: 1, why });
    const { record } = (await admin.find(id)) ?? found;
    ctx.body = deliveryAnswer(record, actions);
  };
}

/** What is parked is, and what is held, which passes its budgets then: nothing is wrong with the webhook of that. */
function isReplayable({ state, reason }: FoundDelivery['record'], body: string | undefined): boolean {
  return state === 'parked' || (state === 'waiting' && reason === 'held' && body === undefined);
}

/** What takes the place of the stored webhook. Throws ConsoleProblem `invalid_payload`, or `conflict`. */
async function correctionOf(
  { admin, keyring, actions }: Parts,
  { record, tenant: { resolution } }: FoundDelivery,
  text: string,
): Promise<Correction> {
  const tenant = tenantBehind(resolution);
  const action = actions.find(({ name }) => name === record.action);
  const stored = await admin.webhookOf(record.id);
  if (tenant === undefined || action === undefined || stored === undefined)
    throw notCorrectable(stored, action);
  try {
    const corrected = { text, webhook: readWebhook(text, action, tenant) };
    const correction = toCorrection({ keyring, action, tenant }, stored, corrected);
    return { ...correction, summary: withOriginOf(record.summary, correction.summary) };
  } catch (error) {
    throw invalidWebhook(error);
  }
}

function notCorrectable(stored: SealedWebhook | undefined, action: Action | undefined): ConsoleProblem {
  if (stored === undefined || action === undefined) return new ConsoleProblem('conflict');
  const detail = 'Mend the tenant first: without it nobody can tell what its webhooks mean.';
  return new ConsoleProblem('conflict', { detail });
}
