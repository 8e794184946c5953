import { randomUUID } from 'node:crypto';
import type { Answer } from '../http.ts';

/** What every error of Klaviyo's API has; `pointer` says where in the request it is. */
type ApiError = { status: number; code: string; title: string; detail: string; pointer?: string };

/**
 * A refusal in JSON:API, as https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling shows it. Like
 * Klaviyo's, the detail repeats what was sent: a client must not log it.
 */
export function apiError({ pointer = '/data/', ...error }: ApiError): Answer {
  const body = JSON.stringify({
    errors: [{ id: randomUUID(), ...error, source: { pointer }, links: {}, meta: {} }],
  });
  return { status: error.status, headers: { 'content-type': 'application/vnd.api+json' }, body };
}

export const invalid = (detail: string, pointer: string): Answer =>
  apiError({ status: 400, code: 'invalid', title: 'Invalid input.', detail, pointer });

export const notAuthenticated = (): Answer =>
  apiError({
    status: 401,
    code: 'not_authenticated',
    title: 'Authentication credentials were not provided.',
    detail: 'Missing or invalid authorization scheme. Please use Klaviyo-API-Key.',
  });

export const authenticationFailed = (): Answer =>
  apiError({
    status: 401,
    code: 'authentication_failed',
    title: 'Incorrect authentication credentials.',
    detail: 'Incorrect authentication credentials.',
  });

export const permissionDenied = (): Answer =>
  apiError({
    status: 403,
    code: 'permission_denied',
    title: 'You do not have permission to perform this action.',
    detail: 'The API key specified does not have the required scopes. The required scopes are: events:write',
  });

/** Without the RateLimit headers that every other answer has. */
export function throttled(seconds: number): Answer {
  const detail = `Request was throttled. Expected available in ${seconds} seconds.`;
  const answer = apiError({ status: 429, code: 'throttled', title: 'Request was throttled.', detail });
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}
