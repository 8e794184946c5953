import { retryAfterSeconds } from '../../lib/backoff.ts';

/** What Omneo's answer, or the lack of one, means to the webhook that asked. */
type UpstreamFault =
  /** 5xx, network, deadline, an answer that cannot be read. */
  | 'unavailable'
  /** 429 */
  | 'throttled'
  /** Omneo does not accept the tenant's credentials. */
  | 'refused'
  /** Omneo understood the request and says that it can never work. */
  | 'rejected';

type Details = Readonly<{
  /** Whether the request may have taken effect in Omneo. */
  mayHaveHappened?: boolean;
  /** It was refused in words that name no field: the same answer again, with nothing there, is final. */
  isRefusal?: boolean;
  /** Its `external_id` is in use: this create made nothing. */
  isTaken?: boolean;
  /** It will not pass by itself: a human has to look at Omneo. */
  needsHuman?: boolean;
  /** In seconds. */
  retryAfter?: number;
  /** Of Omneo's answer, if that is what failed the call. */
  status?: number | undefined;
  /** Names of the request's fields that Omneo complained about; of a refused grant, OAuth's error code among them. */
  fields?: readonly string[];
  /** What was asked for, as in "reward". */
  noun?: string;
  /** What a marketer can do about these fields, after their names; absent: nothing more is known. */
  hint?: string;
  /** What a marketer is to check first, in a sentence; absent: the definition and the fields. */
  advice?: string;
  cause?: unknown;
}>;

/** A call to Omneo that brought nothing. The message holds neither a URL nor anything that was sent or received. */
export class UpstreamError extends Error {
  override name = 'UpstreamError';
  readonly isClean = true;
  readonly fault: UpstreamFault;
  readonly mayHaveHappened: boolean;
  readonly isRefusal: boolean;
  readonly isTaken: boolean;
  readonly needsHuman: boolean;
  readonly retryAfter: number | undefined;
  /** Of Omneo's answer, if that is what failed the call. */
  readonly status: number | undefined;
  readonly fields: readonly string[];
  readonly noun: string | undefined;
  readonly hint: string | undefined;
  readonly advice: string | undefined;

  constructor(fault: UpstreamFault, message: string, details: Details = {}) {
    super(message, { cause: details.cause });
    this.fault = fault;
    this.mayHaveHappened = details.mayHaveHappened ?? false;
    this.isRefusal = details.isRefusal ?? false;
    this.isTaken = details.isTaken ?? false;
    this.needsHuman = details.needsHuman ?? false;
    this.retryAfter = details.retryAfter;
    this.status = details.status;
    this.fields = details.fields ?? [];
    this.noun = details.noun;
    this.hint = details.hint;
    this.advice = details.advice;
  }
}

/**
 * How long an answer 429 with this `Retry-After` asks to wait, in seconds: at least one, and at most an hour, so that a
 * strange value cannot park a tenant.
 */
export function throttledSeconds(header: string | undefined, now: number): number {
  return Math.min(Math.max(retryAfterSeconds(header, now) ?? 1, 1), 3600);
}
