import type { OmneoTenant } from './omneotenant.ts';
import { type Check, checkBy } from './schema.ts';
import { validateTenant } from './validators.js';

/** The check of OmneoTenants, by the CRD. */
export function tenantCheck(): Check<OmneoTenant> {
  return checkBy<OmneoTenant>(validateTenant);
}
