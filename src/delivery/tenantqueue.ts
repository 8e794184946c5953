import type { DeliveryLedger, TakenDelivery } from '../ledger/deliveries.ts';
import { LedgerUnavailable } from '../ledger/ledger.ts';
import { type Log, errorNames } from '../lib/log.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { DeliverTaken } from './delivertaken.ts';

/** Deliveries of one tenant that are under way at once. */
const most = 32;

type QueueParts = Readonly<{
  slug: string;
  deliveries: Pick<DeliveryLedger, 'takeDue'>;
  deliverTaken: DeliverTaken;
  log: Log;
  /** As it is served now; undefined: nothing more is taken. */
  tenant: () => Tenant | undefined;
  /** How many more may be under way, of all tenants. */
  roomInAll: () => number;
  /** Nothing is under way any more. */
  onIdle: () => void;
}>;

/** The deliveries of one tenant that this replica works on. Places are filled again as they become free. */
export class TenantQueue {
  readonly #parts: QueueParts;
  readonly #underWay = new Set<Promise<void>>();
  #isFilling = false;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#underWay.size;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  /**
   * Takes as many as there are places for. Does nothing while it is under way.
   *
   * @throws LedgerUnavailable
   */
  async fill(): Promise<void> {
    if (this.#isFilling) return;
    this.#isFilling = true;
    try {
      while (await this.#take());
    } finally {
      this.#isFilling = false;
      if (this.size === 0) this.#parts.onIdle();
    }
  }

  /** Whether there may be more to take. */
  async #take(): Promise<boolean> {
    const { slug, deliveries, tenant, roomInAll } = this.#parts;
    const room = Math.min(most - this.size, roomInAll());
    if (room <= 0 || tenant() === undefined) return false;
    const taken = await deliveries.takeDue(slug, room);
    for (const each of taken) this.#begin(each);
    return taken.length === room;
  }

  #begin(taken: TakenDelivery): void {
    const { deliverTaken, tenant } = this.#parts;
    const work = deliverTaken(tenant(), taken).finally(() => {
      this.#underWay.delete(work);
      // Half of the places at a time: each look for more is a call to the ledger.
      if (this.size <= most / 2) void this.#refill();
    });
    this.#underWay.add(work);
  }

  async #refill(): Promise<void> {
    try {
      await this.fill();
    } catch (error) {
      // The next look at what is due begins anew.
      if (!(error instanceof LedgerUnavailable))
        this.#parts.log.error({ error: errorNames(error) }, 'courier failed');
    }
  }
}
