import Router from '@koa/router';
import type { Context } from 'koa';
import type { Clock } from '../../lib/clock.ts';
import { type Log, errorNames } from '../../lib/log.ts';
import { localPathOf } from './localpath.ts';
import { beginSignIn, pendingIn, pendingMs } from './pendingsignin.ts';
import type { Provider } from './provider/provider.ts';
import { ProviderFault } from './provider/providerfault.ts';
import { type CookieKeyring, SealedCookie } from './session/sealedcookie.ts';
import { beginSession } from './session/session.ts';
import type { Sessions } from './session/sessions.ts';
import { answerPage } from './signinpage.ts';

type SignInParts = Readonly<{
  provider: Pick<Provider, 'authorizationURL' | 'exchange' | 'endSessionURL'>;
  sessions: Sessions;
  keyring: CookieKeyring;
  consoleOrigin: string;
  clock: Pick<Clock, 'now'>;
  log: Pick<Log, 'info' | 'warn'>;
}>;

/**
 * The way of a browser to a session and out of it: `GET /auth/sign-in?to=/path`, `GET /auth/callback`, to which the
 * provider sends it back, and `POST /auth/sign-out`. What goes wrong on the first two is a page for a person; the third
 * throws ConsoleProblem.
 */
export function signInRoutes(parts: SignInParts): Router {
  const router = new Router({ sensitive: true, strict: true });
  const flow = new SignInFlow(parts);
  router.use('/auth', async function keepToOurselves(ctx, next) {
    ctx.set('Cache-Control', 'no-store');
    ctx.set('Referrer-Policy', 'no-referrer');
    await next();
  });
  router.get('/auth/sign-in', (ctx) => flow.signIn(ctx));
  router.get('/auth/callback', (ctx) => flow.callback(ctx));
  router.post('/auth/sign-out', (ctx) => flow.signOut(ctx));
  return router;
}

class SignInFlow {
  readonly #parts: SignInParts;
  readonly #cookie: SealedCookie;

  constructor(parts: SignInParts) {
    this.#parts = parts;
    const isSecure = parts.consoleOrigin.startsWith('https:');
    const name = 'omneo-gateway-sign-in';
    // Lax, since the provider's site sends the browser back with it.
    this.#cookie = new SealedCookie({ name, path: '/auth', sameSite: 'Lax', isSecure }, parts.keyring);
  }

  async signIn(ctx: Context): Promise<void> {
    const { provider, consoleOrigin, clock } = this.#parts;
    const to = localPathOf(String(ctx.query['to'] ?? '/'), consoleOrigin);
    if (to === undefined) {
      const sentence = 'The link has to lead to a page of the console: its to has to begin with one slash.';
      answerPage(ctx, 400, {
        title: 'This link does not work',
        sentence,
        link: { text: 'To the console', to: '/' },
      });
      return;
    }
    const pending = beginSignIn(to, clock.now());
    await this.#orPage(ctx, async () => {
      const url = await provider.authorizationURL(pending);
      ctx.append('Set-Cookie', this.#cookie.give(JSON.stringify(pending), pendingMs / 1000));
      ctx.status = 303;
      ctx.redirect(url.href);
    });
  }

  async callback(ctx: Context): Promise<void> {
    const { clock } = this.#parts;
    const text = this.#cookie.read(ctx.req.headers.cookie);
    const pending = text === undefined ? undefined : pendingIn(text, clock.now());
    ctx.append('Set-Cookie', this.#cookie.take());
    await this.#orPage(ctx, async () => {
      if (pending === undefined)
        throw new ProviderFault('refused', 'the browser began no sign-in, or took too long');
      const granted = await this.#parts.provider.exchange(ctx.search, pending);
      this.#welcome(ctx, granted, pending.to);
    });
  }

  async signOut(ctx: Context): Promise<void> {
    const { sessions } = this.#parts;
    // A session that does not hold is as good as none to whoever signs out.
    const session = sessions.peek(ctx.req);
    if (session !== undefined) sessions.guard(session, ctx.req);
    // A form of another site brings no Strict cookie, and must not take it away either.
    if (sessions.isIn(ctx.req)) ctx.append('Set-Cookie', sessions.take());
    ctx.body = { redirect: session === undefined ? '/' : await this.#placeToSignOut() };
  }

  #welcome(ctx: Context, granted: Parameters<typeof beginSession>[0], to: string): void {
    const { sessions, clock, log } = this.#parts;
    const { header, session, groupsLeftOut } = sessions.give(beginSession(granted, clock.now()));
    ctx.append('Set-Cookie', header);
    log.info({ groups: session.groups.length }, 'signed in');
    const link = { text: 'Go on', to };
    const title = 'You are signed in';
    const few = `Of your ${granted.groups.length} groups only the first ${session.groups.length} count here, since a cookie has no room for more: ask for a role by one of these.`;
    if (groupsLeftOut > 0) answerPage(ctx, 200, { title, sentence: few, link });
    else answerPage(ctx, 200, { title, sentence: 'The console opens by itself.', link, isPassing: true });
  }

  /** A provider that is out of reach keeps nobody signed in here. */
  async #placeToSignOut(): Promise<string> {
    try {
      return (await this.#parts.provider.endSessionURL())?.href ?? '/';
    } catch (error) {
      this.#parts.log.warn({ error: errorNames(error) }, 'nobody can be signed out at the provider');
      return '/';
    }
  }

  async #orPage(ctx: Context, step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof ProviderFault)) throw error;
      this.#parts.log.warn({ error: errorNames(error) }, 'sign-in failed');
      answerFault(ctx, error);
    }
  }
}

function answerFault(ctx: Context, { fault }: ProviderFault): void {
  const title = 'You are not signed in';
  const link = { text: 'Sign in again', to: '/auth/sign-in' };
  if (fault === 'unavailable') {
    ctx.set('Retry-After', '5');
    const sentence = 'Try again later: the sign-in provider cannot be reached, or does not take the console.';
    answerPage(ctx, 503, { title, sentence, link });
  } else {
    const sentence = 'The sign-in did not come to its end, was refused, or took longer than ten minutes.';
    answerPage(ctx, 403, { title, sentence, link });
  }
}
