import { useState } from 'preact/hooks';
import type { TenantView } from '../api/types.ts';
import { useSession } from '../lib/session.ts';
import { useLoad } from '../lib/useload.ts';
import { SelectField } from '../parts/field.tsx';
import { Heading } from '../parts/heading.tsx';
import { WhenLoaded } from '../parts/waiting.tsx';
import { BodyCheck } from './bodycheck.tsx';
import { stepActionOf } from './stepaction.ts';
import { StepBuilder } from './stepbuilder.tsx';

/** How to set up the webhook step in Klaviyo: what to paste where, what goes wrong, and a check of what comes out. */
export function StepPage() {
  const { client } = useSession();
  const [tenants] = useLoad(() => client.tenants(), [client]);
  return (
    <>
      <Heading>Set up a step</Heading>
      <p>
        Add a <strong>Webhook</strong> action to your Flow in Klaviyo, choose here what it should do, and
        paste what this page shows.
      </p>
      <WhenLoaded loaded={tenants}>{(list) => <ForTenant tenants={list} />}</WhenLoaded>
    </>
  );
}

function ForTenant({ tenants }: Readonly<{ tenants: readonly TenantView[] }>) {
  const [slug, setSlug] = useState(tenants[0]?.slug ?? '');
  const tenant = tenants.find((one) => one.slug === slug);
  const [action, setAction] = useState(tenant?.actions[0] ?? 'rewards');
  if (tenant === undefined)
    return <p>There is no tenant that you may see. Ask your platform team for a role.</p>;
  return (
    <>
      <div class="filters">
        <SelectField
          label="Tenant"
          value={slug}
          onValue={setSlug}
          options={tenants.map((one) => ({ value: one.slug, text: one.slug }))}
        />
        <SelectField
          label="What the step does"
          value={action}
          onValue={setAction}
          options={tenant.actions.map((name) => ({ value: name, text: stepActionOf(name).does }))}
        />
      </div>
      <StepBuilder key={`${slug} ${action}`} tenant={tenant} action={stepActionOf(action)} />
      <BodyCheck key={`${slug} ${action} check`} tenant={tenant} action={action} />
    </>
  );
}
