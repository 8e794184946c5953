import { pathOf } from './paths.ts';

/** What became of a webhook, as metrics and logs name it. */
export type Outcome =
  | 'granted'
  | 'accepted'
  | 'duplicate'
  | 'rehearsed'
  | 'rejected'
  | 'unauthorized'
  | 'unknown_tenant'
  | 'not_ready'
  | 'upstream_error'
  | 'unsettled'
  | 'overloaded'
  | 'internal';

type Row = Readonly<{ status: number; outcome: Outcome; title: string; detail: string; retryAfter?: number }>;

/**
 * Every failure the gateway can answer with. Klaviyo retries 429, 500, 502 and 503 and drops everything else for
 * good (its page on webhook status codes), which is what decides the status of each row: nothing that may pass by
 * itself has any other. `detail` begins with what to do; `retryAfter` is in seconds.
 */
export const problems = Object.freeze({
  invalid_json: {
    status: 400,
    outcome: 'rejected',
    title: 'Invalid JSON',
    detail: 'Fix the JSON body of the webhook in the Klaviyo Flow.',
  },
  invalid_payload: {
    status: 400,
    outcome: 'rejected',
    title: 'Invalid payload',
    detail: 'Fix the fields that are named in errors.',
  },
  unauthorized: {
    status: 401,
    outcome: 'unauthorized',
    title: 'Unauthorized',
    detail: 'Check the URL and the x-omneo-secret header of the webhook in the Klaviyo Flow.',
  },
  profile_not_found: {
    status: 404,
    outcome: 'rejected',
    title: 'Profile not found',
    detail: 'Check that this customer exists in Omneo: neither person_id nor email matches an Omneo profile.',
  },
  not_found: {
    status: 404,
    outcome: 'rejected',
    title: 'Not found',
    detail: `Check the URL: webhooks go to ${pathOf('<tenant>', 'rewards')}.`,
  },
  method_not_allowed: { status: 405, outcome: 'rejected', title: 'Method not allowed', detail: 'Use POST.' },
  payload_too_large: {
    status: 413,
    outcome: 'rejected',
    title: 'Payload too large',
    detail: 'Make the webhook smaller: a body may have 64 KiB.',
  },
  unsupported_media_type: {
    status: 415,
    outcome: 'rejected',
    title: 'Unsupported media type',
    detail: 'Set the header Content-Type: application/json in the Klaviyo Flow.',
  },
  reward_rejected: {
    status: 422,
    outcome: 'rejected',
    title: 'Reward rejected by Omneo',
    detail:
      'Check the reward definition and the data fields: Omneo says that this reward can never be issued.',
  },
  id_reused: {
    status: 422,
    outcome: 'rejected',
    title: 'Id used before',
    detail: 'Make id unique: this one was used before, for another person or to ask for something else.',
  },
  not_allowed: {
    status: 422,
    outcome: 'rejected',
    title: 'Not allowed',
    detail: 'Ask your platform team: what this webhook asks for is outside of what it may issue.',
  },
  overloaded: {
    status: 429,
    outcome: 'overloaded',
    title: 'Too many webhooks',
    detail: 'Nothing to fix: Klaviyo sends it again.',
    retryAfter: 5,
  },
  internal: {
    status: 500,
    outcome: 'internal',
    title: 'Internal error',
    detail: 'Nothing to fix in Klaviyo, which sends it again: this is a bug.',
  },
  upstream_unavailable: {
    status: 502,
    outcome: 'upstream_error',
    title: 'Omneo is unavailable',
    detail: 'Nothing to fix in Klaviyo, which sends it again: Omneo did not answer as it should.',
  },
  not_ready: {
    status: 503,
    outcome: 'not_ready',
    title: 'Not ready',
    detail: 'Nothing to fix in Klaviyo, which sends it again.',
    retryAfter: 5,
  },
} satisfies Record<string, Row>);

export type ProblemCode = keyof typeof problems;

/** One fault of a payload. `field` and `hint` hold nothing that was sent. */
export type FieldError = Readonly<{ field: string; code: string; hint: string }>;

type Details = Readonly<{
  /** Said instead of the row's own sentence; holds nothing that was sent. */
  detail?: string;
  errors?: readonly FieldError[];
  /** In seconds. */
  retryAfter?: number;
  outcome?: Outcome;
  /** The delivery that the webhook is stored as, for a human to decide about. */
  deliveryId?: string | undefined;
  cause?: unknown;
}>;

/** A webhook that ends in a failure; thrown where it is known, answered in one place. */
export class Problem extends Error {
  override name = 'Problem';
  readonly code: ProblemCode;
  readonly status: number;
  readonly outcome: Outcome;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly retryAfter: number | undefined;
  readonly deliveryId: string | undefined;

  constructor(code: ProblemCode, details: Details = {}) {
    super(code, { cause: details.cause });
    const known: Row = problems[code];
    this.code = code;
    this.status = known.status;
    this.outcome = details.outcome ?? known.outcome;
    this.detail = details.detail ?? known.detail;
    this.errors = details.errors ?? [];
    this.deliveryId = details.deliveryId;
    this.retryAfter = known.retryAfter === undefined ? undefined : (details.retryAfter ?? known.retryAfter);
  }

  /** The same problem of a webhook that is stored as this delivery. */
  storedAs(deliveryId: string): Problem {
    const { detail, errors, outcome, cause, retryAfter } = this;
    const details = { detail, errors, outcome, cause, deliveryId };
    return new Problem(this.code, retryAfter === undefined ? details : { ...details, retryAfter });
  }

  /** The body of the answer, by RFC 9457. */
  body(requestId: string): object {
    const { code, status, detail, errors, deliveryId } = this;
    const type = `urn:omneo-gateway:problem:${code}`;
    const body = { type, title: problems[code].title, status, detail, code, request_id: requestId };
    const stored = deliveryId === undefined ? {} : { delivery_id: deliveryId };
    return { ...body, ...stored, ...(errors.length > 0 && { errors }) };
  }
}

/** The problem `not_ready`, for a reason that a marketer can do nothing about. */
export function notReady(why: string, details: Omit<Details, 'detail'> = {}): Problem {
  return new Problem('not_ready', { ...details, detail: `Nothing to fix: ${why}; Klaviyo sends it again.` });
}
