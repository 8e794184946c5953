import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keyFileFault } from './keyfile.ts';
import { keyBytes } from './keys.ts';

/**
 * Makes a file with one random key, of mode 0600, unless there is one. Whoever makes it at the same time gets the same
 * file. When this returns, the file and its name are on the disk, so that nothing is sealed by a key that a loss of
 * power takes away.
 *
 * @returns whether it was made here.
 * @throws StartupError, with a sentence that names LEDGER_KEY_FILE.
 */
export async function makeKeyFile(path: string): Promise<boolean> {
  try {
    const isMade = !existsSync(path) && (await makeWhole(path));
    // Whoever made the file may not have come so far.
    await syncFolder(dirname(path));
    return isMade;
  } catch (error) {
    throw keyFileFault({ path }, 'made', error);
  }
}

/** Under a name of its own first: under its real one nobody ever sees it without the key. False if another was faster. */
async function makeWhole(path: string): Promise<boolean> {
  const draft = `${path}-${randomUUID()}`;
  const key = `${randomBytes(keyBytes).toString('base64')}\n`;
  try {
    await writeFile(draft, key, { flag: 'wx', mode: 0o600, flush: true });
    return await linkUnlessThere(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}

async function linkUnlessThere(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
