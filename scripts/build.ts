import { copyFile, glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { buildPage } from './page.ts';

const require = createRequire(import.meta.url);

/**
 * Node's own modules by require: an import of `node:http` lists what the module exports, by which it loads Node's own
 * copy of undici, for 50 ms and some megabytes that nobody uses. Who imports one later asks it for names, so that lists
 * them, but for those that Node loads when they are read.
 */
const requireBuiltins: Plugin = {
  name: 'require-builtins',
  setup(bundler) {
    bundler.onResolve({ filter: /^[a-z]/ }, ({ path, namespace, kind }) => {
      if (!isBuiltin(path)) return undefined;
      if (namespace === 'builtin' || namespace === 'listed') return { path, external: true };
      return { path, namespace: kind === 'dynamic-import' ? 'listed' : 'builtin' };
    });
    bundler.onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
    bundler.onLoad({ filter: /./, namespace: 'listed' }, ({ path }) => ({ contents: listed(path) }));
  },
};

function listed(path: string): string {
  const exported = Object.entries(Object.getOwnPropertyDescriptors(require(path) as object));
  const names = exported.filter(([, descriptor]) => 'value' in descriptor).map(([name]) => name);
  return `const all = require(${JSON.stringify(path)}); export default all; export const { ${names.join()} } = all;`;
}

type LeftOut = Readonly<{ from: RegExp; path: RegExp; instead: string }>;

/** What packages load at the start and the gateway never uses, each with what is there in its place. */
const leftOut: readonly LeftOut[] = [
  // Bodies are read as UTF-8 (src/http/body/body.ts), which is one of iconv-lite's internal encodings.
  {
    from: /iconv-lite\/encodings\/index\.js$/,
    path: /^\.\/(?!internal$)/,
    instead: 'module.exports = {};',
  },
  // Every connection is HTTP/1.1 (`allowH2: false`). It is what undici itself goes on with on a Node without HTTP/2.
  {
    from: /undici\/lib\/dispatcher\/client-h2\.js$/,
    path: /^node:http2$/,
    instead: 'module.exports = { constants: {} };',
  },
];

const leaveOut: Plugin = {
  name: 'leave-out',
  setup(bundler) {
    bundler.onResolve({ filter: /./ }, ({ path, importer }) => {
      const pluginData = leftOut.find((one) => one.from.test(importer) && one.path.test(path));
      return pluginData && { path, namespace: 'left-out', pluginData };
    });
    bundler.onLoad({ filter: /./, namespace: 'left-out' }, ({ pluginData }) => ({
      contents: (pluginData as LeftOut).instead,
    }));
  },
};

/**
 * The Kubernetes client's modules do nothing when they are loaded but declare what they export, and give Nodes older than
 * ours a `File`. Its package does not say so: all of its 900 models would be loaded for the reading of a kubeconfig.
 */
const onlyUsed: Plugin = {
  name: 'only-used',
  setup(bundler) {
    const within = /\/@kubernetes\/client-node\//;
    bundler.onResolve({ filter: /^(\.|@kubernetes\/client-node$)/ }, async ({ path, ...from }) => {
      const isEntry = !path.startsWith('.');
      if (from.pluginData === onlyUsed || !(isEntry || within.test(from.importer))) return undefined;
      const resolved = await bundler.resolve(path, { ...from, pluginData: onlyUsed });
      return { ...resolved, sideEffects: false };
    });
  },
};

const [, , outdir = 'dist'] = process.argv;

/**
 * Bundles the gateway into dist/main.js, with a source map: one file starts faster than hundreds. It reads
 * ../package.json beside it, as src/build.ts does. dist/worker.js is the thread of the SQLite ledger, and the SQL of the
 * ledgers lies in folders beside it, as does the console's page. An argument names another folder than dist.
 */
const options = {
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  splitting: true,
  sourcemap: true,
  // Names stay, for stacks; what else is left out need not be read at each start.
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'external',
  metafile: true,
  logLevel: 'info',
  // Three copies of it are installed, each with its own list of all media types.
  alias: { 'mime-types': createRequire(require.resolve('koa')).resolve('mime-types') },
  plugins: [leaveOut, onlyUsed, requireBuiltins],
  // CommonJS packages call require, which ES modules do not have.
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
} satisfies BuildOptions;

const gateway = await build({
  ...options,
  entryPoints: { main: 'src/main.ts', worker: 'src/ledger/sqlite/worker.ts' },
});
// On its own, so that the gateway's files have nothing of it: dist/cli.js is the command line.
const commandLine = await build({ ...options, entryPoints: { cli: 'src/cli/main.ts' }, splitting: false });

// esbuild escapes strings, but not regular expressions; one letter outside Latin-1 doubles what a text takes in memory.
const outputs = { ...gateway.metafile.outputs, ...commandLine.metafile.outputs };
for (const file of Object.keys(outputs).filter((name) => name.endsWith('.js'))) {
  const text = await readFile(file, 'utf8');
  const ascii = text.replace(
    /[^\0-\x7f]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (ascii !== text) await writeFile(file, ascii);
}

// What src/ledger/sql.ts reads lies beside the bundle as it lies beside that file.
for await (const file of glob('src/ledger/**/*.sql')) {
  const copy = join(outdir, relative('src/ledger', file));
  await mkdir(dirname(copy), { recursive: true });
  await copyFile(file, copy);
}

await buildPage(join(outdir, 'web'));
