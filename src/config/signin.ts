import type { SignInConfig } from '../console/signin/createsignin.ts';
import { StartupError } from '../lib/startup.ts';
import type { Config } from './config.ts';

/**
 * Makes sure that people can sign in as it is meant, or not at all.
 *
 * @throws StartupError, with a sentence that names the variable to change
 */
export function checkSignIn(config: Config): void {
  if (config.oidcIssuer === undefined) checkNothingWithoutIssuer(config);
  else {
    checkClient(config);
    checkByHttps({ OIDC_ISSUER: config.oidcIssuer, CONSOLE_URL: config.consoleURL }, config);
    checkRoles(config);
  }
}

function checkNothingWithoutIssuer(config: Config): void {
  const others = {
    OIDC_CLIENT_ID: config.oidcClientId,
    OIDC_CLIENT_SECRET_FILE: config.oidcClientSecretFile,
    OIDC_VIEWERS: config.oidcViewers[0],
    OIDC_OPERATORS: config.oidcOperators[0],
    SESSION_KEY_FILE: config.sessionKeyFile,
  };
  const [set] = Object.entries(others).find(([, value]) => value !== undefined) ?? [];
  if (set !== undefined)
    throw new StartupError(
      `OIDC_ISSUER must be set where ${set} is, or nobody can sign in; set both, or neither.`,
    );
}

function checkClient({ oidcClientId, consoleURL }: Config): void {
  if (oidcClientId === undefined)
    throw new StartupError(
      'OIDC_CLIENT_ID must be set where OIDC_ISSUER is: the provider has to know the console.',
    );
  if (consoleURL === undefined)
    throw new StartupError(
      'CONSOLE_URL must be set where OIDC_ISSUER is: the provider sends browsers back to it.',
    );
}

function checkByHttps(urls: Readonly<Record<string, string | undefined>>, config: Config): void {
  const [variable] = Object.entries(urls).find(([, url]) => url?.startsWith('http:') === true) ?? [];
  if (variable !== undefined && !config.allowInsecureUpstream)
    throw new StartupError(
      `${variable} must begin with https, but for development with ALLOW_INSECURE_UPSTREAM=true.`,
    );
}

/** In a cluster its roles decide, so groups that are named here would be a misunderstanding without effect. */
function checkRoles({ tenantsDir, oidcViewers, oidcOperators }: Config): void {
  const hasRoles = oidcViewers.length + oidcOperators.length > 0;
  if (tenantsDir === undefined && hasRoles)
    throw new StartupError(
      'OIDC_VIEWERS and OIDC_OPERATORS must be unset without TENANTS_DIR: in a cluster RoleBindings say who may what.',
    );
  if (tenantsDir !== undefined && !hasRoles)
    throw new StartupError(
      'OIDC_VIEWERS or OIDC_OPERATORS must name a group where OIDC_ISSUER and TENANTS_DIR are set, or nobody who signs in may do anything.',
    );
}

/** How people sign in; undefined: they do not. */
export function signInConfig(config: Config): SignInConfig | undefined {
  const { oidcIssuer: issuer, oidcClientId: clientId, consoleURL: consoleOrigin } = config;
  if (issuer === undefined || clientId === undefined || consoleOrigin === undefined) return undefined;
  return Object.freeze({
    ...{ issuer, clientId, consoleOrigin, scopes: config.oidcScopes },
    claims: Object.freeze({
      ...{ userClaim: config.oidcUserClaim, groupsClaim: config.oidcGroupsClaim },
      ...{ userPrefix: config.oidcUserPrefix, groupsPrefix: config.oidcGroupsPrefix },
    }),
    allowInsecure: config.allowInsecureUpstream,
    ...{ viewers: config.oidcViewers, operators: config.oidcOperators },
    ...{ clientSecretFile: config.oidcClientSecretFile, sessionKeyFile: config.sessionKeyFile },
  });
}
