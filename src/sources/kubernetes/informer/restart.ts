import { between } from '../../../lib/backoff.ts';
import { ApiError } from '../api/apierror.ts';
import { MalformedObject } from '../api/object.ts';

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
  if (error instanceof MalformedObject) return 'malformed';
  if (!(error instanceof ApiError)) return 'failed';
  if (error.status === 0) return byReason[error.reason] ?? 'failed';
  return byStatus[error.status] ?? (error.status >= 500 ? 'server_error' : 'failed');
}

/** Where a list or a watch was when it ended. */
type Position = Readonly<{
  /** Absent: the list has not come to its end. */
  resourceVersion: string | undefined;
  /** Objects a page; absent: all in one. */
  pageSize: number | undefined;
  /** When the watch opened, on the monotonic clock; absent: it has not. */
  openedAt: number | undefined;
}>;

/** What a fault means for the next turn; without a version it begins with a list. */
type Next = Readonly<{
  reason: RestartReason;
  resourceVersion: string | undefined;
  pageSize: number | undefined;
  /** For so long the server wants no other request. */
  atLeastMs: number;
}>;

/** A watch that lasted this long shows that the trouble before it is over. */
const stableMs = 10_000;
/** An object that its handler cannot take is brought again, but not for ever at full speed. */
const handlerRetryMs = 60_000;
const maxRetryAfterMs = 120_000;
const minute = 60_000;

/** Milliseconds until the next list; a list is whole if its handler could take all of it. */
export function relistMs(isWhole: boolean, random: () => number): number {
  return isWhole ? between(10 * minute, 15 * minute, random) : handlerRetryMs;
}

/** How long a watch lasts, and for how long its connection may be silent. */
export function watchTimes(
  untilRelistMs: number,
  random: () => number,
): Readonly<{ lifetimeMs: number; silenceMs: number }> {
  const lifetimeMs = Math.min(between(240_000, 300_000, random), Math.max(untilRelistMs, 1000));
  return { lifetimeMs, silenceMs: between(90_000, 120_000, random) };
}

/** Whether the watch lasted long enough to forget the failures before it. */
export function wasStable(openedAt: Position['openedAt'], now: number): boolean {
  return openedAt !== undefined && now - openedAt >= stableMs;
}

/** Where to go on after an error that ended a list or a watch. */
export function afterFault(error: unknown, { resourceVersion, pageSize, openedAt }: Position): Next {
  const reason = restartReason(error);
  const askedMs = error instanceof ApiError ? (error.retryAfter ?? 0) * 1000 : 0;
  return {
    reason,
    resourceVersion: mayResume(reason, openedAt !== undefined) ? resourceVersion : undefined,
    pageSize: pageSizeAfter(reason, { resourceVersion, pageSize }),
    atLeastMs: Math.min(askedMs, maxRetryAfterMs),
  };
}

function pageSizeAfter(
  reason: RestartReason,
  { resourceVersion, pageSize }: Pick<Position, 'resourceVersion' | 'pageSize'>,
): number | undefined {
  // The token of a page has expired: the collection is too large to be read in pages before etcd compacts it.
  if (reason === 'expired' && resourceVersion === undefined) return undefined;
  return reason === 'too_large' && pageSize !== undefined ? Math.ceil(pageSize / 10) : pageSize;
}

/**
 * Whether the watch may go on where it was, given that it was open when this happened. A server that was away may
 * come back with another past (etcd restored or emptied); one that throttles, or that cut a single connection, was
 * not away.
 */
function mayResume(reason: RestartReason, wasOpen: boolean): boolean {
  return reason === 'closed' || reason === 'throttled' || (reason === 'disconnected' && wasOpen);
}
