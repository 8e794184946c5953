import * as openid from 'openid-client';
import type { Clock } from '../../lib/clock.ts';
import type { Credentials } from '../../tenants/tenant.ts';
import type { Answer } from '../client/exchange.ts';
import { type TokenAnswer, tokenAnswerOf } from './tokenanswer.ts';
import { type TokenRefusal, tokenRefusalIn } from './tokenrefusal.ts';
import { type Send, type UpstreamCall, sendAgainIfBroken } from '../client/transport.ts';
import { UpstreamError, throttledSeconds } from '../client/upstream.ts';

type OAuthCredentials = Extract<Credentials, { kind: 'oauth' }>;

/** A freshly issued token. */
export type Grant = Readonly<{
  token: string;
  /** In seconds; undefined when the server does not say. */
  lifetime: number | undefined;
  /** What in the answer was not as it should be, such as "token_type is missing". */
  deviations: readonly string[];
}>;

/** Statuses by which a token endpoint refuses what it was sent (RFC 6749, section 5.2), and Laravel's 422. */
const refusals: ReadonlySet<number> = new Set([400, 401, 403, 422]);

/**
 * Asks the tenant's token endpoint for a token, within `timeoutMs`; once more if the connection broke.
 *
 * The client secret travels in the form, as Omneo's authentication guide shows, and username and password go
 * along with either grant type, since that guide's prose and sample differ on which one it is.
 *
 * @throws UpstreamError: `refused` when the server does not accept the credentials, else `throttled` or `unavailable`.
 * It never has `mayHaveHappened`, which is about what a webhook asks for.
 */
export async function requestGrant(
  credentials: OAuthCredentials,
  send: Send,
  timeoutMs: number,
  clock: Clock,
): Promise<Grant> {
  const parameters: Record<string, string> = { scope: credentials.scope };
  if (credentials.username !== undefined) parameters['username'] = credentials.username.reveal();
  if (credentials.password !== undefined) parameters['password'] = credentials.password.reveal();
  let deviations: readonly string[] = [];
  const config = configure(credentials, async (url, { headers, body }) => {
    const answer = await ask(send, formTo(url, headers, body), timeoutMs, clock);
    const read = tokenIn(answer, clock.now());
    deviations = read.deviations;
    return Response.json(read.body);
  });
  try {
    const granted =
      credentials.grantType === 'password'
        ? await openid.genericGrantRequest(config, 'password', parameters)
        : await openid.clientCredentialsGrant(config, parameters);
    return { token: granted.access_token, lifetime: granted.expiresIn(), deviations };
  } catch (error) {
    throw translate(error);
  }
}

function configure(credentials: OAuthCredentials, fetch: openid.CustomFetch): openid.Configuration {
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
  config[openid.customFetch] = fetch;
  return config;
}

function formTo(url: string, headers: UpstreamCall['headers'], body: openid.FetchBody): UpstreamCall {
  const { origin, pathname, search } = new URL(url);
  return {
    operation: 'token',
    method: 'POST',
    origin,
    path: pathname + search,
    headers: { ...headers, 'accept-encoding': 'identity' },
    body: body instanceof URLSearchParams ? body.toString() : '',
  };
}

async function ask(send: Send, call: UpstreamCall, timeoutMs: number, clock: Clock): Promise<Answer> {
  const deadline = clock.monotonic() + timeoutMs;
  try {
    // A token too many does no harm.
    return await sendAgainIfBroken((isFresh) => send({ ...call, isFresh }, deadline));
  } catch (cause) {
    throw new UpstreamError('unavailable', "Omneo's token endpoint did not answer", { cause });
  }
}

/**
 * The token in an answer, put as openid-client takes it.
 *
 * @throws UpstreamError if there is none; `refused` has the names of the fields that the server complains about.
 */
function tokenIn({ status, header, text }: Answer, now: number): Extract<TokenAnswer, { kind: 'token' }> {
  const answered = `Omneo's token endpoint answered ${status}`;
  if (status >= 200 && status < 300) {
    const read = tokenAnswerOf(status, text);
    if (read.kind === 'token') return read;
    const refusal = tokenRefusalIn(text);
    throw refusal
      ? refused(`${answered} with an error`, refusal, status)
      : unavailable(`${answered}: ${read.reason}`, status);
  }
  if (status === 429) {
    const retryAfter = throttledSeconds(header('retry-after'), now);
    throw new UpstreamError('throttled', answered, { retryAfter, status });
  }
  throw refusals.has(status)
    ? refused(answered, tokenRefusalIn(text), status)
    : unavailable(answered, status);
}

function refused(answered: string, refusal: TokenRefusal | undefined, status: number): UpstreamError {
  if (refusal?.isPassing === true) return unavailable(answered, status);
  const fields = refusal?.names ?? [];
  const message = [answered, ...(fields.length > 0 ? [fields.join(', ')] : [])].join(': ');
  return new UpstreamError('refused', message, { fields, status });
}

function unavailable(message: string, status: number): UpstreamError {
  return new UpstreamError('unavailable', message, { status });
}

/** openid-client wraps what its fetch throws. */
function translate(error: unknown): UpstreamError {
  if (error instanceof Error && error.cause instanceof UpstreamError) return error.cause;
  const message = "Omneo's token endpoint did not answer as it should";
  return new UpstreamError('unavailable', message, { cause: error });
}
