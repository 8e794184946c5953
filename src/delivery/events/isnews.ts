import type { AttemptResult, ClaimedRequest } from '../attempt.ts';

/**
 * Whether Klaviyo is to be notified of what exists now. What was there before this webhook is no news, but after
 * an earlier attempt at it nobody may have been notified yet.
 */
export function isNews(
  { result }: Pick<ClaimedRequest['held'], 'result'>,
  { isNew = false }: Pick<AttemptResult, 'isNew'>,
): boolean {
  return isNew || result === 'unconfirmed';
}
