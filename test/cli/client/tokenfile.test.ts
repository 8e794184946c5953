import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { expect } from 'chai';
import { tokenFile, tokenReader } from '../../../src/cli/client/tokenfile.ts';
import { CommandFailure, exitCodes } from '../../../src/cli/exit.ts';

describe('the token', () => {
  let dir: string;

  before(async () => {
    dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-token-'));
  });

  after(() => rm(dir, { recursive: true }));

  const fileWith = async (text: string): Promise<string> => {
    const file = join(dir, 'token');
    await writeFile(file, text);
    return file;
  };

  /** The failure of a promise that fails. */
  const failureOf = (promise: Promise<unknown>): Promise<CommandFailure> =>
    promise.then(
      () => expect.fail('it did not fail'),
      (error: unknown) => error as CommandFailure,
    );

  it('is in the file of the option, else of the environment, else of the Pod', async () => {
    const ofPod = await fileWith('x');
    const env = { GATEWAY_TOKEN_FILE: '/gateway', ADMIN_TOKEN_FILE: '/admin' };
    expect(tokenFile('/given', env, ofPod)).to.equal('/given');
    expect(tokenFile(undefined, env, ofPod)).to.equal('/gateway');
    expect(tokenFile(undefined, { ...env, GATEWAY_TOKEN_FILE: '' }, ofPod)).to.equal('/admin');
    expect(tokenFile(undefined, {}, ofPod)).to.equal(ofPod);
  });

  it('is missed in one sentence outside of a Pod', () => {
    expect(() => tokenFile(undefined, {}, join(dir, 'nowhere')))
      .to.throw(CommandFailure, 'name the file that has it with --token-file')
      .with.property('exitCode', exitCodes.notAllowed);
  });

  it('is read without the blanks around it', async () => {
    expect(await tokenReader(await fileWith('  abc.def-1\n\n'))()).to.equal('abc.def-1');
  });

  for (const text of ['', '\n', 'two tokens', 'one\ntwo', 'caf\u00e9', 'a\u0000b'])
    it(`is not ${JSON.stringify(text)}, which the sentence does not show`, async () => {
      const failure = await failureOf(tokenReader(await fileWith(text))());
      expect(failure.exitCode).to.equal(exitCodes.notAllowed);
      expect(failure.message).to.equal(
        `The token file ${join(dir, 'token')} does not have one token and nothing else.`,
      );
    });

  it('is read again for each request, as Kubernetes replaces it', async () => {
    const read = tokenReader(await fileWith('one'));
    expect(await read()).to.equal('one');
    await fileWith('two');
    expect(await read()).to.equal('two');
  });

  it('is read once from a pipe, which has it once', async () => {
    const pipe = join(dir, 'pipe');
    await promisify(execFile)('mkfifo', [pipe]);
    const read = tokenReader(pipe);
    const [token] = await Promise.all([read(), writeFile(pipe, 'piped')]);
    expect([token, await read()]).to.deep.equal(['piped', 'piped']);
  });

  it('is missed in one sentence when its file is not there', async () => {
    const failure = await failureOf(tokenReader(join(dir, 'nowhere'))());
    expect(failure.exitCode).to.equal(exitCodes.notAllowed);
    expect(failure.message).to.contain('cannot be read (ENOENT)');
  });
});
