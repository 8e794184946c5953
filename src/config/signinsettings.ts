import { setting } from './setting.ts';
import { groupNames, issuerURL, optional, origin, scopes, text } from './value.ts';

/** The variables by which people sign in to the console. */
export const signInSettings = Object.freeze({
  consoleURL: setting(
    'CONSOLE_URL',
    '',
    optional(origin),
    'Address under which people reach the console, as https://console.example; signing in needs it.',
  ),
  oidcIssuer: setting(
    'OIDC_ISSUER',
    '',
    optional(issuerURL),
    'Issuer of the OpenID provider that people sign in at; unset: nobody signs in, and tokens alone count.',
  ),
  oidcClientId: setting('OIDC_CLIENT_ID', '', optional(text), 'Client that the console is to the provider.'),
  oidcClientSecretFile: setting(
    'OIDC_CLIENT_SECRET_FILE',
    '',
    optional(text),
    'File with the secret of that client; unset: a public client.',
  ),
  oidcScopes: setting(
    'OIDC_SCOPES',
    'openid',
    scopes,
    'Comma list of scopes that a sign-in asks for; with openid.',
  ),
  oidcUserClaim: setting('OIDC_USER_CLAIM', 'sub', text, "Claim that is the user's name."),
  oidcGroupsClaim: setting('OIDC_GROUPS_CLAIM', 'groups', text, "Claim with the user's groups."),
  oidcUserPrefix: setting('OIDC_USER_PREFIX', '', text, "Put in front of a user's name."),
  oidcGroupsPrefix: setting('OIDC_GROUPS_PREFIX', '', text, "Put in front of each group's name."),
  oidcViewers: setting(
    'OIDC_VIEWERS',
    '',
    groupNames,
    'Comma list of groups, with the prefix, that may see deliveries; with TENANTS_DIR only.',
  ),
  oidcOperators: setting(
    'OIDC_OPERATORS',
    '',
    groupNames,
    'Comma list of groups, with the prefix, that may do everything; with TENANTS_DIR only.',
  ),
  sessionKeyFile: setting(
    'SESSION_KEY_FILE',
    '',
    optional(text),
    'File with the keys that seal sessions; unset: keys derived from those that seal webhooks.',
  ),
});
