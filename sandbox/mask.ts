import type { Fault } from './faults.ts';
import { html, json, type Answer } from './http.ts';
import { refusal } from './refusals.ts';

/** Made once: making it anew would be most of the work of a sandbox that fails often. */
const oversized = json(200, { data: [], padding: 'x'.repeat(2 * 1024 * 1024) });

/** Whether the fault keeps the call from reaching Omneo, so that nothing is committed. */
export function strikesBefore(fault: Fault): boolean {
  switch (fault.kind) {
    case 'unauthorized':
    case 'forbidden':
    case 'throttle':
    case 'redirect':
      return true;
    case 'delay':
    case 'drip':
    case 'truncated':
    case 'filterIgnored':
      return false;
    case 'error':
    case 'refusal':
    case 'reset':
    case 'hang':
    case 'html':
    case 'oversized':
    case 'empty':
      return fault.when !== 'after';
  }
}

function throttled(retryAfter: number | null): Answer {
  const headers = { 'x-ratelimit-limit': '60', 'x-ratelimit-remaining': '0' };
  const hint = retryAfter === null ? {} : { 'retry-after': String(retryAfter) };
  return json(429, { message: 'Too Many Attempts.' }, { ...headers, ...hint });
}

/** What the caller gets to see in place of the truth. Faults of the connection leave the answer as it is. */
export function mask(fault: Fault, truth: Answer): Answer {
  switch (fault.kind) {
    case 'error':
      return json(fault.status, { message: 'Server Error' });
    case 'refusal':
      return refusal(fault.status ?? 422, fault.words);
    case 'html':
      return html(fault.status ?? 200, 'We will be right back');
    case 'oversized':
      return oversized;
    case 'empty':
      return { status: fault.status ?? 200, headers: {}, body: '' };
    case 'unauthorized':
      return json(401, { message: 'Unauthenticated.' });
    case 'forbidden':
      return json(403, { message: 'Invalid scope(s) provided.' });
    case 'throttle':
      return throttled(fault.retryAfter === undefined ? 1 : fault.retryAfter);
    case 'redirect':
      return { status: fault.status ?? 302, headers: { location: fault.location }, body: '' };
    case 'delay':
    case 'reset':
    case 'drip':
    case 'hang':
    case 'truncated':
    case 'filterIgnored':
      return truth;
  }
}
