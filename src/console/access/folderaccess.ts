import { timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { StartupError } from '../../lib/startup.ts';
import { digest } from '../../tenants/confidential.ts';
import { ConsoleProblem } from '../consoleproblem.ts';
import type { Authorizer, Identity } from './access.ts';
import type { TokenCheck } from './tokenauthenticator.ts';

/** A shorter token could be guessed; in characters. */
const leastLength = 16;

const admin: Identity = Object.freeze({ user: 'admin', groups: [], signedInBy: 'token' });

/**
 * Checks tokens against the one in a file, which is read for each of them: a new token holds at once. Digests of equal
 * length are compared in constant time.
 *
 * @throws StartupError if the file holds no token now; ConsoleProblem `unavailable` later on
 */
export async function adminTokenCheck(file: string): Promise<TokenCheck> {
  await readAdminToken(file);
  return async (token) => {
    const expected = await readAdminToken(file).catch((cause: unknown) => {
      throw new ConsoleProblem('unavailable', { cause });
    });
    return isSame(token, expected) ? admin : undefined;
  };
}

/** Lets the holder of the admin token do everything, and nobody else anything. */
export const adminAuthorizer: Authorizer = Object.freeze({
  allows: (identity: Identity) => Promise.resolve(identity === admin),
});

function isSame(token: string, expected: string): boolean {
  const [one, other] = [token, expected].map((text) => Buffer.from(digest(text), 'latin1'));
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}

async function readAdminToken(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new StartupError(`ADMIN_TOKEN_FILE is ${file}, which cannot be read; create or correct it.`, {
      cause,
    });
  });
  const token = text.trim();
  if (token.length >= leastLength && /^[\w.~+/-]+=*$/.test(token)) return token;
  throw new StartupError(
    `ADMIN_TOKEN_FILE must hold one token of at least ${leastLength} letters, digits and -._~+/ characters.`,
  );
}
