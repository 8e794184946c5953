import { json, type Answer, type Ask } from './http.ts';
import { randomHex, type Random } from './random.ts';
import type { Credentials } from './seeds.ts';

/** One tenant's clients and tokens. */
export type Tokens = {
  /** Answers POST /auth/token as Laravel Passport does. */
  issue(ask: Ask): Answer;
  /** Whether an Authorization header carries a token that is good now. */
  accepts(authorization: string): boolean;
  rotate(credentials: Credentials): void;
  revoke(): void;
};

type Options = {
  credentials: Credentials;
  lifetimeSeconds: number | null;
  now: () => number;
  random: Random;
};

const refuse = (status: number, error: string, text: string) =>
  json(status, { error, error_description: text, message: text });

/** Client id and secret from the form, or from a Basic header when the form has none. */
function clientOf(form: URLSearchParams, authorization: string): [string | null, string | null] {
  if (form.has('client_id')) return [form.get('client_id'), form.get('client_secret')];
  const [, basic = ''] = /^Basic (.+)$/i.exec(authorization) ?? [];
  const [, id = null, secret = null] = /^([^:]*):(.*)$/.exec(Buffer.from(basic, 'base64').toString()) ?? [];
  return [id, secret];
}

/** Why a token request fails, or undefined if it does not. */
function refusal(ask: Ask, credentials: Credentials): Answer | undefined {
  // The documentation asks for a form; in anything else no grant type is found.
  const isForm = ask.contentType.startsWith('application/x-www-form-urlencoded');
  const form = new URLSearchParams(isForm ? ask.body : '');
  const grant = form.get('grant_type');
  if (grant !== 'client_credentials' && grant !== 'password')
    return refuse(400, 'unsupported_grant_type', 'The authorization grant type is not supported.');
  const [id, secret] = clientOf(form, ask.authorization);
  if (id !== credentials.clientId || secret !== credentials.clientSecret)
    return refuse(401, 'invalid_client', 'Client authentication failed');
  if (grant === 'client_credentials') return undefined;
  const { username, password } = credentials;
  const isUser =
    username !== undefined && form.get('username') === username && form.get('password') === password;
  return isUser ? undefined : refuse(400, 'invalid_grant', 'The user credentials were incorrect.');
}

/** Issues tokens and judges them, by the given clock. */
export function createTokens({ credentials: first, lifetimeSeconds, now, random }: Options): Tokens {
  let credentials = first;
  const expiries = new Map<string, number>();
  const allowStatic = () => {
    for (const token of credentials.tokens ?? []) expiries.set(token, Infinity);
  };
  allowStatic();
  return {
    issue(ask) {
      const refused = refusal(ask, credentials);
      if (refused) return refused;
      const token = randomHex(random, 40);
      expiries.set(token, lifetimeSeconds === null ? Infinity : now() + lifetimeSeconds * 1000);
      const lifetime = lifetimeSeconds === null ? {} : { expires_in: lifetimeSeconds };
      return json(200, { token_type: 'Bearer', ...lifetime, access_token: token });
    },
    accepts(authorization) {
      const [, token = ''] = /^Bearer (.+)$/i.exec(authorization) ?? [];
      return now() < (expiries.get(token) ?? -Infinity);
    },
    rotate(next) {
      for (const token of credentials.tokens ?? []) expiries.delete(token);
      credentials = next;
      allowStatic();
    },
    revoke() {
      expiries.clear();
    },
  };
}
