import { Socket } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { signInConfig } from '../../../src/config/signin.ts';
import { readConfig } from '../../../src/config/config.ts';
import { type SignIn, createSignIn } from '../../../src/console/signin/createsignin.ts';
import { clientSecretFile } from '../../../src/console/signin/provider/secretfile.ts';
import { HandClock } from '../../ledger/clock.ts';
import { keyLine, keyringOf } from '../../ledger/seal/samples.ts';

const env = {
  ...{ OIDC_ISSUER: 'https://login.example', OIDC_CLIENT_ID: 'console', OIDC_VIEWERS: 'support' },
  ...{ CONSOLE_URL: 'https://console.example', TENANTS_DIR: 'tenants', OIDC_USER_PREFIX: 'oidc:' },
};

describe('The sign-in by its settings', () => {
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sign-in-'));
    file = join(folder, 'file');
  });

  afterEach(() => rm(folder, { recursive: true }));

  function create(changed: Record<string, string>): Promise<SignIn> {
    const config = signInConfig(readConfig({ ...env, ...changed }));
    const log = { info: () => undefined, warn: () => undefined };
    return createSignIn({ config: config!, keyring: keyringOf(1), clock: new HandClock(), log });
  }

  it('is none without an issuer', () => {
    expect(signInConfig(readConfig({ CONSOLE_URL: 'https://console.example' }))).to.equal(undefined);
  });

  it('has every setting', () => {
    expect(signInConfig(readConfig({ ...env, OIDC_CLIENT_SECRET_FILE: '/run/secret' }))).to.deep.equal({
      ...{ issuer: 'https://login.example', clientId: 'console', clientSecretFile: '/run/secret' },
      ...{ consoleOrigin: 'https://console.example', scopes: ['openid'], allowInsecure: false },
      claims: { userClaim: 'sub', groupsClaim: 'groups', userPrefix: 'oidc:', groupsPrefix: '' },
      ...{ viewers: ['support'], operators: [], sessionKeyFile: undefined },
    });
  });

  it('is there without its provider, and without files', async () => {
    const { authenticator, groupAccess, routes } = await create({});
    const request = { headers: {}, method: 'GET', socket: new Socket() };
    expect(await authenticator.identify(request)).to.equal(undefined);
    const identity = { user: 'oidc:ada', groups: ['support'], signedInBy: 'session' } as const;
    expect(await groupAccess?.allows(identity, 'get', 'shop')).to.equal(true);
    expect(routes.stack.map(({ path }) => path)).to.include.members([
      '/auth/sign-in',
      '/auth/callback',
      '/auth/sign-out',
    ]);
  });

  for (const [variable, text, sentence] of [
    [
      'OIDC_CLIENT_SECRET_FILE',
      undefined,
      /^OIDC_CLIENT_SECRET_FILE: \S+ cannot be read \(ENOENT\); [^.]+\.$/,
    ],
    ['OIDC_CLIENT_SECRET_FILE', ' \n', /^OIDC_CLIENT_SECRET_FILE: \S+ is empty; [^.]+\.$/],
    ['SESSION_KEY_FILE', undefined, /^SESSION_KEY_FILE: \S+ cannot be read \(ENOENT\); [^.]+\.$/],
    ['SESSION_KEY_FILE', '\n', /^SESSION_KEY_FILE: \S+ holds no key; [^.]+\.$/],
    ['SESSION_KEY_FILE', 'no key', /^SESSION_KEY_FILE: line 1 of \S+ is no base64; [^.]+\.$/],
  ] as const)
    it(`does not begin with ${text === undefined ? 'no file' : `a file of ${JSON.stringify(text)}`} as ${variable}`, async () => {
      if (text !== undefined) await writeFile(file, text);
      const refusal = await create({ [variable]: file }).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      expect(refusal?.message.replaceAll(folder, '/folder')).to.match(sentence);
    });

  it('takes a file of keys, which need not be those of the ledger', async () => {
    await writeFile(file, `${keyLine(9)}\n`);
    expect(await create({ SESSION_KEY_FILE: file })).to.have.property('authenticator');
  });

  it('reads the client secret each time, so that a rotated one counts', async () => {
    await writeFile(file, 'first\n');
    const read = await clientSecretFile(file);
    expect(await read()).to.equal('first');
    await writeFile(file, 'second');
    expect(await read()).to.equal('second');
  });
});
