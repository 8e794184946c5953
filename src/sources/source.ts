import type { BudgetOfDay } from '../tenants/budgetuse.ts';
import type { DeliveryCounts, Tenant } from '../tenants/tenant.ts';

/** Where tenants come from. */
export type Source = {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Whether everything that was there at the start has been loaded. */
  isReady(): boolean;
  /** Notifies that Omneo begins, or ceases, to refuse the credentials of the tenant with this key. */
  credentials?(key: string, refused: boolean, tenant: Tenant, fields: readonly string[]): void;
  /**
   * Notifies how many deliveries of the tenant with this key are not done. It may be called as often as they are
   * counted, and on every replica; the source sees to it that they are shown once, and not too often.
   */
  deliveries?(key: string, counts: DeliveryCounts): void;
  /** Notifies what is used of the budgets of today, of all tenants that have one; called as `deliveries` is. */
  budgets?(budgets: readonly BudgetOfDay[]): void;
};
