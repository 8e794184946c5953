import { useState } from 'preact/hooks';
import type { TenantView } from '../api/types.ts';
import { type ListChoice, pathToList } from '../lib/route.ts';
import { useSession } from '../lib/session.ts';
import { useLoad } from '../lib/useload.ts';
import { Heading } from '../parts/heading.tsx';
import { WhenLoaded } from '../parts/waiting.tsx';
import { BulkButtons } from './bulk.tsx';
import { DeliveryItems } from './deliveryitems.tsx';
import { ListFilters } from './listfilters.tsx';
import { type Search, noSearch } from './search.ts';
import { usePages } from './usepages.ts';

/** The list of deliveries: who it is about, what is looked for, and what may be done with all of them. */
export function DeliveriesPage({ choice }: Readonly<{ choice: ListChoice }>) {
  const { client } = useSession();
  const [tenants] = useLoad(() => client.tenants(), [client]);
  return (
    <>
      <Heading>Deliveries</Heading>
      <WhenLoaded loaded={tenants}>
        {(list) => <DeliveryList key={JSON.stringify(choice)} tenants={list} choice={choice} />}
      </WhenLoaded>
    </>
  );
}

type DeliveryListProps = Readonly<{ tenants: readonly TenantView[]; choice: ListChoice }>;

function DeliveryList({ tenants, choice: asked }: DeliveryListProps) {
  const { search, setSearch, go } = useSession();
  const [choice] = useState(() => withOnlyTenant(asked, tenants));
  const [pages, more, again] = usePages(choice, search);
  const show = (next: ListChoice, found: Search): void => {
    setSearch(found);
    if (pathToList(next) === pathToList(asked)) again();
    else go(pathToList(next));
  };
  const tenant = tenants.find(({ slug }) => slug === choice.tenant);
  return (
    <>
      <ListFilters tenants={tenants} choice={choice} search={search} onShow={show} />
      <BulkButtons tenant={tenant} choice={choice} search={search} onDone={again} />
      <WhenLoaded loaded={pages}>
        {({ deliveries, hasMore }) => (
          <>
            <DeliveryItems deliveries={deliveries} hasFilter={isNarrowed(choice, search)} />
            {hasMore && (
              <button type="button" onClick={more} disabled={pages.isLoading}>
                Show older ones
              </button>
            )}
          </>
        )}
      </WhenLoaded>
    </>
  );
}

/** Who sees one tenant need not choose it. */
function withOnlyTenant(choice: ListChoice, tenants: readonly TenantView[]): ListChoice {
  const [only, ...others] = tenants;
  return choice.tenant === '' && only !== undefined && others.length === 0
    ? { ...choice, tenant: only.slug }
    : choice;
}

function isNarrowed(choice: ListChoice, search: Search): boolean {
  return Object.values(choice).some((value) => value !== '') || search.text !== noSearch.text;
}
