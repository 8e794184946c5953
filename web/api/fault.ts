import type { FieldFault, ProblemView } from './types.ts';

/** A request that failed, in words that a person can act on. */
export class ApiFault extends Error {
  override name = 'ApiFault';
  readonly title: string;
  readonly code: string;
  readonly errors: readonly FieldFault[];
  /** What the gateway's log names the request by; empty: no answer came. */
  readonly requestId: string;

  constructor({ title, detail, code, request_id: requestId, errors = [] }: Omit<ProblemView, 'status'>) {
    super(detail);
    this.title = title;
    this.code = code;
    this.errors = errors;
    this.requestId = requestId;
  }
}

/** No answer came at all. */
export function unreachable(): ApiFault {
  return new ApiFault({
    title: 'The gateway cannot be reached',
    detail: 'Check your connection, and try again.',
    code: 'unreachable',
    request_id: '',
  });
}

/** An answer that is none of the gateway's own, such as one of a proxy between. */
export function foreignAnswer(status: number): ApiFault {
  return new ApiFault({
    title: 'Something else answered',
    detail: `Try again later: not the gateway, but something in front of it answered ${String(status)}.`,
    code: 'foreign',
    request_id: '',
  });
}

/** The sign-in that held before does not any more. */
export function signedOut(): ApiFault {
  return new ApiFault({
    title: 'Your sign-in has ended',
    detail: 'Sign in again to go on.',
    code: 'signed_out',
    request_id: '',
  });
}

/** What was thrown, as a fault that can be shown. */
export function faultOf(error: unknown): ApiFault {
  if (error instanceof ApiFault) return error;
  return new ApiFault({
    title: 'This page failed',
    detail: 'This is a bug: load the page again.',
    code: 'bug',
    request_id: '',
  });
}

/** Whether an answer's body is a problem of the gateway. */
export function isProblem(body: unknown): body is ProblemView {
  return typeof body === 'object' && body !== null && 'detail' in body && 'code' in body && 'title' in body;
}
