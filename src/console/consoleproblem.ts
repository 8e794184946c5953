import type { FieldError } from '../lib/problem.ts';

type Row = Readonly<{ status: number; title: string; detail: string }>;

/** Every failure that the console's API answers with; docs/openapi.yaml lists the codes. */
export const consoleProblems = Object.freeze({
  invalid_request: { status: 400, title: 'Invalid request', detail: 'Fix what is named in errors.' },
  unauthenticated: {
    status: 401,
    title: 'Not signed in',
    detail: 'Sign in, or send a valid token as Authorization: Bearer.',
  },
  forbidden: { status: 403, title: 'Forbidden', detail: 'Ask for a role that allows this.' },
  not_found: { status: 404, title: 'Not found', detail: 'There is no such thing, or you may not see it.' },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    detail: 'Use a method that Allow names.',
  },
  conflict: {
    status: 409,
    title: 'Conflict',
    detail: 'Look at the delivery again: its state does not allow this any more.',
  },
  payload_too_large: {
    status: 413,
    title: 'Payload too large',
    detail: 'Make the request smaller: a body may have 128 KiB.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    detail: 'Send JSON, as Content-Type: application/json.',
  },
  invalid_payload: {
    status: 422,
    title: 'Invalid webhook',
    detail: 'Fix the fields of the webhook that are named in errors.',
  },
  too_many_requests: {
    status: 429,
    title: 'Too many requests',
    detail: 'Wait as long as Retry-After says.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    detail: 'This is a bug; request_id names it in the log.',
  },
  upstream_unavailable: {
    status: 502,
    title: 'Omneo is unavailable',
    detail: 'Try again later: Omneo did not answer as it should.',
  },
  unavailable: {
    status: 503,
    title: 'Unavailable',
    detail: 'Try again later: something that this needs cannot be reached.',
  },
} satisfies Record<string, Row>);

export type ConsoleProblemCode = keyof typeof consoleProblems;

type ConsoleDetails = Readonly<{
  /** Said instead of the row's own sentence. */
  detail?: string;
  errors?: readonly FieldError[];
  /** In seconds. */
  retryAfter?: number;
  cause?: unknown;
}>;

/** A request of the console that ends in a failure; thrown where it is known, answered in one place. */
export class ConsoleProblem extends Error {
  override name = 'ConsoleProblem';
  readonly code: ConsoleProblemCode;
  readonly status: number;
  readonly retryAfter: number | undefined;
  readonly #details: ConsoleDetails;

  constructor(code: ConsoleProblemCode, details: ConsoleDetails = {}) {
    super(code, { cause: details.cause });
    this.code = code;
    this.status = consoleProblems[code].status;
    this.retryAfter = details.retryAfter;
    this.#details = details;
  }

  /** The body of the answer, by RFC 9457. */
  body(requestId: string): object {
    const { title, status, detail } = consoleProblems[this.code];
    const { errors = [] } = this.#details;
    return {
      type: `urn:omneo-gateway:problem:${this.code}`,
      ...{ title, status, detail: this.#details.detail ?? detail, code: this.code, request_id: requestId },
      ...(errors.length > 0 && { errors }),
    };
  }
}
