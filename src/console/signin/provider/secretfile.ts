import { readFile } from 'node:fs/promises';
import { StartupError } from '../../../lib/startup.ts';

/**
 * A file with a client's secret. It is small and seldom asked for, so it is read each time: a rotated secret counts at once.
 *
 * @returns what reads the secret
 * @throws StartupError, with a sentence that names OIDC_CLIENT_SECRET_FILE and the path, for a file that holds none
 */
export async function clientSecretFile(path: string): Promise<() => Promise<string>> {
  const read = (): Promise<string> => secretIn(path);
  await read();
  return read;
}

async function secretIn(path: string): Promise<string> {
  const secret = (await textOf(path)).trim();
  if (secret === '') throw fault(`${path} is empty; put the client's secret into it`);
  return secret;
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw fault(`${path} cannot be read (${code}); correct the path or its rights`, error);
  }
}

function fault(what: string, cause?: unknown): StartupError {
  return new StartupError(`OIDC_CLIENT_SECRET_FILE: ${what}.`, { cause });
}
