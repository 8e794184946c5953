import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../lib/clock.ts';
import type { DeliveryCounts, Resolution } from '../../../tenants/tenant.ts';
import { fieldsOf } from '../api/object.ts';
import { type ShownDeliveries, timestamp } from './conditions.ts';

type Options = Readonly<{
  clock: Pick<Clock, 'monotonic'>;
  /** The counts of this OmneoTenant look different now. */
  changed: (key: string) => void;
}>;

/** How long a status is left alone if nothing but its counts changed, in milliseconds. */
const pauseMs = 60_000;

/**
 * How many deliveries of each OmneoTenant are not done, as they were counted last. They change all the time, so a status
 * is written for their sake alone once a minute at most.
 */
export class DeliveryReports {
  readonly #options: Options;
  readonly #counts = new Map<string, DeliveryCounts>();
  /** When each status was written last, or was first seen by this leader. */
  readonly #writtenAt = new Map<string, number>();

  constructor(options: Options) {
    this.#options = options;
  }

  get(key: string): DeliveryCounts | undefined {
    return this.#counts.get(key);
  }

  set(key: string, counts: DeliveryCounts): void {
    const before = this.#counts.get(key);
    this.#counts.set(key, counts);
    if (!isDeepStrictEqual(before, counts)) this.#options.changed(key);
  }

  /** In how many milliseconds the status may be written for the sake of its counts; a leader before may just have done so. */
  waitMs(key: string): number {
    const now = this.#options.clock.monotonic();
    const writtenAt = this.#writtenAt.get(key) ?? now;
    this.#writtenAt.set(key, writtenAt);
    return Math.max(0, writtenAt + pauseMs - now);
  }

  /** The status is about to be written, whatever becomes of that. */
  writing(key: string): void {
    this.#writtenAt.set(key, this.#options.clock.monotonic());
  }

  forget(key: string): void {
    this.#counts.delete(key);
    this.#writtenAt.delete(key);
  }

  /** Another replica may have written meanwhile. */
  clear(): void {
    this.#writtenAt.clear();
  }
}

/**
 * What a status is to show: nothing for a tenant whose delivery is synchronous, and what it shows already until they
 * were counted.
 */
export function deliveriesToShow(
  resolution: Resolution,
  counts: DeliveryCounts | undefined,
  shown: unknown,
): ShownDeliveries | undefined {
  const tenant = 'tenant' in resolution ? resolution.tenant : resolution.suspended;
  if (tenant?.delivery.isDurable === false) return undefined;
  if (!counts) return shownDeliveries(shown);
  const { waiting, parked, oldestWaitingAt } = counts;
  const oldest = oldestWaitingAt === null ? {} : { oldestWaiting: timestamp(oldestWaitingAt) };
  return Object.freeze({ waiting, parked, ...oldest });
}

/** The deliveries that a status shows. */
export function shownDeliveries(status: unknown): ShownDeliveries | undefined {
  const { waiting, parked, oldestWaiting } = fieldsOf(fieldsOf(status)['deliveries']);
  if (typeof waiting !== 'number' || typeof parked !== 'number') return undefined;
  return Object.freeze({ waiting, parked, ...(typeof oldestWaiting === 'string' && { oldestWaiting }) });
}
