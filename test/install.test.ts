import { readFile } from 'node:fs/promises';
import { expect } from 'chai';

const read = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(new URL(`../${name}`, import.meta.url), 'utf8'));

describe('npm ci', () => {
  it('may run the install scripts that there are, which npm 11 warns of and 12 skips, and no other', async () => {
    const { allowScripts } = (await read('package.json')) as { allowScripts?: Record<string, boolean> };
    const { packages } = (await read('package-lock.json')) as {
      packages: Record<string, { hasInstallScript?: boolean }>;
    };
    const scripted = Object.entries(packages).flatMap(([path, { hasInstallScript = false }]) =>
      hasInstallScript ? [path.replace(/^.*node_modules\//, '')] : [],
    );
    expect(allowScripts).to.deep.equal(Object.fromEntries(scripted.map((name) => [name, true])));
  });
});
