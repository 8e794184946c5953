import type { ApiTenant, ApiTenantList } from '../client/answers.ts';
import type { ConsoleClient } from '../client/consoleclient.ts';
import { CommandFailure } from '../exit.ts';

/**
 * The tenants that may be seen, or the one of them with this slug.
 *
 * @throws CommandFailure if there is none with it
 */
export async function readTenants(client: ConsoleClient, slug?: string): Promise<readonly ApiTenant[]> {
  const { tenants } = await client.get<ApiTenantList>('tenants', 'tenants');
  if (slug === undefined) return tenants;
  const found = tenants.filter((tenant) => tenant.slug === slug);
  if (found.length === 0)
    throw new CommandFailure('notFound', 'There is no tenant with this slug, or you may not see it.');
  return found;
}
