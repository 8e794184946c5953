import type { Clock } from '../../lib/clock.ts';
import type { Tenant } from '../../tenants/tenant.ts';
import { Pace, type PaceReading } from './pace.ts';

type Kept = Readonly<{ baseURL: string; pace: Pace }>;

/** The pace of each tenant. It outlives changes of the tenant, but for another Omneo. */
export class Paces {
  readonly #clock: Clock;
  readonly #windowMs: number | undefined;
  readonly #bySlug = new Map<string, Kept>();

  /** `windowMs`: for so long Omneo's limit counts calls, in milliseconds; by default a minute. */
  constructor(clock: Clock, windowMs?: number) {
    this.#clock = clock;
    this.#windowMs = windowMs;
  }

  /** The tenant's pace, which begins with nothing known. */
  of({ slug, omneo: { baseURL } }: Tenant): Pace {
    const known = this.#bySlug.get(slug);
    if (known?.baseURL === baseURL) return known.pace;
    const pace = new Pace(this.#clock, this.#windowMs);
    this.#bySlug.set(slug, { baseURL, pace });
    return pace;
  }

  /** What is known of the tenant's pace. */
  read(tenant: Tenant): PaceReading {
    const { callsPerMinute } = tenant.omneo;
    const known = this.#bySlug.get(tenant.slug);
    return (known?.pace ?? new Pace(this.#clock, this.#windowMs)).read(callsPerMinute);
  }

  /** Forgets the tenant with this slug. */
  remove(slug: string): void {
    this.#bySlug.delete(slug);
  }
}
