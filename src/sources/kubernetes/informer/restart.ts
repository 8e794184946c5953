import { ApiError } from '../api/apierror.ts';

/** Why a reflector had to begin anew. It is the value of a metric label, so the set is fixed. */
export type RestartReason =
  | 'closed'
  | 'disconnected'
  | 'expired'
  | 'failed'
  | 'forbidden'
  | 'handler'
  | 'malformed'
  | 'not_found'
  | 'server_error'
  | 'silent'
  | 'throttled'
  | 'timeout'
  | 'too_large'
  | 'unauthorized';

/** Ends a list or a watch for a reason that the API did not give. */
export class Restart extends Error {
  override name = 'Restart';
  readonly reason: RestartReason;

  constructor(reason: RestartReason) {
    super(reason);
    this.reason = reason;
  }
}

const byStatus: Readonly<Record<number, RestartReason>> = {
  401: 'unauthorized',
  403: 'forbidden',
  404: 'not_found',
  410: 'expired',
  429: 'throttled',
};

const byReason: Readonly<Record<string, RestartReason>> = {
  Timeout: 'timeout',
  Malformed: 'malformed',
  TooLarge: 'too_large',
  Unreachable: 'disconnected',
};

/** The reason in an error that ended a list or a watch. */
export function restartReason(error: unknown): RestartReason {
  if (error instanceof Restart) return error.reason;
  if (!(error instanceof ApiError)) return 'failed';
  if (error.status === 0) return byReason[error.reason] ?? 'failed';
  return byStatus[error.status] ?? (error.status >= 500 ? 'server_error' : 'failed');
}
