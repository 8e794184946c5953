/** A certificate for 127.0.0.1 that is its own authority, made with openssl. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runOrThrow } from '../run.ts';

export type Certificate = {
  readonly key: string;
  readonly cert: string;
  readonly keyFile: string;
  readonly caFile: string;
};

/** Makes a certificate that is good for a day, with its files in the given folder. */
export async function selfSigned(folder: string): Promise<Certificate> {
  const keyFile = join(folder, 'proxy.key');
  const caFile = join(folder, 'proxy.crt');
  await runOrThrow('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'],
    ...['-subj', '/CN=omneo-gateway e2e proxy', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
    ...['-keyout', keyFile, '-out', caFile],
  ]);
  const [key, cert] = await Promise.all([readFile(keyFile, 'utf8'), readFile(caFile, 'utf8')]);
  return { key, cert, keyFile, caFile };
}
