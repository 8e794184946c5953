import type { DeliveryFilter } from '../../../ledger/deliveries/deliveryadmin.ts';
import type { Keyring } from '../../../ledger/seal/keyring.ts';
import { timeOf } from './time.ts';

/** What a webhook is searched by, in the words of the API. */
export type Searched = Readonly<{
  id?: string | undefined;
  person_id?: string | undefined;
  email?: string | undefined;
}>;

type Wanted = Searched &
  Readonly<{
    action?: string | undefined;
    state?: DeliveryFilter['state'] | undefined;
    reason?: string | undefined;
    since?: string | undefined;
    until?: string | undefined;
  }>;

/** Whether the deliveries of one customer, or one webhook, are wanted: their digests differ from tenant to tenant. */
export function isSearch({ id, person_id, email }: Searched): boolean {
  return id !== undefined || person_id !== undefined || email !== undefined;
}

/** What a ledger is asked for of these tenants. A search has to be of one tenant. */
export function toFilter(wanted: Wanted, tenants: readonly string[], keyring: Keyring): DeliveryFilter {
  const { action, state, reason, since, until } = wanted;
  const [tenant = ''] = tenants;
  return {
    tenants,
    ...(action !== undefined && { action }),
    ...(state !== undefined && { state }),
    ...(reason !== undefined && { reason }),
    ...(isSearch(wanted) && { digests: digestsOf(keyring, tenant, wanted) }),
    ...(since !== undefined && { since: timeOf(since) }),
    ...(until !== undefined && { until: timeOf(until) }),
  };
}

/** What is stored in place of what is searched, under each key that there is. Blanks around it are nobody's name. */
export function digestsOf(
  keyring: Keyring,
  tenant: string,
  { id, person_id, email }: Searched,
): NonNullable<DeliveryFilter['digests']> {
  const digests = (kind: 'id' | 'person' | 'email', value: string): readonly string[] =>
    keyring.searchDigests(kind, tenant, value.trim());
  return {
    ...(id !== undefined && { id: digests('id', id) }),
    ...(person_id !== undefined && { person: digests('person', person_id) }),
    ...(email !== undefined && { email: digests('email', email) }),
  };
}
