import type { AttemptBasis } from '../actions/action.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { idKeyOf } from './idempotentrequest.ts';

/** What looks in the ledger for what became of other webhooks to the Omneo of a tenant. */
export function knownIn(ledger: Pick<Ledger, 'peek'>, tenant: Pick<Tenant, 'omneo'>): AttemptBasis['known'] {
  return async (action, id) => {
    const peeked = await ledger.peek(idKeyOf(tenant, action, id));
    if (peeked.state !== 'issued') return peeked;
    return { state: 'issued', resourceId: peeked.receipt.resourceId };
  };
}
