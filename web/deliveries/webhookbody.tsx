import { useState } from 'preact/hooks';
import type { DeliveryDetails } from '../api/types.ts';
import { useSession } from '../lib/session.ts';
import { useLoad } from '../lib/useload.ts';
import { WhenLoaded } from '../parts/waiting.tsx';

const faults: Readonly<Record<NonNullable<DeliveryDetails['payload_fault']>, string>> = {
  erased: 'The webhook was erased.',
  key_missing: 'The webhook is sealed with a key that the gateway does not have.',
  damaged: 'The stored webhook is damaged.',
};

/** The webhook as it came, for those who may open it; it is fetched when it is asked for. */
export function WebhookBody({ id }: Readonly<{ id: string }>) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <section>
      <h2>The webhook</h2>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => {
          setIsOpen(!isOpen);
        }}
      >
        {isOpen ? 'Hide the webhook' : 'Open the webhook'}
      </button>
      {isOpen && <Opened id={id} />}
    </section>
  );
}

function Opened({ id }: Readonly<{ id: string }>) {
  const { client } = useSession();
  const [details] = useLoad(() => client.delivery(id, { payload: true }), [client, id]);
  return (
    <WhenLoaded loaded={details}>
      {({ payload, payload_fault: fault }) =>
        payload === undefined ? (
          <p class="box">{faults[fault ?? 'erased']}</p>
        ) : (
          <pre role="region" aria-label="The webhook as it came" tabIndex={0}>
            {payload}
          </pre>
        )
      }
    </WhenLoaded>
  );
}
