import type { DeliveryLedger, NewDelivery } from '../../ledger/deliveries/deliveries.ts';
import type { Entry, Ledger } from '../../ledger/ledger.ts';
import { type LedgerOperation, type WrapCall, ledgerWith } from '../../ledger/wrapledger.ts';
import { withOrigin } from './origin.ts';
import type { NewSpan, Spans } from './spans.ts';

/** The same ledger with a span for each call that belongs to a trace. What it stores keeps the `traceparent` of its webhook. */
export function tracedLedger(ledger: Ledger, spans: Spans): Ledger {
  const wrapped: WrapCall = (operation, call) => {
    const span = spanOf(operation);
    return (...args) => spans.within(span, () => call(...args));
  };
  const claimSpan = spanOf('claim');
  const { deliveries, ...traced } = ledgerWith(ledger, wrapped);
  return {
    ...traced,
    claim: (entry) =>
      spans.within(
        claimSpan,
        () => ledger.claim(storingOrigin(entry, spans)),
        (span, { result }) => span.setAttribute('omneo_gateway.claim', result),
      ),
    ...(deliveries && { deliveries: tracedDeliveries(deliveries, spans) }),
  };
}

function spanOf(operation: LedgerOperation): NewSpan {
  return { name: `ledger ${operation}`, attributes: { 'omneo_gateway.ledger.operation': operation } };
}

function tracedDeliveries(deliveries: DeliveryLedger, spans: Spans): DeliveryLedger {
  return {
    ...deliveries,
    parkNew: ({ delivery, ...parked }, keepMs) =>
      deliveries.parkNew({ ...parked, delivery: originated(delivery, spans) }, keepMs),
    // What is due is looked for by itself: a look would else belong to the webhook that was due first.
    onDue: (listener) =>
      deliveries.onDue(() => {
        spans.outside(listener);
      }),
  };
}

function storingOrigin(entry: Entry, spans: Spans): Entry {
  const { delivery } = entry;
  return delivery === undefined ? entry : { ...entry, delivery: originated(delivery, spans) };
}

function originated(delivery: NewDelivery, { active }: Spans): NewDelivery {
  if (active === undefined || active.origin === '') return delivery;
  return { ...delivery, summary: withOrigin(delivery.summary, active.origin) };
}
