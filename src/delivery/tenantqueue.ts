import type { DeliveryLedger, TakenDelivery } from '../ledger/deliveries/deliveries.ts';
import { LedgerUnavailable } from '../ledger/ledger.ts';
import type { Clock } from '../lib/clock.ts';
import { type Log, errorNames } from '../lib/log.ts';
import type { Omneo } from '../omneo/omneo.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { type DeliverTaken, loggedAttempts } from './delivertaken.ts';

type QueueParts = Readonly<{
  slug: string;
  deliveries: Pick<DeliveryLedger, 'takeDue'>;
  deliverTaken: DeliverTaken;
  log: Log;
  /** Whether the pace of the tenant's Omneo lets attempts begin. */
  omneoOf: (tenant: Tenant) => Pick<Omneo, 'admit' | 'giveBack'>;
  clock: Pick<Clock, 'after'>;
  /** As it is served now; undefined: nothing more is taken. */
  tenant: () => Tenant | undefined;
  /** How many may be under way at once. */
  most: () => number;
  /** How many more may be under way, of all tenants. */
  roomInAll: () => number;
}>;

/** The deliveries of one tenant that this replica works on. Places are filled again as they become free. */
export class TenantQueue {
  readonly #parts: QueueParts;
  readonly #underWay = new Set<Promise<void>>();
  #filling: Promise<void> | undefined;
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
    return this.size === 0 && this.#filling === undefined && !this.#isPlanned;
  }

  /** Resolves when nothing is under way, nor being taken. */
  async idle(): Promise<void> {
    while (this.size > 0 || this.#filling !== undefined)
      await Promise.allSettled([...this.#underWay, this.#filling]);
  }

  /**
   * Takes as many as there are places for, or as the pace has room for: then more is taken as soon as it has. Whoever asks while that is under way waits for the same.
   *
   * @throws LedgerUnavailable
   */
  fill(): Promise<void> {
    if (this.#isPlanned) return Promise.resolve();
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = undefined;
    });
    return this.#filling;
  }

  async #fill(): Promise<void> {
    try {
      while (await this.#take());
    } catch (error) {
      if (error instanceof LedgerUnavailable) throw error;
      // A bug that what one tenant has stored runs into must not hold up the others.
      const { slug, log } = this.#parts;
      log.error({ tenant: slug, error: errorNames(error) }, 'courier failed');
    }
  }

  /** Whether there may be more to take. */
  async #take(): Promise<boolean> {
    const { slug, deliveries, tenant, most, roomInAll, omneoOf } = this.#parts;
    const served = tenant();
    const room = Math.min(most() - this.size, roomInAll());
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
      this.#plan(admission.retryInMs);
      return count;
    }
    return room;
  }

  #plan(ms: number): void {
    this.#cancel();
    this.#isPlanned = true;
    this.#cancel = this.#parts.clock.after(ms, () => {
      this.#isPlanned = false;
      void this.#refill();
    });
  }

  #begin(taken: TakenDelivery): void {
    const { deliverTaken, log, tenant } = this.#parts;
    const work = loggedAttempts(deliverTaken, log)(tenant(), taken).finally(() => {
      this.#underWay.delete(work);
      // Half of the places at a time: each look for more is a call to the ledger.
      if (this.size <= this.#parts.most() / 2) void this.#refill();
    });
    this.#underWay.add(work);
  }

  async #refill(): Promise<void> {
    try {
      await this.fill();
    } catch (error) {
      // The next look at what is due begins anew.
      if (!(error instanceof LedgerUnavailable)) throw error;
    }
  }
}
