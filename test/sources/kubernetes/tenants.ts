import { tenantCheck } from '../../../src/tenants/schema/tenantcheck.ts';
import type { Fields } from './fakeapi.ts';

/** The check of the CRD itself. */
export const schema = tenantCheck();

/** An OmneoTenant with a static token, whose Secrets are called after it. */
export function tenantFields(name: string, more: Fields = {}): Fields {
  return {
    apiVersion: 'omneo.io/v1alpha1',
    kind: 'OmneoTenant',
    spec: {
      omneo: { credentials: { token: { secretRef: { name: `${name}-omneo` } } } },
      klaviyo: { secretRefs: [{ name: `${name}-klaviyo` }] },
      ...more,
    },
  };
}

/** A Secret as the API shows it. */
export function secretFields(data: Record<string, string>): Fields {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  return { type: 'Opaque', data: Object.fromEntries(encoded) as Record<string, string> };
}
