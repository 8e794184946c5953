/** An OpenID provider on loopback, where whoever comes is signed in at once as the user that the test names. */
import { generateKeyPairSync } from 'node:crypto';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Adapter, type AdapterPayload, type Configuration } from 'oidc-provider';

export const clientId = 'console';
export const clientSecret = 'the-client-secret-of-the-console';

/** One for all, since an RSA key takes a while to make. */
const signingKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });

type Options = Readonly<{
  /** Where browsers are sent back to, and after signing out. */
  consoleOrigin: string;
  /** Gives refresh tokens. */
  refreshes?: boolean;
  /** Gives the claims in the ID token, and not at its userinfo endpoint alone. */
  inIdToken?: boolean;
  isPublic?: boolean;
}>;

type User = { sub: string; claims: Record<string, unknown> };

export class TestProvider {
  /** Who signs in next, and of whom it is asked later. */
  user: User = { sub: 'ada-1815', claims: { email: 'ada@shop.example', groups: ['support'] } };
  /** What it is asked, by path. */
  readonly asked: string[] = [];
  /** Answers every request with this status instead. */
  broken: number | undefined;
  readonly issuer: string;
  readonly #server: Server;

  private constructor(server: Server, options: Options) {
    this.#server = server;
    this.issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(
      this.issuer,
      configurationOf(options, () => this.user),
    );
    const answer = provider.callback();
    server.on('request', (request, response) => {
      const { pathname } = new URL(request.url ?? '', this.issuer);
      this.asked.push(pathname);
      if (this.broken !== undefined) response.writeHead(this.broken).end();
      else if (pathname.startsWith('/interaction/'))
        void provider.interactionFinished(request, response, { login: { accountId: this.user.sub } });
      else void answer(request, response);
    });
  }

  static async start(options: Options): Promise<TestProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TestProvider(server, options);
  }

  /** Forgets every grant, as when a user is blocked. */
  forget(): void {
    MapAdapter.clear();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function configurationOf(options: Options, userOf: () => User): Configuration {
  const { consoleOrigin, refreshes = false, inIdToken = true, isPublic = false } = options;
  const client = {
    ...{ client_id: clientId, redirect_uris: [`${consoleOrigin}/auth/callback`] },
    ...{ grant_types: ['authorization_code', 'refresh_token'], response_types: ['code' as const] },
    post_logout_redirect_uris: [`${consoleOrigin}/`],
    ...(isPublic
      ? { token_endpoint_auth_method: 'none' as const }
      : { client_secret: clientSecret, token_endpoint_auth_method: 'client_secret_post' as const }),
  };
  return {
    clients: [client],
    adapter: MapAdapter,
    jwks: { keys: [signingKey] },
    cookies: { keys: ['of the tests'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], groups: ['groups'] },
    conformIdTokenClaims: !inIdToken,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        logoutSource: (ctx, form) => {
          ctx.body = form;
        },
      },
    },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    renderError: (ctx, { error }) => {
      ctx.body = error;
    },
    pkce: { required: () => true },
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      IdToken: 600,
      RefreshToken: 86_400,
      Session: 600,
      Grant: 86_400,
      Interaction: 600,
    },
    issueRefreshToken: () => Promise.resolve(refreshes),
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...userOf().claims, sub }) }),
    loadExistingGrant: async ({ oidc }) => {
      const accountId = oidc.session?.accountId ?? '';
      const grant = new oidc.provider.Grant({ clientId, accountId });
      grant.addOIDCScope('openid email groups');
      await grant.save();
      return grant;
    },
  };
}

/** What the provider remembers, for as long as the process lives. */
class MapAdapter implements Adapter {
  static readonly #stored = new Map<string, AdapterPayload>();
  readonly #kind: string;

  static clear(): void {
    MapAdapter.#stored.clear();
  }

  constructor(kind: string) {
    this.#kind = kind;
  }

  #key(id: string): string {
    return `${this.#kind} ${id}`;
  }

  upsert(id: string, payload: AdapterPayload): Promise<void> {
    MapAdapter.#stored.set(this.#key(id), payload);
    return Promise.resolve();
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve(MapAdapter.#stored.get(this.#key(id)));
  }

  findByUserCode(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return Promise.resolve([...MapAdapter.#stored.values()].find((payload) => payload.uid === uid));
  }

  consume(id: string): Promise<void> {
    const payload = MapAdapter.#stored.get(this.#key(id));
    if (payload !== undefined) payload.consumed = Math.floor(Date.now() / 1000);
    return Promise.resolve();
  }

  destroy(id: string): Promise<void> {
    MapAdapter.#stored.delete(this.#key(id));
    return Promise.resolve();
  }

  revokeByGrantId(grantId: string): Promise<void> {
    for (const [key, payload] of MapAdapter.#stored)
      if (payload.grantId === grantId) MapAdapter.#stored.delete(key);
    return Promise.resolve();
  }
}
