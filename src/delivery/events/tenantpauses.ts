import { Backoff } from '../../lib/backoff.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Tenant } from '../../tenants/tenant.ts';

/** After the first failure up to so many milliseconds, doubled with each further one, up to `capMs`. */
const baseMs = 5000;
const capMs = 15 * 60_000;

type Parts = Readonly<{ clock: Pick<Clock, 'monotonic'>; random: () => number }>;

type Pause = { readonly backoff: Backoff; until: number };

/**
 * For which tenants Klaviyo is sent nothing at the moment: it is one account each, which fails as a whole. A pause hangs on
 * the snapshot: a changed key makes a new tenant, which has none.
 */
export class TenantPauses {
  readonly #parts: Parts;
  readonly #pauses = new WeakMap<Tenant, Pause>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  isPaused(tenant: Tenant): boolean {
    return (this.#pauses.get(tenant)?.until ?? -Infinity) > this.#parts.clock.monotonic();
  }

  /** One more failure in a row: nothing is sent for a while, and for so many milliseconds at least. */
  pause(tenant: Tenant, atLeastMs = 0): void {
    const { clock, random } = this.#parts;
    const known = this.#pauses.get(tenant) ?? { backoff: new Backoff({ baseMs, capMs, random }), until: 0 };
    known.until = clock.monotonic() + known.backoff.next(atLeastMs);
    this.#pauses.set(tenant, known);
  }

  /** Ends the pause, and the row of failures. */
  end(tenant: Tenant): void {
    this.#pauses.delete(tenant);
  }
}
