/** A folder of tenants for the gateway, `tenant-0` up to a number. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secretOf } from '../load/job.ts';
import { omneoToken } from './people.ts';

const perFile = 100;

/** A tenant's `spec.delivery.mode`. */
export type DeliveryMode = 'Durable' | 'Synchronous';

/** Each with a Secret of its own, and an Omneo at the base URL that `baseOf` gives. */
export async function writeTenants(
  folder: string,
  count: number,
  baseOf: (tenant: number) => string,
  mode?: DeliveryMode,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const documents = Array.from({ length: count }, (_, tenant) => documentOf(tenant, baseOf(tenant), mode));
  for (let from = 0; from < count; from += perFile) {
    const file = join(folder, `tenants-${from}.yaml`);
    await writeFile(file, documents.slice(from, from + perFile).join('---\n'));
  }
}

function documentOf(tenant: number, baseURL: string, mode: DeliveryMode | undefined): string {
  return `apiVersion: omneo.io/v1alpha1
kind: OmneoTenant
metadata: { name: tenant-${tenant}, namespace: loyalty }
spec:
  omneo:
    baseURL: ${baseURL}
    credentials: { token: { secretRef: { name: tenant-${tenant} } } }
  klaviyo: { secretRefs: [{ name: tenant-${tenant} }] }
  rewards: { timezone: Australia/Melbourne, expiresAfter: 30d }
${mode === undefined ? '' : `  delivery: { mode: ${mode} }\n`}---
apiVersion: v1
kind: Secret
metadata: { name: tenant-${tenant}, namespace: loyalty }
stringData: { token: ${omneoToken}, webhook-secret: ${secretOf(tenant)} }
`;
}
