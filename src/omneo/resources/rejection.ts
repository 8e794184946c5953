import { isRecord } from '../../lib/exactjson.ts';
import { UpstreamError } from '../client/upstream.ts';
import type { NewResource } from './calls.ts';
import type { ResourceKind } from './kind.ts';

/** What is said of a refusal: of what, and other words than those about a definition. */
type Words = Pick<ResourceKind, 'noun'> & Readonly<{ advice?: string; hint?: string }>;

/**
 * What a refused create means. Omneo's validation speaks for itself: `errors`, an object that holds a list for each
 * field, as its own SDK reads them, and every field is one that was sent. Whatever is worded otherwise may be said by
 * something on the way (a proxy, a lock that was waited for too long), perhaps after it was made.
 */
export function rejectionOf(
  { noun, ...words }: Words,
  { status, json }: Readonly<{ status: number; json: unknown }>,
  sent: NewResource,
): UpstreamError {
  const said = isRecord(json) ? json : {};
  if (/external.?id/i.test(JSON.stringify([said['message'], said['errors']]))) {
    // The id is taken: one may be there already, which a look-up will show. Ours is not what took it.
    const isTaken = true;
    return new UpstreamError('unavailable', 'Omneo rejects the external_id', {
      mayHaveHappened: true,
      isTaken,
      status,
    });
  }
  const errors = isRecord(said['errors']) ? Object.entries(said['errors']) : [];
  const isValidation = errors.length > 0 && errors.every((error) => isFieldError(error, sent));
  if (status === 404 || !isValidation) return refusal(status, json);
  const fields = errors.map(([field]) => field).filter((field) => /^[a-z][a-z0-9_.]{0,63}$/.test(field));
  // It was found a moment ago and is merged or deleted now: the next attempt finds what became of it.
  if (fields.includes('profile_id'))
    return unknownOutcome('Omneo rejects the profile that it has just shown', status);
  return new UpstreamError('rejected', `Omneo rejects the ${noun}`, { fields, noun, status, ...words });
}

/** Whether an entry of `errors` is a list of what is wrong with a field that was sent. */
function isFieldError([field, texts]: [string, unknown], sent: NewResource): boolean {
  const [name = ''] = field.split('.');
  return Array.isArray(texts) && Object.hasOwn(sent, name);
}

/** A refusal that is no validation. In JSON it counts as one when it is repeated once a look-up has found nothing. */
function refusal(status: number, json: unknown): UpstreamError {
  const isRefusal = status !== 404 && typeof json === 'object' && json !== null;
  return new UpstreamError('unavailable', `Omneo answered a create with ${status} and no validation errors`, {
    mayHaveHappened: true,
    isRefusal,
    status,
  });
}

/** After a create whose outcome is unknown. */
export function unknownOutcome(message: string, status?: number): UpstreamError {
  return new UpstreamError('unavailable', message, { mayHaveHappened: true, status });
}
