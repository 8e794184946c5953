import type Router from '@koa/router';
import type { Middleware } from 'koa';
import { openSessionKeyring } from '../../ledger/seal/openkeyring.ts';
import type { Keyring } from '../../ledger/seal/keyring.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Authenticator, Authorizer } from '../access/access.ts';
import { groupAccess } from './groupaccess.ts';
import { Provider } from './provider/provider.ts';
import { SessionRenewal } from './session/renewal.ts';
import { clientSecretFile } from './provider/secretfile.ts';
import { giveRenewedSession, sessionAuthenticator } from './session/sessionauthenticator.ts';
import { Sessions } from './session/sessions.ts';
import { signInRoutes } from './signin.ts';
import type { SignInSettings } from './signinsettings.ts';

/** What the settings say about signing in. */
export type SignInConfig = Omit<SignInSettings, 'clientSecret'> &
  Readonly<{
    clientSecretFile: string | undefined;
    sessionKeyFile: string | undefined;
    /** Groups by what they may, where no Kubernetes API can be asked. */
    viewers: readonly string[];
    operators: readonly string[];
  }>;

/** What the console's port needs so that people can sign in. */
export type SignIn = Readonly<{
  /** For all who come, before anything authenticates. */
  routes: Router;
  /** Before what authenticates. */
  giveRenewedSession: Middleware;
  authenticator: Authenticator;
  /** What sessions may, where no Kubernetes API can be asked; undefined: that says it. */
  groupAccess: Authorizer | undefined;
}>;

type SignInOptions = Readonly<{
  config: SignInConfig;
  /** Of the ledger. */
  keyring: Keyring;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  log: Pick<Log, 'info' | 'warn'>;
}>;

/**
 * The sign-in, put together. The provider is not asked before somebody signs in.
 *
 * @throws StartupError, with a sentence that names the setting, for a file that cannot be used
 */
export async function createSignIn({ config, keyring: ledger, clock, log }: SignInOptions): Promise<SignIn> {
  const { consoleOrigin, sessionKeyFile: keyFile, clientSecretFile: file } = config;
  const clientSecret = file === undefined ? undefined : await clientSecretFile(file);
  const keyring = openSessionKeyring({ keyFile, ledger, clock, log });
  const hasRoles = config.viewers.length + config.operators.length > 0;
  const provider = new Provider({ ...config, clientSecret });
  const sessions = new Sessions({ keyring, consoleOrigin, clock, log });
  const renewal = new SessionRenewal({ provider, clock, log });
  return {
    routes: signInRoutes({ provider, sessions, keyring, consoleOrigin, clock, log }),
    giveRenewedSession: giveRenewedSession({ sessions, renewal }),
    authenticator: sessionAuthenticator({ sessions, renewal }),
    groupAccess: hasRoles ? groupAccess(config) : undefined,
  };
}
