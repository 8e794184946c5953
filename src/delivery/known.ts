import type { Known } from '../actions/action.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { idKeyOf } from './idempotentrequest.ts';

/** Looks in the ledger for what became of another webhook to the Omneo of a tenant. Throws LedgerUnavailable. */
export async function knownIn(
  ledger: Pick<Ledger, 'peek'>,
  tenant: Pick<Tenant, 'omneo'>,
  [action, id]: readonly [action: string, id: string],
): Promise<Known> {
  const peeked = await ledger.peek(idKeyOf(tenant, action, id));
  if (peeked.state !== 'issued') return peeked;
  return { state: 'issued', resourceId: peeked.receipt.resourceId };
}
