import type { DeliveryLedger, ParkedReason } from '../ledger/deliveries/deliveries.ts';
import type { Keyring } from '../ledger/seal/keyring.ts';
import { Problem } from '../lib/problem.ts';
import type { ParkedRoom } from './limits/parkedroom.ts';
import { type StoringParts, toParked } from './storedrequest.ts';

/** What stores webhooks. */
export type WebhookStorage = Readonly<{
  deliveries: DeliveryLedger;
  keyring: Keyring;
  /** How long what is parked is kept, in milliseconds. */
  parkedMs: number;
  /** Whether another one may be parked. */
  parkedRoom: Pick<ParkedRoom, 'take'>;
}>;

/** Final failures before anything was asked of Omneo, and why what ended in one is parked. */
const reasons: Readonly<Partial<Record<Problem['code'], ParkedReason>>> = Object.freeze({
  invalid_json: 'invalid_payload',
  invalid_payload: 'invalid_payload',
  id_reused: 'id_reused',
  not_allowed: 'not_allowed',
});

/**
 * Parks a webhook that is refused for good, and gives the problem with the id of the delivery. Any other failure is
 * given as it is, and so is this one when as many are parked as may be.
 *
 * @throws LedgerUnavailable: it is not stored, so its caller should come back.
 */
export async function parkRefused(
  error: unknown,
  action: string,
  { deliveries, keyring, parkedMs, parkedRoom }: WebhookStorage,
  parts: Omit<StoringParts, 'keyring'>,
): Promise<unknown> {
  const reason = error instanceof Problem ? reasons[error.code] : undefined;
  if (!(error instanceof Problem) || reason === undefined) return error;
  if (!parkedRoom.take(parts.tenant.slug)) return error;
  const parked = toParked(action, reason, { ...parts, keyring });
  return error.storedAs(await deliveries.parkNew(parked, parkedMs));
}
