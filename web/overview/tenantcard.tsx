import type { ActivityHour, TenantView } from '../api/types.ts';
import { pathToList } from '../lib/route.ts';
import { useSession } from '../lib/session.ts';
import { useLoad } from '../lib/useload.ts';
import { PageLink } from '../parts/navlink.tsx';
import { WhenLoaded } from '../parts/waiting.tsx';
import { wordsOf } from '../words/reasons.ts';
import { ago } from '../words/times.ts';
import { sumsOf } from './activity.ts';
import { Budgets } from './budgets.tsx';
import { ActivityChart } from './chart.tsx';

const tenantStates: Readonly<Record<TenantView['state'], string>> = {
  ready: 'Ready',
  suspended: 'Suspended',
  refused: 'Not ready',
};

/** One tenant: its state, its figures, why something waits or is parked, its last day. */
export function TenantCard({ tenant }: Readonly<{ tenant: TenantView }>) {
  const { client } = useSession();
  const [activity] = useLoad(() => client.activity(tenant.slug), [client, tenant.slug]);
  return (
    <li class="card">
      <h2>
        {tenant.slug} <span class={`badge ${tenant.state}`}>{tenantStates[tenant.state]}</span>
      </h2>
      {tenant.message !== undefined && <p class="box bad">{tenant.message}</p>}
      <Figures tenant={tenant} hours={activity.value} />
      {tenant.budgets !== undefined && <Budgets budgets={tenant.budgets} />}
      <Reasons tenant={tenant} />
      {tenant.klaviyo_events !== undefined && <KlaviyoEvents state={tenant.klaviyo_events} />}
      <WhenLoaded loaded={activity}>{(hours) => <ActivityChart hours={hours} of={tenant.slug} />}</WhenLoaded>
    </li>
  );
}

function KlaviyoEvents({ state }: Readonly<{ state: NonNullable<TenantView['klaviyo_events']> }>) {
  if (state === 'on') return <p class="hint">Klaviyo is told how webhooks end.</p>;
  return <p class="box bad">Klaviyo is not told how webhooks end: its API key cannot be read.</p>;
}

function Figures({
  tenant,
  hours,
}: Readonly<{ tenant: TenantView; hours: readonly ActivityHour[] | undefined }>) {
  const { slug, waiting, parked, oldest_waiting: oldest } = tenant;
  return (
    <dl class="figures">
      <div>
        <dt>Issued of those that arrived in 24 h</dt>
        <dd>{hours === undefined ? '…' : sumsOf(hours).issued}</dd>
      </div>
      <div>
        <dt>Waiting</dt>
        <dd>
          <PageLink to={pathToList({ tenant: slug, state: 'waiting' })}>{waiting}</PageLink>
          {oldest !== undefined && <span class="hint"> since {ago(oldest, Date.now())}</span>}
        </dd>
      </div>
      <div>
        <dt>Parked</dt>
        <dd>
          <PageLink to={pathToList({ tenant: slug, state: 'parked' })}>{parked}</PageLink>
        </dd>
      </div>
    </dl>
  );
}

function Reasons({ tenant: { slug, reasons } }: Readonly<{ tenant: TenantView }>) {
  if (reasons.length === 0) return <p class="hint">Nothing waits, and nothing is parked.</p>;
  return (
    <ul class="reasons">
      {reasons.map(({ state, reason, count }) => (
        <li key={`${state} ${reason}`}>
          <PageLink to={pathToList({ tenant: slug, state, reason })}>
            {count} {state}: {wordsOf(state, reason).label}
          </PageLink>
          <span class="hint">{wordsOf(state, reason).todo}</span>
        </li>
      ))}
    </ul>
  );
}
