/** What the ledger has budgets under. The day is one of the tenant's calendar, as `2026-11-27`. */
import { hash } from 'node:crypto';

/** The budget of a tenant on one day. */
export function dayBudget(slug: string, day: string): string {
  return `${slug}/${day}`;
}

/** The budget of one customer of a tenant on one day; `profileId` is Omneo's, which a caller cannot vary. */
export function profileBudget(slug: string, day: string, profileId: string): string {
  return `${dayBudget(slug, day)}/${hash('sha256', `${slug}\n${profileId}`, 'base64url')}`;
}
