import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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
 * The token in a file. It is read for each request, since Kubernetes replaces a token in place.
 *
 * @throws CommandFailure if the file has none
 */
export async function readToken(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new CommandFailure(
      'notAllowed',
      `The token file ${file} cannot be read (${systemCode(error)}).`,
      error,
    );
  });
  const token = text.trim();
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new CommandFailure(
      'notAllowed',
      `The token file ${file} does not have one token and nothing else.`,
    );
  return token;
}
