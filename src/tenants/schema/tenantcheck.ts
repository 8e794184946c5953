import type { OmneoTenant } from './omneotenant.ts';
import { type Check, compileCheck } from './schema.ts';
import { tenantSchema } from './tenantschema.ts';

/** The check of OmneoTenants, by the CRD. */
export function tenantCheck(): Check<OmneoTenant> {
  return compileCheck<OmneoTenant>(tenantSchema);
}
