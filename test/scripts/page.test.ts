import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { buildPage } from '../../scripts/page.ts';

describe('The page as it is built', () => {
  let folder: string;
  let files: readonly string[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'omneo-gateway-page-'));
    await buildPage(join(folder, 'web'));
    const entries = await readdir(join(folder, 'web'), { recursive: true, withFileTypes: true });
    files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  });

  after(async () => {
    await rm(folder, { recursive: true });
  });

  const plain = (): readonly string[] => files.filter((file) => /\.(html|js|css|svg)$/.test(file));

  it('is under 100 KB over the wire, all of it', async () => {
    const first = plain().filter((file) => !file.endsWith('index-signin.html'));
    const sizes = await Promise.all(
      first.map(async (file) => (await stat(files.includes(`${file}.gz`) ? `${file}.gz` : file)).size),
    );
    expect(sizes).to.have.length(4);
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.within(5_000, 100_000);
  });

  it('names its files by what is in them, and the page names them so', async () => {
    const page = await readFile(join(folder, 'web/index.html'), 'utf8');
    const named = [...page.matchAll(/(?:src|href)="\/assets\/([^"]+)"/g)].map(([, name = '']) => name);
    expect(named).to.have.length(3);
    for (const name of named) {
      expect(name).to.match(/^\w+-[A-Z0-9]{8}\.(js|css|svg)$/);
      expect(files).to.include(join(folder, 'web/assets', name));
    }
  });

  it('has nothing inline in its documents, and nothing from elsewhere in any file', async () => {
    for (const file of plain()) {
      const text = await readFile(file, 'utf8');
      if (file.endsWith('.html')) expect(text).not.to.match(/<style|style=|<script(?![^>]*src=)|\son\w+=/);
      const addresses = [...text.matchAll(/https?:\/\/[\w.-]+/g)].map(([address]) => address);
      // Names of namespaces and of hosts in examples; nothing that is asked.
      expect(
        addresses.filter((address) => !/^https?:\/\/www\.w3\.org$/.test(address)),
        file,
      ).to.deep.equal([]);
    }
  });

  it('tells a console with a provider from one without', async () => {
    const [byToken = '', byProvider = ''] = await Promise.all(
      ['index.html', 'index-signin.html'].map((name) => readFile(join(folder, 'web', name), 'utf8')),
    );
    expect(byToken).to.contain('content="token"');
    expect(byProvider).to.equal(byToken.replace('content="token"', 'content="provider"'));
  });

  it('has each larger file packed beside it, and unpacked it is the same', async () => {
    const packed = files.filter((file) => file.endsWith('.br'));
    expect(packed).to.have.length.above(3);
    for (const file of packed) {
      const body = await readFile(file.replace(/\.br$/, ''));
      expect(brotliDecompressSync(await readFile(file)).equals(body)).to.equal(true);
      expect(gunzipSync(await readFile(file.replace(/\.br$/, '.gz'))).equals(body)).to.equal(true);
    }
  });

  it('takes the place of what was built before', async () => {
    const before = [...files].sort();
    await buildPage(join(folder, 'web'));
    const entries = await readdir(join(folder, 'web'), { recursive: true, withFileTypes: true });
    const after = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    expect(after.sort()).to.deep.equal(before);
  });
});
