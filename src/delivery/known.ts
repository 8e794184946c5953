import type { AttemptBasis, Known } from '../actions/action.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { idKeyOf } from './idempotentrequest.ts';

/** What the ledger knows of a webhook with an id that asks the Omneo of a tenant for something. Throws LedgerUnavailable. */
export async function knownOf(
  ledger: Pick<Ledger, 'peek'>,
  tenant: Pick<Tenant, 'omneo'>,
  ...[action, id]: Parameters<AttemptBasis['known']>
): Promise<Known> {
  const peeked = await ledger.peek(idKeyOf(tenant, action, id));
  if (peeked.state !== 'issued') return peeked;
  return { state: 'issued', resourceId: peeked.receipt.resourceId };
}
