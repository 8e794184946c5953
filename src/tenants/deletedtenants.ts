import type { Clock } from '../lib/clock.ts';
import type { SecretDigest } from './tenant.ts';

/** How long a deleted tenant is remembered, in milliseconds; 0: not at all. */
export type Grace = Readonly<{ graceMs: number; clock: Pick<Clock, 'monotonic'> }>;

type Deleted = Readonly<{
  /** `<namespace>/<name>` of the OmneoTenant that held the slug. */
  key: string;
  secrets: readonly SecretDigest[];
}>;

/**
 * Tenants that were deleted a short while ago, by slug: who their callers were and nothing else. Many a tenant is
 * deleted only to be applied again, and a webhook that is refused meanwhile is lost for good.
 */
export class DeletedTenants {
  readonly #grace: Grace;
  /** In the order of their ends, since the grace is the same for all. */
  readonly #bySlug = new Map<string, Deleted & Readonly<{ until: number }>>();

  constructor(grace: Grace) {
    this.#grace = grace;
  }

  /** How many are remembered. */
  get size(): number {
    this.#forgetOld();
    return this.#bySlug.size;
  }

  /** What is remembered of the tenant that had this slug. */
  get(slug: string): Deleted | undefined {
    this.#forgetOld();
    return this.#bySlug.get(slug);
  }

  /** The tenant with this slug was deleted. */
  add(slug: string, { key, secrets }: Deleted): void {
    this.#forgetOld();
    const { graceMs, clock } = this.#grace;
    this.#bySlug.delete(slug);
    if (graceMs === 0 || secrets.length === 0) return;
    this.#bySlug.set(slug, { key, secrets, until: clock.monotonic() + graceMs });
  }

  /** There is a tenant with this slug again. */
  remove(slug: string): void {
    this.#bySlug.delete(slug);
  }

  #forgetOld(): void {
    const now = this.#grace.clock.monotonic();
    for (const [slug, { until }] of this.#bySlug) {
      if (until > now) return;
      this.#bySlug.delete(slug);
    }
  }
}
