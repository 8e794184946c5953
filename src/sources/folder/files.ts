import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** What a folder tree holds at one moment, each entry with a stamp that changes when it does. */
export type Listing = Readonly<{
  /** By path below the folder. */
  files: ReadonlyMap<string, string>;
  /** By path. */
  folders: ReadonlyMap<string, string>;
}>;

/** Lists every *.yaml and *.yml below `dir`; hidden entries (a ConfigMap's `..data`, editors') are not there. */
export async function listFolder(dir: string): Promise<Listing> {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  const visit = async (folder: string): Promise<void> => {
    const { dev, ino, birthtimeNs } = await stat(folder, { bigint: true });
    folders.set(folder, [dev, ino, birthtimeNs].join(':'));
    const entries = await readdir(folder, { withFileTypes: true });
    const visible = entries.filter(({ name }) => !name.startsWith('.'));
    const manifests = visible.filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name));
    await Promise.all(
      manifests.map(async ({ name }) => {
        const path = join(folder, name);
        const stamp = await stampOf(path);
        if (stamp !== undefined) files.set(relative(dir, path), stamp);
      }),
    );
    for (const entry of visible) {
      if (entry.isDirectory()) await visit(join(folder, entry.name)).catch(unlessGone);
    }
  };
  await visit(dir);
  return { files, folders };
}

/** A folder may go between being listed and being read; that it cannot be read is another matter. */
function unlessGone(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

/** The file's bytes, or the code of why it cannot be read; undefined if it is no longer what the stamp says. */
export async function readIfStill(
  path: string,
  stamp: string,
): Promise<Readonly<{ bytes: Buffer } | { code: string }> | undefined> {
  try {
    const bytes = await readFile(path);
    return (await stampOf(path)) === stamp ? { bytes } : undefined;
  } catch (error) {
    return { code: codeOf(error) };
  }
}

/** Links are followed. Undefined for what is not a file: a pipe, say, which would block its reader. */
async function stampOf(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path, { bigint: true });
    if (!found.isFile()) return undefined;
    return [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(':');
  } catch (error) {
    return codeOf(error);
  }
}

/** `ENOENT` and its like, which unlike the message holds nothing else. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
}
