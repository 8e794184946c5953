import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { createHash } from 'node:crypto';

/** How a body may be packed, the smallest first. */
export const encodings = ['br', 'gzip'] as const;
export type Encoding = (typeof encodings)[number];

const suffixes: Readonly<Record<Encoding, string>> = { br: '.br', gzip: '.gz' };

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** One file of the page, as it is and packed. */
export type PageFile = Readonly<{
  type: string;
  etag: string;
  body: Buffer;
  packed: Readonly<Partial<Record<Encoding, Buffer>>>;
}>;

/** The page as scripts/page.ts builds it. */
export type BuiltPage = Readonly<{
  /** What every address of the page gives. */
  document: PageFile;
  /** By path; each name has a hash of the content in it. */
  assets: ReadonlyMap<string, PageFile>;
}>;

/**
 * Reads a built page into memory: it is small, and nothing of it changes. Undefined: it was not built.
 *
 * @throws Error if the folder is there, and cannot be read
 */
export function readBuiltPage(folder: string, documentName: string): BuiltPage | undefined {
  try {
    return {
      document: fileIn(folder, documentName),
      assets: new Map(assetsIn(join(folder, 'assets'))),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function assetsIn(folder: string): [path: string, PageFile][] {
  const names = readdirSync(folder).filter((name) => types[extname(name)] !== undefined);
  return names.map((name) => [`/assets/${name}`, fileIn(folder, name)]);
}

function fileIn(folder: string, name: string): PageFile {
  const body = readFileSync(join(folder, name));
  const beside = new Set(readdirSync(folder));
  const packed = encodings
    .filter((encoding) => beside.has(`${name}${suffixes[encoding]}`))
    .map((encoding) => [encoding, readFileSync(join(folder, `${name}${suffixes[encoding]}`))]);
  // Weak: packed and not, it is the same page in other bytes.
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return {
    type: types[extname(name)] ?? '',
    etag,
    body,
    packed: Object.fromEntries(packed) as PageFile['packed'],
  };
}
