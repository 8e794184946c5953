import { expect } from 'chai';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { temporaryFolder, type TemporaryFolder } from '../folder.ts';
import { MissingTool, tool } from './tool.ts';

describe('the lookup of tools', () => {
  const before = { ...env };
  let folder: TemporaryFolder;

  beforeEach(async () => {
    folder = await temporaryFolder('tools');
    env['PATH'] = join(folder.path, 'bin');
    env['XDG_CACHE_HOME'] = join(folder.path, 'cache');
    delete env['KUBEBUILDER_ASSETS'];
  });

  afterEach(async () => {
    // The files that follow in this process must not look for their tools in a folder that is gone.
    for (const name of Object.keys(env).filter((key) => !(key in before))) Reflect.deleteProperty(env, name);
    Object.assign(env, before);
    await folder.remove();
  });

  async function program(place: string, name: string, says: string): Promise<string> {
    const path = join(folder.path, place, name);
    await mkdir(join(folder.path, place), { recursive: true });
    await writeFile(path, `#!/bin/sh\necho "${says}"\n`);
    await chmod(path, 0o755);
    return path;
  }

  it('prefers KUBEBUILDER_ASSETS, whatever version lies there', async () => {
    await program('bin', 'kubectl', 'Client Version: v1.37.0');
    const path = await program('assets', 'kubectl', 'Client Version: v1.30.0');
    env['KUBEBUILDER_ASSETS'] = join(folder.path, 'assets');
    expect(await tool('kubectl')).to.equal(path);
  });

  it('takes one from PATH if its minor version fits', async () => {
    const path = await program('bin', 'kubectl', 'Client Version: v1.37.0');
    expect(await tool('kubectl')).to.equal(path);
  });

  it('takes what was built before if the one on PATH does not fit', async () => {
    await program('bin', 'kubectl', 'Client Version: v1.32.4');
    const path = await program('cache/omneo-gateway/tools', 'kubectl-1.37.2', '');
    expect(await tool('kubectl')).to.equal(path);
  });

  for (const name of ['kubectl', 'postgres', 'pgbouncer'] as const) {
    it(`says in one sentence what is missing if ${name} cannot be had`, async () => {
      const error = await tool(name, { programs: '/nowhere', postgres: '/nowhere' }).catch(
        (error: unknown) => error,
      );
      expect(error).to.be.instanceOf(MissingTool);
      expect((error as MissingTool).message).to.match(
        name === 'kubectl' ? /no Go on PATH/ : /apt-get install/,
      );
    });
  }
});
