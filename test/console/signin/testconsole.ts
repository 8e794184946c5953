/** A console with nothing but the sign-in, and one route that says who a request is made by. */
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import type { Identity } from '../../../src/console/access/access.ts';
import { ConsoleProblem } from '../../../src/console/consoleproblem.ts';
import type { ClaimSettings } from '../../../src/console/signin/provider/claims.ts';
import { Provider } from '../../../src/console/signin/provider/provider.ts';
import { SessionRenewal } from '../../../src/console/signin/session/renewal.ts';
import {
  giveRenewedSession,
  sessionAuthenticator,
} from '../../../src/console/signin/session/sessionauthenticator.ts';
import { Sessions } from '../../../src/console/signin/session/sessions.ts';
import { signInRoutes } from '../../../src/console/signin/signin.ts';
import { Keyring } from '../../../src/ledger/seal/keyring.ts';
import { evidence } from '../../support/evidence.ts';
import { HandClock } from '../../ledger/clock.ts';
import { keysOf } from '../../ledger/seal/samples.ts';
import { clientId, clientSecret } from './oidcprovider.ts';

const claimSettings: ClaimSettings = {
  userClaim: 'email',
  groupsClaim: 'groups',
  userPrefix: '',
  groupsPrefix: '',
};

export type ConsoleOptions = Readonly<{
  claims?: Partial<ClaimSettings>;
  isPublic?: boolean;
  clientSecret?: string;
  timeoutMs?: number;
}>;

/** What the test's route answers: who it is, or why nobody. */
export type Me = { status: number; identity?: Identity; code?: string; detail?: string };

export class TestConsole {
  readonly clock = new HandClock(Date.parse('2026-11-23T10:00:00Z'));
  readonly log: [level: string, fields: object, message: string][] = [];
  readonly origin: string;
  readonly keyring: Keyring;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.keyring = new Keyring(() => keysOf(1)).forSessions();
  }

  static async listen(): Promise<TestConsole> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TestConsole(server);
  }

  /** Begins to answer, now that its provider is known. */
  open(issuer: string, options: ConsoleOptions = {}): void {
    const { origin: consoleOrigin, keyring, clock } = this;
    const secret = options.clientSecret ?? clientSecret;
    const settings = {
      ...{ issuer, clientId, scopes: ['openid', 'email', 'groups'], consoleOrigin, allowInsecure: true },
      clientSecret: options.isPublic === true ? undefined : () => Promise.resolve(secret),
      claims: { ...claimSettings, ...options.claims },
    };
    const log = { info: this.#say('info'), warn: this.#say('warn') };
    const provider = new Provider(settings, options.timeoutMs);
    const sessions = new Sessions({ keyring, consoleOrigin, clock, log });
    const renewal = new SessionRenewal({ provider, clock, log });
    const app = new Koa();
    app.use(async (ctx, next) => {
      try {
        await next();
      } catch (error) {
        if (!(error instanceof ConsoleProblem)) throw error;
        ctx.status = error.status;
        ctx.body = error.body('the-request');
      }
    });
    app.use(signInRoutes({ provider, sessions, keyring, consoleOrigin, clock, log }).routes());
    app.use(giveRenewedSession({ sessions, renewal }));
    const authenticator = sessionAuthenticator({ sessions, renewal });
    app.use(async (ctx) => {
      ctx.body = (await authenticator.identify(ctx.req)) ?? {};
    });
    const answer = app.callback();
    this.#server.on('request', (request, response) => void answer(request, response));
  }

  async stop(): Promise<void> {
    evidence.push(JSON.stringify(this.log));
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #say(level: string): (fields: object, message: string) => void {
    return (fields, message) => this.log.push([level, fields, message]);
  }
}
