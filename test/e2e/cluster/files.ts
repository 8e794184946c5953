/** The files a control plane needs before it starts: keys, the admin's token, the audit policy. */
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export type ClusterFiles = {
  readonly folder: string;
  readonly adminToken: string;
  /** Signs ServiceAccount tokens. */
  readonly privateKey: string;
  readonly publicKey: string;
  readonly tokens: string;
  readonly auditPolicy: string;
  readonly auditLog: string;
  readonly certificates: string;
  /** The API server's own certificate, followed by that of the CA it made for it. */
  readonly served: string;
  /** The CA alone. */
  readonly ca: string;
};

// Secrets are audited by name only. The gateway's own resource and its leases are kept with what was written.
const auditPolicy = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'Request', resources: [{ group: 'omneo.io' }, { group: 'coordination.k8s.io' }] },
    { level: 'Metadata' },
  ],
};

/** Writes the files of a new control plane into a folder. */
export async function writeClusterFiles(folder: string): Promise<ClusterFiles> {
  const certificates = join(folder, 'certificates');
  const files: ClusterFiles = {
    folder,
    adminToken: randomUUID(),
    privateKey: join(folder, 'service-accounts.key'),
    publicKey: join(folder, 'service-accounts.pub'),
    tokens: join(folder, 'tokens.csv'),
    auditPolicy: join(folder, 'audit-policy.json'),
    auditLog: join(folder, 'audit.log'),
    certificates,
    served: join(certificates, 'apiserver.crt'),
    ca: join(certificates, 'ca.crt'),
  };
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  await Promise.all([
    writeFile(files.privateKey, privateKey, { mode: 0o600 }),
    writeFile(files.publicKey, publicKey),
    writeFile(files.tokens, `${files.adminToken},admin,admin,"system:masters"\n`, { mode: 0o600 }),
    writeFile(files.auditPolicy, JSON.stringify(auditPolicy)),
  ]);
  return files;
}
