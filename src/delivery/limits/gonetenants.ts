import { type DeliveryLedger, type DueTenant, mostChanged } from '../../ledger/deliveries/deliveries.ts';
import { LedgerUnavailable } from '../../ledger/ledger.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import type { Registry } from '../../tenants/registry.ts';
import type { Suspensions } from './suspensions.ts';

/** So often they are looked for, in milliseconds. */
const everyMs = 3_600_000;
/** A delivery waits so long for its tenant to come back, in milliseconds. */
const patienceMs = 30 * 24 * 3_600_000;

type Parts = Readonly<{
  deliveries: Pick<DeliveryLedger, 'giveUp'>;
  registry: Pick<Registry, 'get' | 'complete'>;
  suspensions: Pick<Suspensions, 'lastSeen'>;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  log: Pick<Log, 'warn'>;
  /** How long what is parked is kept, in milliseconds. */
  parkedMs: number;
}>;

/**
 * Gives up old deliveries whose OmneoTenant is gone. Until they are old they wait: it may have been deleted by mistake, or
 * another gateway on the same ledger may serve it. A human may replay them when the tenant is back.
 */
export class GoneTenants {
  readonly #parts: Parts;
  #lookedAt = -Infinity;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Looks, once an hour at most, through the tenants that have something stored. */
  async look(stored: readonly DueTenant[]): Promise<void> {
    const { registry, clock } = this.#parts;
    const now = clock.monotonic();
    if (!registry.complete || now < this.#lookedAt + everyMs) return;
    this.#lookedAt = now;
    for (const { tenant } of stored) if (registry.get(tenant) === undefined) await this.#lookAt(tenant);
  }

  /** One that the ledger fails at holds up no other. */
  async #lookAt(tenant: string): Promise<void> {
    try {
      await this.#giveUpOld(tenant);
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      this.#parts.log.warn({ tenant }, 'what waits for a tenant that is gone is looked at again in an hour');
    }
  }

  async #giveUpOld(tenant: string): Promise<void> {
    const { deliveries, suspensions, clock, log, parkedMs } = this.#parts;
    const acceptedBefore = clock.now() - patienceMs;
    // One that was suspended before it went had its deliveries wait for that.
    if ((await suspensions.lastSeen(tenant)) > acceptedBefore) return;
    let parked = 0;
    for (let more = mostChanged; more === mostChanged; parked += more)
      more = await deliveries.giveUp(tenant, { acceptedBefore, keepMs: parkedMs });
    if (parked > 0) log.warn({ tenant, deliveries: parked }, 'parked what waits for a tenant that is gone');
  }
}
