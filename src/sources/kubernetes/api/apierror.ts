import { fieldsOf, stringOf } from './object.ts';

type Details = Readonly<{
  retryAfter?: number | undefined;
  /** What an operator has to change, in words of ours. */
  advice?: string | undefined;
  cause?: unknown;
}>;

/**
 * A call to the Kubernetes API that failed. It carries what decides on the next step and nothing else of the
 * answer: headers and bodies may hold what must not reach a log.
 */
export class ApiError extends Error {
  override name = 'ApiError';
  /** HTTP status; 0 if there was no answer. */
  readonly status: number;
  /** One word: the API's own reason, or Timeout, Unreachable, Malformed and TooLarge for what it cannot say itself. */
  readonly reason: string;
  /** Seconds until the server wants another request. */
  readonly retryAfter: number | undefined;
  /** Whether the message says what an operator has to change, and so is to be logged. */
  readonly isClean: boolean;

  constructor(status: number, reason: string, { retryAfter, advice, cause }: Details = {}) {
    const message = `Kubernetes API: ${status} ${reason}${advice === undefined ? '' : `: ${advice}`}`;
    super(message, cause === undefined ? undefined : { cause });
    this.isClean = advice !== undefined;
    this.status = status;
    this.reason = reason;
    this.retryAfter = retryAfter;
  }

  /** What a log shows of it. */
  get code(): string {
    return `${this.status} ${this.reason}`;
  }
}

/** The error that a `Status` describes, be it the body of an answer or the object of an ERROR event. */
export function errorOfStatus(status: number, body: unknown, more: Details = {}): ApiError {
  const { reason, details } = fieldsOf(body);
  const word = stringOf(reason);
  const { retryAfterSeconds, causes } = fieldsOf(details);
  const asked = typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined;
  // Forbidden for a while, and to everybody.
  const isEnding = JSON.stringify(causes ?? []).includes('NamespaceTerminating');
  return new ApiError(status, /^[A-Za-z]{1,64}$/.test(word) ? word : 'Unknown', {
    retryAfter: more.retryAfter ?? asked,
    advice: isEnding ? undefined : more.advice,
  });
}
