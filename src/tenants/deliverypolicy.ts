import { milliseconds } from './duration.ts';
import type { OmneoTenantSpec } from './schema/omneotenant.ts';
import { invalid, type Tenant } from './tenant.ts';

/** Whether tenants may have durable delivery: the operator's say, not the tenant's. */
export type DeliveryPolicy = Readonly<{
  /** Whether the ledger can keep a webhook that is answered before it is delivered. */
  canAcceptDurably: boolean;
}>;

/** How a tenant's webhooks are delivered; throws Refused for what its spec asks for and the policy does not allow. */
export function allowedDelivery(
  { mode, profileNotFound = 'Reject', giveUpAfter = '72h' }: NonNullable<OmneoTenantSpec['delivery']>,
  { canAcceptDurably }: DeliveryPolicy,
): Tenant['delivery'] {
  if (mode === 'Durable' && !canAcceptDurably) {
    throw invalid(
      'spec.delivery.mode is Durable, and the ledger of this gateway cannot keep webhooks: ' +
        'set LEDGER_URL to sqlite:<path>, or to postgres://… together with LEDGER_KEY_FILE, or the mode to Synchronous.',
    );
  }
  const giveUpAfterMs = milliseconds(giveUpAfter);
  if (giveUpAfterMs === undefined) {
    throw invalid(
      'spec.delivery.giveUpAfter must be a number of hours, days or weeks, such as 12h, 3d or 1w.',
    );
  }
  const isDurable = mode === undefined ? canAcceptDurably : mode === 'Durable';
  const waitsForProfile = isDurable && profileNotFound === 'Wait';
  return Object.freeze({ isDurable, waitsForProfile, giveUpAfterMs });
}

/** Throws Refused where nothing would keep what Klaviyo is still to be told: a crash would lose it. */
export function checkCanOutbox({ isDurable }: Pick<Tenant['delivery'], 'isDurable'>): void {
  if (isDurable) return;
  throw invalid(
    'spec.klaviyo.events needs durable delivery, which keeps what Klaviyo is still to be told: set LEDGER_URL to ' +
      'sqlite:<path>, or to postgres://… together with LEDGER_KEY_FILE, and leave spec.delivery.mode Durable; or leave it out.',
  );
}
