import * as openid from 'openid-client';
import { providerFaultOf } from './providerfault.ts';
import type { SignInSettings } from '../signinsettings.ts';

/**
 * What the provider says of itself: asked when it is needed first, by one caller for all, and again after a failure. So
 * the gateway starts without its provider.
 */
export class Discovery {
  readonly #settings: SignInSettings;
  readonly #timeoutMs: number;
  #pending: Promise<openid.ServerMetadata> | undefined;
  #used: Readonly<{ secret: string | undefined; config: openid.Configuration }> | undefined;

  /** @param timeoutMs - how long one call to the provider may take */
  constructor(settings: SignInSettings, timeoutMs: number) {
    this.#settings = settings;
    this.#timeoutMs = timeoutMs;
  }

  /** What openid-client asks the provider with. The client secret is read anew. Throws ProviderFault. */
  async configuration(): Promise<openid.Configuration> {
    try {
      const metadata = await this.#metadata();
      const secret = await this.#settings.clientSecret?.();
      if (this.#used?.secret !== secret || this.#used === undefined)
        this.#used = { secret, config: this.#configured(metadata, secret) };
      return this.#used.config;
    } catch (error) {
      throw providerFaultOf(error);
    }
  }

  #metadata(): Promise<openid.ServerMetadata> {
    this.#pending ??= this.#discover().catch((error: unknown) => {
      this.#pending = undefined;
      throw error;
    });
    return this.#pending;
  }

  async #discover(): Promise<openid.ServerMetadata> {
    const { issuer, clientId, allowInsecure } = this.#settings;
    const found = await openid.discovery(new URL(issuer), clientId, undefined, openid.None(), {
      timeout: this.#timeoutMs / 1000,
      // eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so by openid-client to make it stand out
      execute: allowInsecure ? [openid.allowInsecureRequests] : [],
    });
    return found.serverMetadata();
  }

  #configured(metadata: openid.ServerMetadata, secret: string | undefined): openid.Configuration {
    const { clientId, allowInsecure } = this.#settings;
    const config = new openid.Configuration(
      metadata,
      clientId,
      undefined,
      authenticationOf(metadata, secret),
    );
    config.timeout = this.#timeoutMs / 1000;
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- as above
    if (allowInsecure) openid.allowInsecureRequests(config);
    // The signature of an ID token is checked too, and not only where it came from.
    openid.enableNonRepudiationChecks(config);
    return config;
  }
}

/**
 * How the client shows its secret: in the form where the provider takes that, since not every server decodes a header as
 * RFC 6749 has it, and else in a header, which is what a provider that does not say takes.
 */
function authenticationOf(metadata: openid.ServerMetadata, secret: string | undefined): openid.ClientAuth {
  if (secret === undefined) return openid.None();
  const methods = metadata.token_endpoint_auth_methods_supported ?? [];
  return methods.includes('client_secret_post')
    ? openid.ClientSecretPost(secret)
    : openid.ClientSecretBasic(secret);
}
