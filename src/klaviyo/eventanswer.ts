import { isRecord } from '../lib/exactjson.ts';
import { throttledSeconds } from '../omneo/client/upstream.ts';
import type { Answer } from '../omneo/client/exchange.ts';

/**
 * What came of an event.
 * - `sent`: Klaviyo has taken it.
 * - `rejected`: Klaviyo will never take it, as its body is.
 * - `refused`: Klaviyo does not accept the API key, or the key lacks the scope `events:write`.
 * - `throttled`: the account has made more calls than it may.
 * - `unavailable`: Klaviyo failed, or something else answered, or nothing did.
 */
export type EventResult = 'sent' | 'rejected' | 'refused' | 'throttled' | 'unavailable';

/** What came of an event, and what may be logged of the answer: nothing that was sent. */
export type EventAnswer = Readonly<{
  result: EventResult;
  /** The HTTP status; absent: there was no answer. */
  status?: number;
  /** Klaviyo's word for the first error, such as `invalid`. */
  code?: string;
  /** Where in the body the first error is, such as `/data/attributes/profile`. */
  pointer?: string;
  /** For so long Klaviyo asks to send nothing, in milliseconds. */
  waitMs?: number;
}>;

/**
 * Reads an answer of the Create Event API. Which status means what is documented at
 * https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling. `now` is in milliseconds since the epoch.
 */
export function eventAnswerOf({ status, header, text }: Answer, now: number): EventAnswer {
  const result = resultOf(status);
  if (result === 'sent') return { result, status };
  const why = { result, status, ...firstErrorOf(text) };
  return result === 'throttled'
    ? { ...why, waitMs: throttledSeconds(header('retry-after'), now) * 1000 }
    : why;
}

/** Statuses that speak of this event's body. Any other may come from a proxy, to whatever is sent: a redirect, 404 or 407. */
const aboutBody: ReadonlySet<number> = new Set([400, 409, 413, 415, 422]);

function resultOf(status: number): EventResult {
  if (status >= 200 && status < 300) return 'sent';
  if (status === 401 || status === 403) return 'refused';
  if (status === 429) return 'throttled';
  return aboutBody.has(status) ? 'rejected' : 'unavailable';
}

/** Of Klaviyo's own words only those that can hold nothing of what was sent. */
function firstErrorOf(text: string): Pick<EventAnswer, 'code' | 'pointer'> {
  const [first] = errorsIn(text);
  if (!isRecord(first)) return {};
  const { code, source } = first;
  const pointer = isRecord(source) ? source['pointer'] : undefined;
  return {
    ...(typeof code === 'string' && /^[a-z_]{1,60}$/.test(code) && { code }),
    ...(typeof pointer === 'string' && /^\/data[a-z_/]{0,100}$/.test(pointer) && { pointer }),
  };
}

function errorsIn(text: string): readonly unknown[] {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) && Array.isArray(json['errors']) ? json['errors'] : [];
  } catch {
    return []; // What stands before Klaviyo answers HTML: the status alone counts.
  }
}
