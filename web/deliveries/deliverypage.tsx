import { useEffect, useState } from 'preact/hooks';
import type { DeliveryDetails } from '../api/types.ts';
import { pathToList } from '../lib/route.ts';
import { useSession } from '../lib/session.ts';
import { type Loaded, useLoad } from '../lib/useload.ts';
import { Heading } from '../parts/heading.tsx';
import { PageLink } from '../parts/navlink.tsx';
import { Said } from '../parts/said.tsx';
import { StateBadge } from '../parts/state.tsx';
import { WhenLoaded } from '../parts/waiting.tsx';
import { wordsOf } from '../words/reasons.ts';
import { summaryWords } from '../words/summary.ts';
import { Decisions } from './decisions.tsx';
import { DeliveryFacts } from './deliveryfacts.tsx';
import { Timeline } from './timeline.tsx';
import { WebhookBody } from './webhookbody.tsx';

/** How often a delivery that goes on by itself is looked at again, in milliseconds. */
const pollMs = 3000;

/** One delivery: what became of it, and what may be done about it. */
export function DeliveryPage({ id }: Readonly<{ id: string }>) {
  const { client, announce } = useSession();
  const [details, reload] = useLoad(() => client.delivery(id), [client, id]);
  const [said, setSaid] = useState('');
  usePolling(details, reload);
  const say = (text: string): void => {
    setSaid(text);
    announce(text);
    reload();
  };
  return (
    <>
      <p>
        <PageLink to={pathToList({})}>All deliveries</PageLink>
      </p>
      <Heading>One delivery</Heading>
      {said !== '' && <Said text={said} />}
      {said !== '' && details.fault?.code === 'not_found' ? (
        <GoesOn />
      ) : (
        <WhenLoaded loaded={details}>{(value) => <Details details={value} onDecided={say} />}</WhenLoaded>
      )}
    </>
  );
}

/** What was parked before it was ever attempted may turn out to be a copy of a delivery that is stored already. */
function GoesOn() {
  return (
    <p class="box">
      It goes on as another delivery. <PageLink to={pathToList({})}>Search for the customer</PageLink> to see
      what becomes of it.
    </p>
  );
}

type DetailsProps = Readonly<{ details: DeliveryDetails; onDecided: (text: string) => void }>;

function Details({ details, onDecided }: DetailsProps) {
  const { delivery, events, allowed } = details;
  return (
    <>
      <p class="lead">
        {summaryWords(delivery)} <StateBadge {...delivery} />
      </p>
      {delivery.reason !== undefined && <Why {...wordsOf(delivery.state, delivery.reason)} />}
      <Decisions delivery={delivery} allowed={allowed} onDecided={onDecided} />
      <section>
        <h2>What happened</h2>
        <Timeline delivery={delivery} events={events} />
      </section>
      <section>
        <h2>Details</h2>
        <DeliveryFacts delivery={delivery} />
      </section>
      {allowed.includes('payload') && delivery.can_open === true && <WebhookBody id={delivery.delivery_id} />}
    </>
  );
}

function Why({ means, todo }: Readonly<{ means: string; todo: string }>) {
  return (
    <div class="box">
      <p>{means}</p>
      <p>
        <strong>What to do:</strong> {todo}
      </p>
    </div>
  );
}

/** Looks again while something goes on by itself, and somebody looks at it. */
function usePolling({ value, isLoading }: Loaded<DeliveryDetails>, reload: () => void): void {
  const state = value?.delivery.state;
  const goesOn = !isLoading && (state === 'pending' || state === 'waiting');
  useEffect(() => {
    if (!goesOn) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, pollMs);
    return () => {
      clearInterval(timer);
    };
  }, [goesOn, reload]);
}
