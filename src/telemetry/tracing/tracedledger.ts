import type { Attributes } from '@opentelemetry/api';
import type { DeliveryLedger, NewDelivery } from '../../ledger/deliveries/deliveries.ts';
import type { ClaimResult, Ledger } from '../../ledger/ledger.ts';
import { type LedgerOperation, type WrapCall, ledgerWith } from '../../ledger/wrapledger.ts';
import { withOrigin } from './origin.ts';
import type { Spans } from './spans.ts';

/** The same ledger with a span for each call that belongs to a trace. What it stores keeps the `traceparent` of its webhook. */
export function tracedLedger(ledger: Ledger, spans: Spans): Ledger {
  const wrapped: WrapCall =
    (operation, call) =>
    (...args) =>
      spans.within(spanOf(operation), () => call(...args), describe);
  const traced = ledgerWith(ledger, wrapped);
  const deliveries = traced.deliveries && storingOrigins(traced.deliveries, spans);
  return {
    ...traced,
    claim: ({ delivery, ...entry }) =>
      traced.claim({ ...entry, ...(delivery && { delivery: originated(delivery, spans) }) }),
    ...(deliveries && { deliveries }),
  };
}

function spanOf(operation: LedgerOperation) {
  return { name: `ledger ${operation}`, attributes: { 'omneo_gateway.ledger.operation': operation } };
}

/** Of an answer only what a claim came to: the others hold nothing, or what is not for a trace. */
function describe(answer: unknown): Attributes {
  const isClaim = typeof answer === 'object' && answer !== null && 'result' in answer;
  return isClaim ? { 'omneo_gateway.claim': (answer as ClaimResult).result } : {};
}

function storingOrigins(deliveries: DeliveryLedger, spans: Spans): DeliveryLedger {
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

function originated(delivery: NewDelivery, { active }: Spans): NewDelivery {
  return active === undefined
    ? delivery
    : { ...delivery, summary: withOrigin(delivery.summary, active.origin) };
}
