import { createServer } from 'node:http';
import { expect } from 'chai';
import { sessionMs } from '../../../src/console/signin/session/session.ts';
import { Browser } from './browser.ts';
import { TestProvider } from './oidcprovider.ts';
import { type ConsoleOptions, TestConsole } from './testconsole.ts';

const sessionCookie = 'omneo-gateway-session';
const signInCookie = 'omneo-gateway-sign-in';
const minute = 60_000;

type ProviderOptions = Omit<Parameters<typeof TestProvider.start>[0], 'consoleOrigin'>;

describe('Signing in by OpenID Connect', () => {
  let browser: Browser;
  let provider: TestProvider;
  let site: TestConsole;

  async function start(options: ProviderOptions & ConsoleOptions = {}): Promise<void> {
    site = await TestConsole.listen();
    provider = await TestProvider.start({ ...options, consoleOrigin: site.origin });
    site.open(provider.issuer, options);
    browser = new Browser();
  }

  afterEach(async () => {
    await provider.stop();
    await site.stop();
  });

  /** From the link to the page that says how it ended. */
  const signIn = (to = '/deliveries?state=parked'): ReturnType<Browser['follow']> =>
    browser.follow(`${site.origin}/auth/sign-in?to=${encodeURIComponent(to)}`);

  /** As far as the URL of the callback, which is not gone to. */
  async function toCallback(): Promise<string> {
    const { url } = await browser.follow(`${site.origin}/auth/sign-in`, `${site.origin}/auth/callback`);
    return url;
  }

  async function whoAmI(init: RequestInit = {}): Promise<Record<string, unknown>> {
    const response = await browser.request(`${site.origin}/me`, init);
    return { status: response.status, ...((await response.json()) as object) };
  }

  const cookie = (name: string): { value: string; attributes: string } =>
    browser.cookies(site.origin).get(name) ?? { value: '', attributes: '' };

  async function expectNoEntry(url: string, status: number): Promise<string> {
    const response = await browser.request(url);
    expect(response.status).to.equal(status);
    expect(cookie(sessionCookie).value).to.equal('');
    expect(await whoAmI()).to.deep.equal({ status: 200 });
    return response.text();
  }

  describe('that goes well', () => {
    for (const [how, options] of [
      ['with claims in the ID token', {}],
      ['with claims at the userinfo endpoint alone', { inIdToken: false }],
      ['of a public client', { isPublic: true }],
    ] as const)
      it(`names the user and the groups of the provider, ${how}`, async () => {
        await start(options);
        const { response } = await signIn();
        expect(response.status).to.equal(200);
        const me = await whoAmI();
        expect(me).to.include({ status: 200, user: 'ada@shop.example', signedInBy: 'session' });
        expect(me['groups']).to.deep.equal(['support']);
        expect(me['csrfToken']).to.match(/^[\w-]{43}$/);
        expect(provider.asked.includes('/me')).to.equal('inIdToken' in options);
      });

    it('asks with PKCE, a state and a nonce, and with no address but that of the console', async () => {
      await start();
      const response = await browser.request(`${site.origin}/auth/sign-in`, {
        headers: { host: 'evil.example' },
      });
      expect(response.status).to.equal(303);
      const { origin, searchParams } = new URL(response.headers.get('location') ?? '');
      expect(origin).to.equal(provider.issuer);
      const asked = Object.fromEntries(searchParams);
      expect(asked).to.include({
        ...{ response_type: 'code', code_challenge_method: 'S256', scope: 'openid email groups' },
        redirect_uri: `${site.origin}/auth/callback`,
      });
      for (const name of ['state', 'nonce', 'code_challenge'])
        expect(asked[name], name).to.match(/^[\w-]{43}$/);
    });

    it('leads to the page that was asked for, from a page of the console, which brings the cookie', async () => {
      await start();
      const { response } = await signIn('/deliveries?state=parked&a="b"');
      const page = await response.text();
      expect(page).to.contain(
        '<meta http-equiv="refresh" content="0; url=/deliveries?state=parked&amp;a=%22b%22">',
      );
      expect(page).to.contain('<a href="/deliveries?state=parked&amp;a=%22b%22">');
      expect(response.headers.get('content-security-policy')).to.match(/^default-src 'none'/);
      expect(response.headers.get('cache-control')).to.equal('no-store');
      expect(response.headers.get('referrer-policy')).to.equal('no-referrer');
    });

    it('keeps what it needs in cookies that no script and no other site can use', async () => {
      await start();
      await toCallback();
      expect(cookie(signInCookie).attributes).to.equal('Path=/auth; Max-Age=600; HttpOnly; SameSite=Lax');
      await signIn();
      expect(cookie(signInCookie).value).to.equal('');
      expect(cookie(sessionCookie).attributes).to.equal('Path=/; Max-Age=28800; HttpOnly; SameSite=Strict');
      expect(Buffer.from(cookie(sessionCookie).value, 'base64url').toString('latin1')).not.to.contain(
        'support',
      );
    });

    it('says so when there are more groups than a cookie can hold, and counts no other', async () => {
      await start();
      const groups = Array.from({ length: 300 }, (_, index) => `team-of-the-shop-${index}`);
      provider.user.claims['groups'] = groups;
      const { response } = await signIn();
      const kept = (await whoAmI())['groups'] as string[];
      expect(kept).to.deep.equal(groups.slice(0, kept.length));
      expect(kept).to.have.length.within(50, 200);
      expect(`${sessionCookie}=${cookie(sessionCookie).value}`).to.have.length.within(3000, 4096);
      const page = await response.text();
      expect(page).to.contain(`Of your 300 groups only the first ${kept.length} count here`);
      expect(page).not.to.contain('http-equiv');
      expect(site.log).to.deep.include([
        'warn',
        { groups: 300 - kept.length },
        'a session has no room for all groups of its user',
      ]);
    });

    it('asks the provider about itself once, for all who come at the same time', async () => {
      await start();
      const others = Array.from({ length: 5 }, () => new Browser());
      await Promise.all(others.map((other) => other.request(`${site.origin}/auth/sign-in`)));
      expect(provider.asked).to.deep.equal(['/.well-known/openid-configuration']);
    });
  });

  describe('that does not', () => {
    beforeEach(() => start());

    for (const to of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      '\\/evil.example',
      '/\t/evil.example',
      '/.//evil.example',
      'javascript:alert(1)',
      'deliveries',
      '',
      '/auth/sign-in',
    ])
      it(`begins nothing that would lead to ${JSON.stringify(to)}`, async () => {
        const { url, response } = await signIn(to);
        expect(new URL(url).origin).to.equal(site.origin);
        expect(response.status).to.equal(400);
        expect(await response.text()).to.contain('<a href="/">');
        expect(cookie(signInCookie).value).to.equal('');
      });

    it('refuses a callback that this browser did not ask for', async () => {
      const url = await toCallback();
      browser = new Browser();
      expect(await expectNoEntry(url, 403)).to.contain('<a href="/auth/sign-in">Sign in again</a>');
    });

    it('refuses another state', async () => {
      const url = new URL(await toCallback());
      url.searchParams.set('state', 'x'.repeat(43));
      await expectNoEntry(url.href, 403);
      expect(provider.asked).not.to.include('/token');
    });

    /** Changes what the browser's cookie holds of the sign-in, as only the gateway could. */
    function change(change: Record<string, unknown>): void {
      const about = { tenant: '', key: signInCookie };
      const held = cookie(signInCookie);
      const opened = site.keyring.open(Buffer.from(held.value, 'base64url'), about) as string;
      const sealed = site.keyring.seal(JSON.stringify({ ...JSON.parse(opened), ...change }), about);
      browser.cookies(site.origin).set(signInCookie, { ...held, value: sealed.toString('base64url') });
    }

    it('takes what a cookie held that was sealed anew, or the next two could not fail', async () => {
      const url = await toCallback();
      change({});
      expect((await browser.request(url)).status).to.equal(200);
    });

    it('refuses an ID token with another nonce', async () => {
      const url = await toCallback();
      change({ nonce: 'x'.repeat(43) });
      await expectNoEntry(url, 403);
      expect(provider.asked).to.include('/token');
    });

    it('refuses a code whose verifier is another', async () => {
      const url = await toCallback();
      change({ codeVerifier: 'x'.repeat(43) });
      await expectNoEntry(url, 403);
    });

    it('refuses a code that was used', async () => {
      const url = await toCallback();
      const held = cookie(signInCookie);
      expect((await browser.request(url)).status).to.equal(200);
      browser.cookies(site.origin).delete(sessionCookie);
      browser.cookies(site.origin).set(signInCookie, held);
      await expectNoEntry(url, 403);
    });

    it('refuses a sign-in that took longer than ten minutes', async () => {
      const url = await toCallback();
      site.clock.advance(10 * minute);
      await expectNoEntry(url, 403);
    });

    it('refuses a cookie of the sign-in in place of that of the session', async () => {
      await toCallback();
      browser.cookies(site.origin).set(sessionCookie, cookie(signInCookie));
      expect(await whoAmI({ headers: {} })).to.deep.equal({ status: 200 });
      browser.cookies(site.origin).set(sessionCookie, { ...cookie(signInCookie), attributes: 'Path=/' });
      expect(await whoAmI()).to.include({ status: 401 });
    });

    it('says nothing of what the provider said when it refuses', async () => {
      await toCallback();
      const said = 'error=access_denied&error_description=ada%40shop.example';
      const page = await expectNoEntry(`${site.origin}/auth/callback?${said}`, 403);
      expect(page).not.to.contain('ada');
      await toCallback();
      const state = new URL(await toCallback()).searchParams.get('state') ?? '';
      await expectNoEntry(`${site.origin}/auth/callback?state=${state}&iss=${provider.issuer}&${said}`, 403);
      const last = site.log.at(-1);
      expect(last?.[2]).to.equal('sign-in failed');
      expect(JSON.stringify(last)).to.contain('the provider answered access_denied');
    });

    it('refuses a user whose address the provider has not verified', async () => {
      provider.user.claims['email_verified'] = false;
      await expectNoEntry(await toCallback(), 403);
    });
  });

  describe('while the provider is out of reach', () => {
    const unreachable =
      'Try again later: the sign-in provider cannot be reached, or does not take the console.';

    async function expectUnavailable(url: string): Promise<void> {
      const response = await browser.request(url);
      expect(response.status).to.equal(503);
      expect(response.headers.get('retry-after')).to.equal('5');
      expect(await response.text()).to.contain(unreachable);
    }

    it('says so in one sentence, and works again when the provider does', async () => {
      await start();
      provider.broken = 500;
      await expectUnavailable(`${site.origin}/auth/sign-in`);
      provider.broken = undefined;
      const url = await toCallback();
      provider.broken = 502;
      await expectUnavailable(url);
      provider.broken = undefined;
      expect((await signIn()).response.status).to.equal(200);
    });

    it('says so when nobody listens there', async () => {
      await start();
      await provider.stop();
      await expectUnavailable(`${site.origin}/auth/sign-in`);
    });

    it('says so when the provider does not answer in time', async () => {
      const silent = createServer();
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
      const { port } = silent.address() as { port: number };
      site = await TestConsole.listen();
      provider = await TestProvider.start({ consoleOrigin: site.origin });
      site.open(`http://127.0.0.1:${port}`, { timeoutMs: 50 });
      browser = new Browser();
      await expectUnavailable(`${site.origin}/auth/sign-in`);
      silent.closeAllConnections();
      silent.close();
    });

    it('says so when the provider does not take the console', async () => {
      await start({ clientSecret: 'another-client-secret' });
      await expectUnavailable(await toCallback());
    });
  });

  describe('has a session that', () => {
    it('is over after eight hours, whatever happens in it', async () => {
      await start({ refreshes: true });
      await signIn();
      for (let passed = 0; passed < sessionMs - 20 * minute; passed += 20 * minute) {
        site.clock.advance(20 * minute);
        expect((await whoAmI())['status'], `after ${passed}`).to.equal(200);
      }
      site.clock.advance(20 * minute);
      expect(await whoAmI()).to.include({ status: 401, detail: 'The session is over: sign in again.' });
    });

    it('does not hold once any part of it is changed', async () => {
      await start();
      await signIn();
      const held = cookie(sessionCookie);
      for (const at of [0, 5, 20, 40, held.value.length - 1]) {
        const value =
          held.value.slice(0, at) + (held.value[at] === 'A' ? 'Q' : 'A') + held.value.slice(at + 1);
        browser.cookies(site.origin).set(sessionCookie, { ...held, value });
        expect(await whoAmI(), `changed at ${at}`).to.include({ status: 401, code: 'unauthenticated' });
      }
      browser.cookies(site.origin).set(sessionCookie, held);
      expect((await whoAmI())['status']).to.equal(200);
    });

    it('ends when the browser signs out, here and at the provider', async () => {
      await start();
      await signIn();
      const { csrfToken } = await whoAmI();
      const headers = { 'x-csrf-token': String(csrfToken) };
      const response = await browser.request(`${site.origin}/auth/sign-out`, { method: 'POST', headers });
      expect(response.status).to.equal(200);
      const { redirect } = (await response.json()) as { redirect: string };
      expect(redirect.startsWith(`${provider.issuer}/session/end?`)).to.equal(true);
      expect(new URL(redirect).searchParams.get('post_logout_redirect_uri')).to.equal(`${site.origin}/`);
      expect((await browser.request(redirect)).status).to.equal(200);
      expect(cookie(sessionCookie).value).to.equal('');
      expect(await whoAmI()).to.deep.equal({ status: 200 });
    });

    it('ends when a browser signs out whose session is over', async () => {
      await start();
      await signIn();
      site.clock.advance(sessionMs);
      const response = await browser.request(`${site.origin}/auth/sign-out`, { method: 'POST' });
      expect(await response.json()).to.deep.equal({ redirect: '/' });
      expect(cookie(sessionCookie).value).to.equal('');
    });

    it('goes on after a POST of a form of another site, which brings no Strict cookie', async () => {
      await start();
      await signIn();
      const response = await new Browser().request(`${site.origin}/auth/sign-out`, {
        method: 'POST',
        headers: { origin: 'https://evil.example', 'content-type': 'application/x-www-form-urlencoded' },
      });
      expect(await response.json()).to.deep.equal({ redirect: '/' });
      expect(response.headers.getSetCookie()).to.deep.equal([]);
    });

    for (const [who, headers] of [
      ['without the CSRF token', {}],
      ['with another CSRF token', { 'x-csrf-token': 'x'.repeat(43) }],
      ['from a foreign origin', { origin: 'https://evil.example' }],
      ['from no origin that it could name', { origin: 'null' }],
    ] as const)
      for (const path of ['/me', '/auth/sign-out'])
        it(`changes nothing by POST ${path} ${who}`, async () => {
          await start();
          await signIn();
          const { csrfToken } = await whoAmI();
          const all = 'origin' in headers ? { 'x-csrf-token': String(csrfToken), ...headers } : headers;
          const response = await browser.request(`${site.origin}${path}`, { method: 'POST', headers: all });
          expect(response.status).to.equal(403);
          expect(await response.json()).to.include({ code: 'forbidden' });
          expect((await whoAmI())['status']).to.equal(200);
        });

    it('changes things with its CSRF token, from its own origin or from none', async () => {
      await start();
      await signIn();
      const headers = { 'x-csrf-token': String((await whoAmI())['csrfToken']) };
      expect(await whoAmI({ method: 'POST', headers })).to.include({ status: 200, user: 'ada@shop.example' });
      const own = { ...headers, origin: site.origin };
      expect(await whoAmI({ method: 'DELETE', headers: own })).to.include({
        status: 200,
        user: 'ada@shop.example',
      });
    });
  });

  describe('follows the provider, where that gives refresh tokens, so that', () => {
    it('a group that is taken away is gone within 15 minutes', async () => {
      await start({ refreshes: true });
      await signIn();
      const before = cookie(sessionCookie).value;
      provider.user.claims['groups'] = ['nobody'];
      site.clock.advance(10 * minute - 1);
      expect((await whoAmI())['groups']).to.deep.equal(['support']);
      expect(cookie(sessionCookie).value).to.equal(before);
      site.clock.advance(1);
      expect((await whoAmI())['groups']).to.deep.equal(['nobody']);
      expect(cookie(sessionCookie).value).not.to.equal(before);
      expect(cookie(sessionCookie).attributes).to.contain(`Max-Age=${8 * 3600 - 600};`);
      const asked = provider.asked.length;
      expect((await whoAmI())['groups']).to.deep.equal(['nobody']);
      expect(provider.asked).to.have.length(asked);
    });

    it('it is asked once for all requests that come with the old cookie', async () => {
      await start({ refreshes: true, isPublic: true });
      await signIn();
      site.clock.advance(15 * minute);
      const asked = provider.asked.filter((path) => path === '/token').length;
      const all = await Promise.all(Array.from({ length: 5 }, () => whoAmI()));
      expect(all.map(({ status }) => status)).to.deep.equal([200, 200, 200, 200, 200]);
      expect(provider.asked.filter((path) => path === '/token')).to.have.length(asked + 1);
      site.clock.advance(15 * minute);
      // A public client's refresh token is another each time: the new one was kept.
      expect((await whoAmI())['status']).to.equal(200);
    });

    it('a user whom the provider gives nothing more is out within 15 minutes', async () => {
      await start({ refreshes: true });
      await signIn();
      provider.forget();
      site.clock.advance(10 * minute);
      expect((await whoAmI())['status']).to.equal(200);
      site.clock.advance(5 * minute);
      expect(await whoAmI()).to.include({
        status: 401,
        detail: 'The provider has ended the session: sign in again.',
      });
    });

    it('nobody is let in on old claims while it cannot be asked, nor signed out for it', async () => {
      await start({ refreshes: true });
      await signIn();
      provider.broken = 503;
      site.clock.advance(15 * minute - 1);
      expect((await whoAmI())['status']).to.equal(200);
      site.clock.advance(5_000);
      expect(await whoAmI()).to.include({ status: 503, code: 'unavailable' });
      provider.broken = undefined;
      site.clock.advance(5_000);
      expect((await whoAmI())['status']).to.equal(200);
    });

    it('and where it gives none, the groups are those of the sign-in until the session ends', async () => {
      await start();
      await signIn();
      provider.user.claims['groups'] = [];
      site.clock.advance(sessionMs - 1);
      expect((await whoAmI())['groups']).to.deep.equal(['support']);
    });
  });
});
