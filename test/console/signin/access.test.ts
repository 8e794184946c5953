import { expect } from 'chai';
import { type Authorizer, type Identity, permissions } from '../../../src/console/access/access.ts';
import { type ConsoleAccess, withSignIn } from '../../../src/console/access/consoleaccess.ts';
import { ConsolePort } from '../../../src/console/consoleport.ts';
import { type SignIn, createSignIn } from '../../../src/console/signin/createsignin.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { keyringOf } from '../../ledger/seal/samples.ts';
import { ApiBench } from '../apibench.ts';
import { Browser } from './browser.ts';
import { TestProvider, clientId } from './oidcprovider.ts';

const consoleOrigin = 'http://console.test';
const session: Identity = { user: 'ada', groups: ['support'], signedInBy: 'session', csrfToken: 'x' };
const token: Identity = { user: 'admin', groups: ['support'], signedInBy: 'token' };

type Groups = Readonly<{ viewers?: readonly string[]; operators?: readonly string[] }>;

function signInOf(groups: Groups, issuer = 'http://127.0.0.1:9'): Promise<SignIn> {
  const claims = { userClaim: 'sub', groupsClaim: 'groups', userPrefix: '', groupsPrefix: '' };
  const config = {
    ...{ issuer, clientId, consoleOrigin, claims, scopes: ['openid', 'groups'], allowInsecure: true },
    ...{ clientSecretFile: undefined, sessionKeyFile: undefined, viewers: [], operators: [], ...groups },
  };
  const log = { info: () => undefined, warn: () => undefined };
  return createSignIn({ config, keyring: keyringOf(1), clock: systemClock, log });
}

/** Lets this one do everything. */
function only(...users: string[]): ConsoleAccess {
  const authorizer: Authorizer = { allows: ({ user }) => Promise.resolve(users.includes(user)) };
  return { authenticators: [], authorizer };
}

describe('The access of those who sign in', () => {
  for (const [what, tokens, groups, identity, may] of [
    [
      'a session by its groups, with a folder',
      only('admin'),
      { viewers: ['support'] },
      session,
      ['list', 'get'],
    ],
    [
      'a session by its groups, though there is no token',
      undefined,
      { operators: ['support'] },
      session,
      permissions,
    ],
    ['a token by what says it of tokens', only('admin'), { viewers: ['support'] }, token, permissions],
    ['no token by the groups of sessions', undefined, { operators: ['support'] }, token, []],
    ['a session by the cluster, where no groups are named', only('ada'), {}, session, permissions],
    ['a session that the cluster lets do nothing', only('bob'), {}, session, []],
    ['nobody, where nothing says it', undefined, {}, session, []],
  ] as const)
    it(`lets in ${what}`, async () => {
      const { authorizer } = withSignIn(tokens, await signInOf(groups));
      const answers = permissions.map((permission) => authorizer.allows(identity, permission, 'shop'));
      const decided = await Promise.all(answers);
      expect(permissions.filter((_, index) => decided[index])).to.deep.equal(may);
    });

  it('is asked for after that of tokens, and keeps what that has', async () => {
    const first = { identify: () => Promise.resolve(token) };
    const close = (): Promise<void> => Promise.resolve();
    const signIn = await signInOf({});
    const access = withSignIn({ ...only(), authenticators: [first], close }, signIn);
    expect(access.authenticators).to.deep.equal([first, signIn.authenticator]);
    expect(access.close).to.equal(close);
  });

  describe('on the port', () => {
    let provider: TestProvider;
    let console: ConsolePort;
    let browser: Browser;

    before(async () => {
      provider = await TestProvider.start({ consoleOrigin, isPublic: true });
      const log = {
        debug: () => undefined,
        info: () => undefined,
        warn: () => undefined,
        error: () => undefined,
      };
      const api = { ...new ApiBench().parts, log };
      const access = withSignIn(undefined, await signInOf({ viewers: ['support'] }, provider.issuer));
      console = new ConsolePort({ port: 0, access, api, clock: systemClock, log });
      const port = await console.open();
      browser = new Browser({ [consoleOrigin]: `http://127.0.0.1:${String(port)}` });
    });

    after(async () => {
      await console.close();
      await provider.stop();
    });

    const me = (init: RequestInit = {}): Promise<Response> =>
      browser.request(`${consoleOrigin}/api/v1/me`, init);

    it('begins and ends a session', async () => {
      expect((await me()).status).to.equal(401);
      const { response } = await browser.follow(`${consoleOrigin}/auth/sign-in?to=/deliveries`);
      expect(response.status).to.equal(200);
      const { user, csrf_token: csrfToken } = (await (await me()).json()) as Record<string, string>;
      expect(user).to.equal('ada-1815');
      const headers = { 'x-csrf-token': String(csrfToken) };
      const out = await browser.request(`${consoleOrigin}/auth/sign-out`, { method: 'POST', headers });
      expect(out.status).to.equal(200);
      expect((await me()).status).to.equal(401);
    });

    it('answers what changes something from a foreign page 403, in the words of the API', async () => {
      await browser.follow(`${consoleOrigin}/auth/sign-in`);
      const { csrf_token: csrfToken } = (await (await me()).json()) as Record<string, string>;
      const headers = { 'x-csrf-token': String(csrfToken), origin: 'https://evil.example' };
      const answer = await me({ method: 'POST', headers });
      expect(answer.status).to.equal(403);
      expect(answer.headers.get('content-type')).to.match(/^application\/problem\+json/);
    });
  });
});
