import type { DeliveryView } from '../api/types.ts';
import { pathToDelivery } from '../lib/route.ts';
import { PageLink } from '../parts/navlink.tsx';
import { StateBadge } from '../parts/state.tsx';
import { When } from '../parts/when.tsx';
import { resultWords } from '../words/attempts.ts';
import { summaryWords } from '../words/summary.ts';

type DeliveryItemsProps = Readonly<{ deliveries: readonly DeliveryView[]; hasFilter: boolean }>;

/** The deliveries that were found, the newest first. */
export function DeliveryItems({ deliveries, hasFilter }: DeliveryItemsProps) {
  if (deliveries.length === 0) return <Nothing hasFilter={hasFilter} />;
  return (
    <ul class="deliveries" aria-label="Deliveries">
      {deliveries.map((delivery) => (
        <li key={delivery.delivery_id}>
          <PageLink to={pathToDelivery(delivery.delivery_id)} class="what">
            {summaryWords(delivery)}
          </PageLink>
          <StateBadge {...delivery} />
          <span class="made">{resultWords(delivery.result)}</span>
          <span class="where">
            {delivery.tenant}, <When at={delivery.since} />
          </span>
        </li>
      ))}
    </ul>
  );
}

function Nothing({ hasFilter }: Readonly<{ hasFilter: boolean }>) {
  return (
    <div class="box">
      <p>
        <strong>No delivery found.</strong>
      </p>
      {hasFilter && (
        <p>
          Only what the gateway stored is here. A reward that was issued at once long ago is forgotten after
          some days: look for it in Omneo. If the customer never had one, look at the activity of the step in
          Klaviyo. A webhook that is wrong is found by no customer: look at all that are parked with that
          reason.
        </p>
      )}
    </div>
  );
}
