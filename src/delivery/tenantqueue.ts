import type { DeliveryLedger, TakenDelivery } from '../ledger/deliveries.ts';
import { LedgerUnavailable } from '../ledger/ledger.ts';
import type { Clock } from '../lib/clock.ts';
import { type Log, errorNames } from '../lib/log.ts';
import type { Omneo } from '../omneo/omneo.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { DeliverTaken } from './delivertaken.ts';

/** Deliveries of one tenant that are under way at once. */
const most = 32;

type QueueParts = Readonly<{
  slug: string;
  deliveries: Pick<DeliveryLedger, 'takeDue'>;
  deliverTaken: DeliverTaken;
  /** Whether the pace of the tenant's Omneo lets attempts begin. */
  omneoOf: (tenant: Tenant) => Pick<Omneo, 'admit' | 'giveBack'>;
  clock: Pick<Clock, 'after'>;
  log: Log;
  /** As it is served now; undefined: nothing more is taken. */
  tenant: () => Tenant | undefined;
  /** How many more may be under way, of all tenants. */
  roomInAll: () => number;
}>;

/** The deliveries of one tenant that this replica works on. Places are filled again as they become free. */
export class TenantQueue {
  readonly #parts: QueueParts;
  readonly #underWay = new Set<Promise<void>>();
  #isFilling = false;
  /** Whether more is taken when the pace has room. */
  #isPlanned = false;
  #cancel: () => void = () => undefined;

  constructor(parts: QueueParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#underWay.size;
  }

  /** Whether nothing is under way, and nothing is to be. */
  get isIdle(): boolean {
    return this.size === 0 && !this.#isFilling && !this.#isPlanned;
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
    if (this.#isFilling || this.#isPlanned) return;
    this.#isFilling = true;
    try {
      while (await this.#take());
    } finally {
      this.#isFilling = false;
    }
  }

  /** Whether there may be more to take. */
  async #take(): Promise<boolean> {
    const { slug, deliveries, tenant, roomInAll, omneoOf } = this.#parts;
    const served = tenant();
    const room = Math.min(most - this.size, roomInAll());
    if (room <= 0 || served === undefined) return false;
    const admitted = this.#admit(served, room);
    if (admitted === 0) return false;
    const taken = await deliveries.takeDue(slug, admitted);
    if (taken.length < admitted) omneoOf(served).giveBack(admitted - taken.length);
    for (const each of taken) this.#begin(each);
    return taken.length === room;
  }

  /** How many of so many attempts may begin now. When the pace is taken, what is due is taken as soon as there is room. */
  #admit(served: Tenant, room: number): number {
    const omneo = this.#parts.omneoOf(served);
    for (let count = 0; count < room; count += 1) {
      const admission = omneo.admit('waiting');
      if (admission.ok) continue;
      this.#cancel();
      this.#isPlanned = true;
      this.#cancel = this.#parts.clock.after(admission.retryInMs, () => {
        this.#isPlanned = false;
        void this.#refill();
      });
      return count;
    }
    return room;
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
