import type { AttemptNote } from '../../ledger/deliveries/deliveryadmin.ts';
import type { Receipt } from '../../ledger/ledger.ts';
import { LedgerUnavailable } from '../../ledger/ledger.ts';
import { Problem, type ProblemCode } from '../../lib/problem.ts';
import { UpstreamError } from '../../omneo/client/upstream.ts';
import { UnknownOutcome } from './unknownoutcome.ts';

/** An attempt that failed, and how long it took, in milliseconds. */
export type FailedAttempt = Readonly<{ error: unknown; tookMs: number }>;

/** What a webhook is answered with that fails so in Omneo. */
const codes: Readonly<Record<UpstreamError['fault'], ProblemCode>> = {
  unavailable: 'upstream_unavailable',
  throttled: 'overloaded',
  refused: 'not_ready',
  rejected: 'reward_rejected',
};

/** The note of an attempt that made what was asked for, or found it; `tookMs` in milliseconds. */
export function issuedNote({ matchedBy }: Receipt, tookMs: number): AttemptNote {
  return { result: 'issued', matchedBy, tookMs: Math.round(tookMs) };
}

/** The note of an attempt that failed, after which the delivery waits or is parked for `result`. */
export function failureNote(result: AttemptNote['result'], { error, tookMs }: FailedAttempt): AttemptNote {
  const omneoStatus = statusIn(error);
  const status = omneoStatus === undefined ? {} : { omneoStatus };
  return { result, code: codeOf(error), ...status, tookMs: Math.round(tookMs) };
}

/** The code of the problem that a webhook is answered with that fails so. */
function codeOf(error: unknown): ProblemCode {
  if (error instanceof UnknownOutcome) return codeOf(error.cause);
  if (error instanceof Problem) return error.code;
  if (error instanceof UpstreamError) return codes[error.fault];
  return error instanceof LedgerUnavailable ? 'not_ready' : 'internal';
}

/** What Omneo answered, if that is why it failed. */
function statusIn(error: unknown): number | undefined {
  if (error instanceof UpstreamError) return error.status;
  return error instanceof UnknownOutcome || error instanceof Problem ? statusIn(error.cause) : undefined;
}
