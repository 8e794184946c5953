import type { SignInConfig } from '../console/signin/createsignin.ts';
import { StartupError } from '../lib/startup.ts';
import type { Config } from './config.ts';

/** Kubernetes keeps names that begin so for itself. */
const reserved = 'system:';

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
    checkPrefixes(config);
    checkGroups({ OIDC_VIEWERS: config.oidcViewers, OIDC_OPERATORS: config.oidcOperators }, config);
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

/** Names of Kubernetes' own are taken from no provider, so such a prefix would keep everybody out. */
function checkPrefixes({ oidcUserPrefix, oidcGroupsPrefix }: Config): void {
  const prefixes = { OIDC_USER_PREFIX: oidcUserPrefix, OIDC_GROUPS_PREFIX: oidcGroupsPrefix };
  const [variable] = Object.entries(prefixes).find(([, prefix]) => prefix.startsWith(reserved)) ?? [];
  if (variable !== undefined)
    throw new StartupError(
      `${variable} must not begin with ${reserved}, since names that do are Kubernetes' own and are taken from no provider.`,
    );
}

/** A group that nobody can be in is a mistake, and must not pass for a role that was given. */
function checkGroups(roles: Readonly<Record<string, readonly string[]>>, { oidcGroupsPrefix }: Config): void {
  for (const [variable, groups] of Object.entries(roles)) {
    if (groups.some((group) => group.startsWith(reserved)))
      throw new StartupError(
        `${variable} must name no group that begins with ${reserved}, since those are Kubernetes' own and are taken from no provider.`,
      );
    if (!groups.every((group) => group.startsWith(oidcGroupsPrefix)))
      throw new StartupError(
        `${variable} must name groups that begin with OIDC_GROUPS_PREFIX, or nobody who signs in is in them.`,
      );
  }
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
