import type { ActionRequest } from '../../actions/action.ts';
import type { KlaviyoEvent, KlaviyoProfile } from '../../klaviyo/klaviyoevent.ts';
import type { OutboxItem } from '../../ledger/deliveries/outbox.ts';
import type { ResourceId } from '../../lib/resourceid.ts';

/** A profile id as Klaviyo makes it: a ULID. */
const klaviyoId = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;

/** By what Klaviyo finds the person of a webhook; undefined: the webhook names nobody. */
export function profileOf({ personId, email }: ActionRequest['person']): KlaviyoProfile | undefined {
  // Klaviyo itself has rendered the address, so the profile with it is the person.
  if (email !== null) return { email };
  if (personId === null) return undefined;
  return klaviyoId.test(personId) ? { id: personId } : { externalId: personId };
}

/**
 * The event by which Klaviyo is notified of how a webhook ended; undefined: there is nobody to notify it of. Its `uniqueId` names
 * the delivery, so that it is the same whenever it is sent again, and a delivery that is parked again after a replay is no
 * second failure. What was made would not do: an attribute has one id, however often it is set.
 */
export function outcomeEvent(
  { deliveryId, tenant, outcome, since: time }: OutboxItem,
  { action, id, summary, person }: ActionRequest,
): KlaviyoEvent | undefined {
  const profile = profileOf(person);
  if (profile === undefined) return undefined;
  const { issued, failed } = action.metrics;
  const place = `${tenant}/${action.name}`;
  const common = { profile, time };
  const about = { id, ...summary };
  if (outcome.kind === 'parked') {
    const properties = { ...about, reason: outcome.reason, delivery_id: deliveryId };
    return { ...common, metric: failed, uniqueId: `${place}/failed/${deliveryId}`, properties };
  }
  const { resourceId } = outcome.receipt;
  const properties = { ...about, [action.idField]: plain(resourceId) };
  return { ...common, metric: issued, uniqueId: `${place}/issued/${deliveryId}`, properties };
}

function plain(id: ResourceId): number | string {
  return typeof id === 'bigint' ? String(id) : id;
}
