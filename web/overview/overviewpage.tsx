import { useState } from 'preact/hooks';
import { useSession } from '../lib/session.ts';
import { useLoad } from '../lib/useload.ts';
import { TextField } from '../parts/field.tsx';
import { Heading } from '../parts/heading.tsx';
import { WhenLoaded } from '../parts/waiting.tsx';
import type { TenantView } from '../api/types.ts';
import { TenantCard } from './tenantcard.tsx';

/** How many tenants are shown at first, and more at a time: each asks for its last day. */
const perPage = 12;

/** Every tenant: how it is, what waits, what needs somebody. */
export function OverviewPage() {
  const { client } = useSession();
  const [tenants] = useLoad(() => client.tenants(), [client]);
  return (
    <>
      <Heading>Overview</Heading>
      <WhenLoaded loaded={tenants}>{(list) => <TenantCards tenants={list} />}</WhenLoaded>
    </>
  );
}

function TenantCards({ tenants }: Readonly<{ tenants: readonly TenantView[] }>) {
  const [name, setName] = useState('');
  const [most, setMost] = useState(perPage);
  if (tenants.length === 0)
    return <p>There is no tenant that you may see. Ask your platform team for a role.</p>;
  const found = tenants.filter(({ slug }) => slug.includes(name.trim().toLowerCase()));
  return (
    <>
      {tenants.length > perPage && <TextField label="Tenants named like" value={name} onValue={setName} />}
      <ul class="cards">
        {found.slice(0, most).map((tenant) => (
          <TenantCard key={tenant.slug} tenant={tenant} />
        ))}
      </ul>
      {found.length > most && (
        <button
          type="button"
          onClick={() => {
            setMost(most + perPage);
          }}
        >
          Show more of {found.length} tenants
        </button>
      )}
    </>
  );
}
