import type { ComponentChildren } from 'preact';
import type { DeliveryView } from '../api/types.ts';
import { When } from '../parts/when.tsx';
import { fieldWords } from '../words/summary.ts';

/** What is known of a delivery. */
export function DeliveryFacts({ delivery }: Readonly<{ delivery: DeliveryView }>) {
  const { next_attempt_at: next, kept_until: kept, summary, result = {} } = delivery;
  const fields = [...Object.entries(summary), ...Object.entries(result)].map((field) => fieldWords(...field));
  return (
    <dl class="facts">
      <Fact name="Tenant">{delivery.tenant}</Fact>
      <Fact name="Action">{delivery.action}</Fact>
      {fields.map(({ name, value }) => (
        <Fact key={name} name={name}>
          {value}
        </Fact>
      ))}
      <Fact name="Id in Omneo (external_id)">{delivery.external_id}</Fact>
      <Fact name="Delivery">{delivery.delivery_id}</Fact>
      <Fact name="Accepted or replayed">
        <When at={delivery.since} />
      </Fact>
      <Fact name="Attempts">{delivery.attempts}</Fact>
      <Fact name="Trace">{delivery.trace_id}</Fact>
      <Fact name="Next attempt">{next !== undefined && <When at={next} />}</Fact>
      <Fact name="Kept until">{kept !== undefined && <When at={kept} />}</Fact>
    </dl>
  );
}

function Fact({ name, children }: Readonly<{ name: string; children?: ComponentChildren }>) {
  if (children === undefined || children === false) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
