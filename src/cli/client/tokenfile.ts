import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { CommandFailure, systemCode } from '../exit.ts';
import type { Terminal } from '../terminal.ts';

/** Where Kubernetes mounts the token of a Pod's ServiceAccount. */
const podToken = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * The file with the token: as given, or by the environment, or that of the Pod around.
 *
 * @throws CommandFailure if there is none
 */
export function tokenFile(given: string | undefined, env: Terminal['env'], ofPod = podToken): string {
  const named = given ?? (env['GATEWAY_TOKEN_FILE'] || env['ADMIN_TOKEN_FILE']);
  if (named !== undefined && named !== '') return named;
  if (existsSync(ofPod)) return ofPod;
  throw new CommandFailure(
    'notAllowed',
    'There is no token: name the file that has it with --token-file or GATEWAY_TOKEN_FILE.',
  );
}

/**
 * Reads the token in a file. It is read for each request, since Kubernetes replaces a token in place; but of a pipe, such
 * as `<(kubectl create token …)`, there is only one reading.
 *
 * @returns what gives the token, and throws CommandFailure if the file has none
 */
export function tokenReader(file: string): () => Promise<string> {
  let known: string | undefined;
  return async () => {
    if (known === undefined || (await isRegular(file))) known = await readToken(file);
    return known;
  };
}

async function isRegular(file: string): Promise<boolean> {
  return (await stat(file).catch(failOf(file))).isFile();
}

async function readToken(file: string): Promise<string> {
  const token = (await readFile(file, 'utf8').catch(failOf(file))).trim();
  if (/^[\x21-\x7e]+$/.test(token)) return token;
  throw new CommandFailure('notAllowed', `The token file ${file} does not have one token and nothing else.`);
}

function failOf(file: string): (error: unknown) => never {
  return (error) => {
    const code = systemCode(error);
    throw new CommandFailure('notAllowed', `The token file ${file} cannot be read (${code}).`, error);
  };
}
