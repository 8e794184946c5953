import * as openid from 'openid-client';
import { type Dispatcher, fetch } from 'undici';
import type { Clock } from '../clock.ts';
import type { Credentials } from '../tenants/tenant.ts';
import { UpstreamError, retryAfterSeconds } from './upstream.ts';

type OAuthCredentials = Extract<Credentials, { kind: 'oauth' }>;

/** A freshly issued token; `lifetime` in seconds, undefined when the server does not say. */
export type Grant = Readonly<{ token: string; lifetime: number | undefined }>;

/**
 * Asks the tenant's token endpoint for a token once, within `timeoutMs`.
 *
 * The client secret travels in the form, as Omneo's authentication guide shows, and username and password go
 * along with either grant type, since that guide's prose and sample differ on which one it is.
 *
 * @throws UpstreamError: `refused` when the server does not accept the credentials, else `throttled` or `unavailable`.
 */
export async function requestGrant(
  credentials: OAuthCredentials,
  dispatcher: Dispatcher,
  timeoutMs: number,
  clock: Clock,
): Promise<Grant> {
  const parameters: Record<string, string> = { scope: credentials.scope };
  if (credentials.username !== undefined) parameters['username'] = credentials.username.reveal();
  if (credentials.password !== undefined) parameters['password'] = credentials.password.reveal();
  const config = configure(credentials, dispatcher, timeoutMs);
  try {
    const granted =
      credentials.grantType === 'password'
        ? await openid.genericGrantRequest(config, 'password', parameters)
        : await openid.clientCredentialsGrant(config, parameters);
    return { token: granted.access_token, lifetime: granted.expiresIn() };
  } catch (error) {
    throw translate(error, clock.now());
  }
}

function configure(
  credentials: OAuthCredentials,
  dispatcher: Dispatcher,
  timeoutMs: number,
): openid.Configuration {
  const secret = credentials.clientSecret.reveal();
  const config = new openid.Configuration(
    { issuer: new URL(credentials.tokenURL).origin, token_endpoint: credentials.tokenURL },
    credentials.clientId.reveal(),
    { client_secret: secret },
    openid.ClientSecretPost(secret),
  );
  // Its own limit is in seconds, which not every number of milliseconds survives: 1001 would become 1000.9999….
  config.timeout = 0;
  // Whether http is allowed at all was decided when the tenant was resolved.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so by openid-client to make it stand out
  if (credentials.tokenURL.startsWith('http:')) openid.allowInsecureRequests(config);
  config[openid.customFetch] = async (url, { method, headers, body, redirect }) => {
    // The global fetch cannot take this dispatcher; the form is a URLSearchParams, which both fetches know.
    const form = body instanceof URLSearchParams ? body.toString() : null;
    const signal = AbortSignal.timeout(timeoutMs);
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- openid-client takes any fetch's Response
    return await fetch(url, { method, headers, body: form, signal, redirect, dispatcher });
  };
  return config;
}

function translate(error: unknown, now: number): UpstreamError {
  const { status, retryAfter } = answerOf(error);
  if (status === 429) {
    const details = { retryAfter: retryAfterSeconds(retryAfter, now) ?? 1, cause: error };
    return new UpstreamError('throttled', "Omneo's token endpoint answered 429", details);
  }
  if (status === 400 || status === 401 || status === 403) {
    return new UpstreamError('refused', `Omneo's token endpoint answered ${status}`, { cause: error });
  }
  const told = status === undefined ? 'did not answer as it should' : `answered ${status}`;
  return new UpstreamError('unavailable', `Omneo's token endpoint ${told}`, { cause: error });
}

/** openid-client puts the status on its errors, or the whole Response under `cause`. */
function answerOf(error: unknown): { status?: number; retryAfter?: string } {
  if (error instanceof openid.ResponseBodyError || error instanceof openid.WWWAuthenticateChallengeError) {
    const retryAfter = error.response.headers.get('retry-after');
    return retryAfter === null ? { status: error.status } : { status: error.status, retryAfter };
  }
  if (!(error instanceof Error) || !hasStatus(error.cause)) return {};
  const retryAfter = error.cause.headers.get('retry-after');
  return retryAfter === null ? { status: error.cause.status } : { status: error.cause.status, retryAfter };
}

function hasStatus(value: unknown): value is Pick<Response, 'status' | 'headers'> {
  return typeof value === 'object' && value !== null && 'status' in value && 'headers' in value;
}
