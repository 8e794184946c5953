import * as openid from 'openid-client';

/**
 * The OpenID provider did not do what it was asked for.
 * - `unavailable`: it cannot be reached, does not answer as it should, or does not know the console; later it may.
 * - `refused`: what it was asked with does not hold; another try with the same ends the same way.
 *
 * The message has no value of a claim, no code and no token in it.
 */
export class ProviderFault extends Error {
  override name = 'ProviderFault';
  readonly isClean = true;
  readonly fault: 'unavailable' | 'refused';

  constructor(fault: 'unavailable' | 'refused', message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.fault = fault;
  }
}

/** Errors by which a provider says that the fault is its own, or the console's, and not that of who signs in. */
const notOfThePerson = new Set([
  'invalid_client',
  'unauthorized_client',
  'server_error',
  'temporarily_unavailable',
]);

/** What openid-client finds wrong in an answer that came; by its codes. */
const faultyAnswers = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
]);

/** What an error of openid-client comes to. */
export function providerFaultOf(error: unknown): ProviderFault {
  if (error instanceof ProviderFault) return error;
  if (error instanceof openid.ResponseBodyError || error instanceof openid.AuthorizationResponseError) {
    const message = `the provider answered ${codeOf(error.error)}`;
    const fault = notOfThePerson.has(error.error) ? 'unavailable' : 'refused';
    return new ProviderFault(fault, message, { cause: error });
  }
  if (error instanceof openid.ClientError && faultyAnswers.has(error.code ?? ''))
    return new ProviderFault('refused', `the answer does not fit the sign-in (${error.code ?? ''})`, {
      cause: error,
    });
  return new ProviderFault('unavailable', 'the provider did not answer as it should', { cause: error });
}

/** The codes of RFC 6749 and OpenID Connect are of this form; what is not may be anything. */
function codeOf(error: string): string {
  return /^[a-z_]{1,40}$/.test(error) ? error : 'an error';
}
