import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Identity } from '../../../src/console/access/access.ts';
import { permissions } from '../../../src/console/access/access.ts';
import { adminAuthorizer, adminTokenCheck } from '../../../src/console/access/folderaccess.ts';
import { ConsoleProblem } from '../../../src/console/consoleproblem.ts';
import { StartupError } from '../../../src/lib/startup.ts';

const token = 'a-token-of-the-tests';

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the token in ADMIN_TOKEN_FILE', () => {
  let dir: string;
  let file: string;

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-token-'));
    file = join(dir, 'token');
  });

  afterEach(() => rm(dir, { recursive: true }));

  for (const [what, text] of [
    ['by itself', token],
    ['with a line end', `${token}\n`],
    ['with blanks around it', `  ${token}\r\n`],
    ['of 16 characters', '0123456789abcdef'],
    ['in base64', 'cmFuZG9tIHRva2VuIG9m=='],
  ] as const)
    it(`is taken ${what}`, async () => {
      await writeFile(file, text);
      const check = await adminTokenCheck(file);
      expect(await check(text.trim())).to.deep.equal({ user: 'admin', groups: [], signedInBy: 'token' });
    });

  for (const [what, text] of [
    ['is empty', ''],
    ['is blank', '\n'],
    ['has 15 characters', '0123456789abcde'],
    ['has two tokens', `${token}\n${token}\n`],
    ['has what no header could bring', 'a-token-öf-the-tests'],
  ] as const)
    it(`stops the start, without being shown, where the file ${what}`, async () => {
      await writeFile(file, text);
      const error = await errorOf(adminTokenCheck(file));
      expect(error).to.be.instanceOf(StartupError);
      expect((error as Error).message).to.match(
        /^ADMIN_TOKEN_FILE must hold one token of at least 16 [^\n]+\.$/,
      );
      if (text.trim() !== '') expect((error as Error).message).not.to.contain(text.trim());
    });

  it('stops the start where there is no file', async () => {
    const error = await errorOf(adminTokenCheck(file));
    expect(error).to.be.instanceOf(StartupError);
    expect((error as Error).message).to.equal(
      `ADMIN_TOKEN_FILE is ${file}, which cannot be read; create or correct it.`,
    );
  });

  for (const wrong of ['', 'a-token-of-the-test', 'a-token-of-the-testsx', 'A-TOKEN-OF-THE-TESTS'])
    it(`is not "${wrong}"`, async () => {
      await writeFile(file, token);
      const check = await adminTokenCheck(file);
      expect(await check(wrong)).to.equal(undefined);
    });

  it('holds from the moment on that it is written, and the old one no more', async () => {
    await writeFile(file, token);
    const check = await adminTokenCheck(file);
    await writeFile(file, 'another-token-of-the-tests');
    expect(await check(token)).to.equal(undefined);
    expect(await check('another-token-of-the-tests')).to.have.property('user', 'admin');
  });

  for (const [what, spoil] of [
    ['is gone', () => rm(file)],
    ['holds none any more', () => writeFile(file, 'short')],
  ] as const)
    it(`lets nobody in while the file ${what}`, async () => {
      await writeFile(file, token);
      const check = await adminTokenCheck(file);
      await spoil();
      for (const sent of [token, 'short', '']) {
        const error = await errorOf(check(sent));
        expect(error).to.be.instanceOf(ConsoleProblem);
        expect(error).to.have.property('code', 'unavailable');
      }
      await writeFile(file, token);
      expect(await check(token)).to.have.property('user', 'admin');
    });

  for (const permission of permissions)
    it(`lets its holder ${permission}, and nobody who only calls himself admin`, async () => {
      await writeFile(file, token);
      const holder = (await (await adminTokenCheck(file))(token)) as Identity;
      expect(await adminAuthorizer.allows(holder, permission, 'loyalty')).to.equal(true);
      const other = { ...holder, signedInBy: 'session' } as const;
      expect(await adminAuthorizer.allows(other, permission, 'loyalty')).to.equal(false);
    });
});
