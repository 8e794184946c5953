import type { IncomingMessage, ServerResponse } from 'node:http';
import { html, notFound, readBody, type Answer } from '../http.ts';
import { createThrottle } from '../throttle.ts';
import { transmit } from '../transmit.ts';
import { authenticationFailed, invalid, notAuthenticated, permissionDenied, throttled } from './apierrors.ts';
import { readEvent } from './eventinput.ts';
import { createRecordedEvents, type RecordedEvent } from './recordedevents.ts';

/** What goes wrong with each call until it is set anew; `lost`: the event is recorded, and the answer never comes. */
export type KlaviyoFault =
  | { kind: 'error'; status: number }
  | { kind: 'html'; status: number }
  | { kind: 'reset' }
  | { kind: 'hang' }
  | { kind: 'lost' }
  | { kind: 'throttle'; seconds: number };

export type EventApiOptions = {
  /** Private API keys that may create events. */
  keys: string[];
  /** Private API keys of another scope. */
  otherKeys?: string[];
  /** Calls that one account may make in a second and in a minute. The defaults are those of Create Event. */
  burst?: number;
  steady?: number;
  /** Epoch milliseconds; default Date.now. */
  now?: () => number;
};

/** A stand-in for Klaviyo's Create Event API, on whichever server. */
export type EventApi = {
  serve: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** What Flows would begin with, in the order in which it came. */
  events: () => RecordedEvent[];
  /** The status of each call, or what kept it from one. */
  answers: () => (number | KlaviyoFault['kind'])[];
  /** Replaces the keys that may create events. */
  setKeys: (keys: string[]) => void;
  setFault: (fault: KlaviyoFault | null) => void;
  /** No events, no calls and no fault, as at the start. */
  reset: () => void;
};

type State = {
  options: EventApiOptions;
  keys: string[];
  fault: KlaviyoFault | null;
  recorded: ReturnType<typeof createRecordedEvents>;
  answers: (number | KlaviyoFault['kind'])[];
  allow: () => { remaining: number; limit: number; retryAfter?: number };
};

/** Both windows of an account, a second and a minute long; the longer wait counts. */
function windows({ burst = 350, steady = 3500, now = Date.now }: EventApiOptions): State['allow'] {
  const [second, minute] = [createThrottle(now), createThrottle(now)];
  return () => {
    const one = second({ calls: burst, windowMs: 1000 });
    const other = minute({ calls: steady, windowMs: 60_000 });
    const waits = [one.retryAfter ?? 0, other.retryAfter ?? 0];
    return { ...other, ...(Math.max(...waits) > 0 && { retryAfter: Math.max(...waits) }) };
  };
}

/** https://developers.klaviyo.com/en/docs/authenticate_: the scheme is a word of Klaviyo's own. */
function refusalOf(authorization: string, { keys, options }: State): Answer | undefined {
  const [, key] = /^Klaviyo-API-Key (\S+)$/.exec(authorization) ?? [];
  if (key === undefined) return notAuthenticated();
  if (options.otherKeys?.includes(key)) return permissionDenied();
  return keys.includes(key) ? undefined : authenticationFailed();
}

function answerTo(state: State, { method, url, headers }: IncomingMessage, body: string): Answer {
  if (url !== '/api/events' && url !== '/api/events/') return notFound();
  if (method !== 'POST') return { status: 405, headers: { allow: 'POST' }, body: '' };
  const refusal = refusalOf(headers.authorization ?? '', state);
  if (refusal) return refusal;
  const { limit, remaining, retryAfter } = state.allow();
  if (retryAfter !== undefined) return throttled(retryAfter);
  const answer = created(state, headers, body);
  const shown = {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': '60',
  };
  return { ...answer, headers: { ...answer.headers, ...shown } };
}

function created({ recorded }: State, headers: IncomingMessage['headers'], body: string): Answer {
  if (!/^\d{4}-\d\d-\d\d(\.\w+)?$/.test(String(headers['revision'])))
    return invalid('A valid revision header is required.', '/data/');
  if (!/^application\/(vnd\.api\+)?json\b/.test(headers['content-type'] ?? ''))
    return { ...invalid('Unsupported media type.', '/data/'), status: 415 };
  const event = readEvent(body);
  if ('status' in event) return event;
  recorded.add(event);
  return { status: 202, headers: {}, body: '', committed: true };
}

/** What is answered in the place of the truth; a lost answer is that of an event that was recorded. */
function spoilt(fault: KlaviyoFault): Answer {
  if (fault.kind === 'throttle') return throttled(fault.seconds);
  return 'status' in fault && fault.kind === 'error'
    ? { status: fault.status, headers: {}, body: '' }
    : html('status' in fault ? fault.status : 503, 'Klaviyo');
}

function stateAtTheStart(options: EventApiOptions): State {
  const recorded = createRecordedEvents(options.now ?? Date.now);
  return { options, keys: options.keys, fault: null, recorded, answers: [], allow: windows(options) };
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const { fault, answers } = state;
  const isTrue = fault === null || fault.kind === 'lost';
  const answer = isTrue ? answerTo(state, request, body) : spoilt(fault);
  const cut =
    fault?.kind === 'reset' || fault?.kind === 'hang' || fault?.kind === 'lost' ? fault.kind : undefined;
  answers.push(cut ?? answer.status);
  await transmit(response, answer, cut && { kind: cut === 'hang' ? 'hang' : 'reset' });
}

/** A Klaviyo that takes events. */
export function createEventApi(options: EventApiOptions): EventApi {
  const state = stateAtTheStart(options);
  return {
    serve: (request, response) => serve(state, request, response),
    events: () => state.recorded.all(),
    answers: () => [...state.answers],
    setKeys(keys) {
      state.keys = keys;
    },
    setFault(fault) {
      state.fault = fault;
    },
    reset() {
      Object.assign(state, stateAtTheStart(options));
    },
  };
}
