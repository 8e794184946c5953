import type { ClaimSettings } from './provider/claims.ts';

/** How people sign in by OpenID Connect. */
export type SignInSettings = Readonly<{
  /** As the provider's own metadata say it. */
  issuer: string;
  clientId: string;
  /** Reads the client secret, which may have been rotated; undefined: a public client. */
  clientSecret: (() => Promise<string>) | undefined;
  /** With `openid` among them. */
  scopes: readonly string[];
  claims: ClaimSettings;
  /** The origin under which people reach the console, which is never taken from a request. */
  consoleOrigin: string;
  /** Takes a provider, and a console, by http: for development only. */
  allowInsecure: boolean;
}>;

/** Where a provider sends a browser back to. */
export function callbackURL({ consoleOrigin }: Pick<SignInSettings, 'consoleOrigin'>): string {
  return `${consoleOrigin}/auth/callback`;
}
