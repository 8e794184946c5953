import type { ApiDelivery, ApiDeliveryDetails, ApiEvent } from '../client/answers.ts';
import { printable, printableLines } from './printable.ts';
import { momentOf } from './times.ts';
import { inWords, matchInWords, valuesInWords } from './words.ts';

const faults: Readonly<Record<string, string>> = {
  erased: 'The webhook is erased.',
  key_missing: 'The webhook cannot be opened: the key that sealed it is missing.',
  damaged: 'The webhook cannot be opened: it is damaged.',
};

/** A delivery with its events, as lines that tell people what happened. */
export function detailsInWords({
  delivery,
  events,
  payload,
  payload_fault: fault,
}: ApiDeliveryDetails): string[] {
  return [
    ...factsOf(delivery),
    '',
    ...events.map((event) => printable(`${momentOf(event.at)}  ${eventInWords(event)}`)),
    ...(payload === undefined ? [] : ['', printableLines(payload)]),
    ...(fault === undefined ? [] : ['', faults[fault] ?? printable(fault)]),
  ];
}

function factsOf(delivery: ApiDelivery): string[] {
  const { state, reason, result, external_id: externalId } = delivery;
  const facts: readonly (readonly [name: string, text: string | undefined])[] = [
    ['Delivery', delivery.delivery_id],
    ['Tenant', delivery.tenant],
    ['Action', delivery.action],
    ['State', reason === undefined ? state : `${state}: ${inWords(reason)}`],
    ['Summary', valuesInWords(delivery.summary)],
    ['Result', result && valuesInWords(result)],
    ['external_id', externalId],
    ['Attempts', String(delivery.attempts)],
    ['Trace', delivery.trace_id],
    ['Since', momentOf(delivery.since)],
    ['Next attempt', delivery.next_attempt_at && momentOf(delivery.next_attempt_at)],
    ['Kept until', delivery.kept_until && momentOf(delivery.kept_until)],
  ];
  return facts.flatMap(([name, text]) =>
    text === undefined ? [] : [printable(`${name.padEnd(14)}${text}`)],
  );
}

/** One event in plain words, without its time. */
export function eventInWords(event: ApiEvent): string {
  if (event.kind === 'attempted') return attemptInWords(event);
  const decision = [event.by && `by ${event.by}`, event.why && `“${event.why}”`].filter(Boolean).join(': ');
  return decision === '' ? event.kind : `${event.kind} ${decision}`;
}

function attemptInWords({ result = '', matched_by: matchedBy, ...event }: ApiEvent): string {
  const parts = [
    matchedBy && matchInWords(matchedBy),
    result === 'issued' ? 'issued' : inWords(result),
    event.omneo_status && `Omneo answered ${event.omneo_status}`,
    event.took_ms !== undefined && `took ${event.took_ms} ms`,
  ];
  return `attempted: ${parts.filter(Boolean).join(', ')}`;
}
