import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { build } from 'esbuild';

const source = 'web';
/** What takes fewer bytes is sent as it is: compressing it gains less than the header that says so. */
const leastCompressed = 512;

/**
 * Builds the console's page into a folder: `index.html`, `index-signin.html` for a console that people sign in to by a
 * provider, and `assets` under names with a hash of their content. Each file has a `.br` and a `.gz` beside it.
 */
export async function buildPage(outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true });
  const assets = join(outdir, 'assets');
  const { metafile } = await build({
    entryPoints: {
      main: join(source, 'main.tsx'),
      style: join(source, 'style.css'),
      icon: join(source, 'icon.svg'),
    },
    outdir: assets,
    entryNames: '[name]-[hash]',
    loader: { '.svg': 'copy' },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    minify: true,
    legalComments: 'external',
    metafile: true,
    logLevel: 'warning',
  });
  await writeDocuments(
    outdir,
    Object.keys(metafile.outputs).map((file) => basename(file)),
  );
  await compressAll(outdir);
  await compressAll(assets);
}

/** The page names its assets by the names that they got. */
async function writeDocuments(outdir: string, names: readonly string[]): Promise<void> {
  const template = await readFile(join(source, 'index.html'), 'utf8');
  const nameOf = (name: string, extension: string): string =>
    names.find((file) => file.startsWith(`${name}-`) && file.endsWith(extension)) ?? '';
  const page = template
    .replace('main.js', nameOf('main', '.js'))
    .replace('style.css', nameOf('style', '.css'))
    .replace('icon.svg', nameOf('icon', '.svg'));
  await writeFile(join(outdir, 'index.html'), page);
  await writeFile(join(outdir, 'index-signin.html'), page.replace('content="token"', 'content="provider"'));
}

async function compressAll(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) await compress(join(folder, entry.name));
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < leastCompressed) return;
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }));
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
}

if (import.meta.main) await buildPage('dist/web');
