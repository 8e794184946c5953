import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { resolveConfig } from 'prettier';

const read = (name: string): URL => new URL(`../${name}`, import.meta.url);

describe('.editorconfig', () => {
  // Elsewhere, since prettier's own settings win where both are.
  it('makes an editor write what prettier writes', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'omneo-gateway-editorconfig-'));
    try {
      await copyFile(read('.editorconfig'), join(dir, '.editorconfig'));
      const { printWidth } = JSON.parse(await readFile(read('.prettierrc.json'), 'utf8')) as {
        printWidth: number;
      };
      const meant = await resolveConfig(join(dir, 'any.ts'), { editorconfig: true });
      expect(meant).to.deep.equal({ useTabs: false, tabWidth: 2, endOfLine: 'lf', printWidth });
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
