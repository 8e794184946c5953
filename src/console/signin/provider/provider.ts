import * as openid from 'openid-client';
import { claimsOf, isIncomplete, userIn } from './claims.ts';
import { Discovery } from './discovery.ts';
import { ProviderFault, providerFaultOf } from './providerfault.ts';
import type { Granted } from '../session/session.ts';
import { type SignInSettings, callbackURL } from '../signinsettings.ts';

/** What one sign-in is recognised by when the browser comes back. */
export type SignInChecks = Readonly<{ state: string; nonce: string; codeVerifier: string }>;

type Claims = Readonly<Record<string, unknown>>;
type Tokens = openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;

/** By the specification at most so many, of ASCII. */
const longestSubject = 255;

/** The OpenID provider that people sign in at. */
export class Provider {
  readonly #settings: SignInSettings;
  readonly #discovery: Discovery;

  /** @param timeoutMs - how long one call to the provider may take */
  constructor(settings: SignInSettings, timeoutMs = 5_000) {
    this.#settings = settings;
    this.#discovery = new Discovery(settings, timeoutMs);
  }

  /** Where a browser goes to sign in. Throws ProviderFault. */
  async authorizationURL({ state, nonce, codeVerifier }: SignInChecks): Promise<URL> {
    const config = await this.#discovery.configuration();
    return openid.buildAuthorizationUrl(config, {
      ...{ state, nonce, code_challenge_method: 'S256' },
      code_challenge: await openid.calculatePKCECodeChallenge(codeVerifier),
      redirect_uri: callbackURL(this.#settings),
      scope: this.#settings.scopes.join(' '),
    });
  }

  /**
   * Who it is that came back from the provider.
   *
   * @param query - of the URL that the provider sent the browser to, with its question mark
   * @throws ProviderFault
   */
  async exchange(query: string, { state, nonce, codeVerifier }: SignInChecks): Promise<Granted> {
    const config = await this.#discovery.configuration();
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier };
    const url = new URL(callbackURL(this.#settings) + query);
    return this.#asked(async () => {
      const tokens = await openid.authorizationCodeGrant(config, url, checks);
      return this.#granted(config, tokens, undefined);
    });
  }

  /** What the provider says of the same user now. Throws ProviderFault: `refused` once it has ended that. */
  async refresh(refreshToken: string, subject: string): Promise<Granted> {
    const config = await this.#discovery.configuration();
    return this.#asked(async () => {
      const tokens = await openid.refreshTokenGrant(config, refreshToken);
      return { refreshToken, ...(await this.#granted(config, tokens, subject)) };
    });
  }

  /** Where a browser goes to sign out at the provider too; undefined if it has no such place. Throws ProviderFault. */
  async endSessionURL(): Promise<URL | undefined> {
    const config = await this.#discovery.configuration();
    if (config.serverMetadata().end_session_endpoint === undefined) return undefined;
    return openid.buildEndSessionUrl(config, {
      post_logout_redirect_uri: `${this.#settings.consoleOrigin}/`,
    });
  }

  async #asked<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw providerFaultOf(error);
    }
  }

  /** `known`: the subject that it has to be about. */
  async #granted(config: openid.Configuration, tokens: Tokens, known: string | undefined): Promise<Granted> {
    const claims = claimsOf(tokens.claims());
    const subject = claims['sub'] ?? known;
    if (typeof subject !== 'string' || subject.length > longestSubject || (known ?? subject) !== subject)
      throw new ProviderFault('refused', 'the answer of the provider is about another user');
    const all = await this.#completed(config, tokens, { ...claims, sub: subject });
    const { refresh_token: refreshToken } = tokens;
    const user = userIn(all, this.#settings.claims);
    return { ...user, subject, ...(refreshToken !== undefined && { refreshToken }) };
  }

  /** An ID token may leave out what the provider gives at its userinfo endpoint. */
  async #completed(
    config: openid.Configuration,
    tokens: Tokens,
    claims: Claims & Readonly<{ sub: string }>,
  ): Promise<Claims> {
    const hasUserInfo = config.serverMetadata().userinfo_endpoint !== undefined;
    if (!hasUserInfo || !isIncomplete(claims, this.#settings.claims)) return claims;
    const info = await openid.fetchUserInfo(config, tokens.access_token, claims.sub);
    return { ...claimsOf(info), ...claims };
  }
}
