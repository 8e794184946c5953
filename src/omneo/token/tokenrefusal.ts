import { isRecord } from '../../lib/exactjson.ts';

/** What a token endpoint has against a request. */
export type TokenRefusal = Readonly<{
  /** The endpoint's own trouble, which says nothing about the credentials. */
  isPassing: boolean;
  /** Names of fields, and OAuth's own error codes: nothing else of an answer may be shown. */
  names: readonly string[];
}>;

/** Codes of IANA's OAuth Extensions Error Registry that a token endpoint answers (RFC 6749, 5.2; RFC 8628; RFC 8707). */
const codes: ReadonlySet<unknown> = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'access_denied',
  'expired_token',
  'invalid_target',
]);
const passing: ReadonlySet<unknown> = new Set(['server_error', 'temporarily_unavailable', 'slow_down']);
const fieldName = /^[a-z][a-z0-9_.]{0,63}$/;
const maxNames = 10;

/**
 * Reads OAuth's `error` and Laravel's `errors`, an object with a list for each field.
 *
 * @returns undefined if the answer has neither
 */
export function tokenRefusalIn(text: string): TokenRefusal | undefined {
  const { error, errors } = membersOf(text);
  if (isBlank(error) && isBlank(errors)) return undefined;
  const fields = isRecord(errors) ? Object.keys(errors).filter((field) => fieldName.test(field)) : [];
  const code = typeof error === 'string' && codes.has(error) ? [error] : [];
  return { isPassing: passing.has(error), names: [...code, ...fields].slice(0, maxNames) };
}

function membersOf(text: string): { error?: unknown; errors?: unknown } {
  try {
    const json: unknown = JSON.parse(text);
    return isRecord(json) ? json : {};
  } catch {
    return {}; // Not JSON: nothing in it is OAuth's.
  }
}

function isBlank(member: unknown): boolean {
  const isEmpty = typeof member === 'object' && member !== null && Object.keys(member).length === 0;
  return member === undefined || member === null || member === false || member === '' || isEmpty;
}
