/** Deliveries on a real ledger in memory, in front of an Omneo of the test's own, by a clock that moves by hand. */
import { rewardsAction } from '../../src/actions/rewards/rewardsaction.ts';
import { LatestCounts } from '../../src/delivery/counts/latestcounts.ts';
import { Deliverer } from '../../src/delivery/deliverer.ts';
import { type AttemptEnded, type DeliverTaken, deliverTaken } from '../../src/delivery/delivertaken.ts';
import { type IdempotentRequest, toIdempotentRequest } from '../../src/delivery/idempotentrequest.ts';
import type { ParkedRoom } from '../../src/delivery/limits/parkedroom.ts';
import { resentMs, toStoredRequest } from '../../src/delivery/storedrequest.ts';
import type { DeliveryLedger, TakenDelivery } from '../../src/ledger/deliveries/deliveries.ts';
import type { Ledger, LedgerTimes } from '../../src/ledger/ledger.ts';
import type { Keyring } from '../../src/ledger/seal/keyring.ts';
import type { Resources } from '../../src/omneo/resources/resources.ts';
import type { Tenant } from '../../src/tenants/tenant.ts';
import { SqliteRuns } from '../ledger/model/sqlite.ts';
import { keyringOf } from '../ledger/seal/samples.ts';
import { QuietClock, silent } from '../ledger/sqlite/bench.ts';
import { type FakeParts, fakeOmneo } from '../support/omneo.ts';
import { tenantOf } from '../support/rewards.ts';

export const times: LedgerTimes = Object.freeze({
  leaseMs: 30_000,
  settleWindowMs: 120_000,
  retentionMs: 72 * 3_600_000,
});
export const parkedMs = 30 * 24 * 3_600_000;

const runs = new SqliteRuns();

/** Whom an attempt of a courier answers. */
export const caller = Object.freeze({ isGone: () => false, isWaiting: () => true });

/** A tenant as far as its webhooks need one. */
export function durableTenant(changes: Partial<Tenant> = {}): Tenant {
  return {
    ...tenantOf('acme'),
    klaviyo: { identityHandle: 'klaviyo', identifiers: 'both', actions: ['rewards'] },
    delivery: { isDurable: true, waitsForProfile: false, giveUpAfterMs: 72 * 3_600_000 },
    ...changes,
  };
}

class SleepingClock extends QuietClock {
  override readonly sleep = (ms = 0): Promise<void> => {
    this.advance(ms);
    return Promise.resolve();
  };
}

/** One gateway's delivery, and what came of it. */
export class StoredWorld {
  readonly clock = new SleepingClock(1_000_000);
  readonly ledger: Ledger = runs.begin()(this.clock, times);
  readonly ended: AttemptEnded[] = [];
  /** The `external_id` of each reward that was made, in this order. */
  readonly rewards: string[] = [];
  /** What was counted as issued: the tenant, and what it is worth. */
  readonly issued: string[] = [];
  readonly deliverer: Deliverer;
  readonly #omneo: FakeParts;
  /** Whether another one may be parked. */
  hasRoom = true;
  /** Whether another one may be held. */
  hasRoomForHeld = true;
  readonly parkedRoom: Pick<ParkedRoom, 'take' | 'has'> = {
    take: (_, kind) => (kind === 'held' ? this.hasRoomForHeld : this.hasRoom),
    has: (_, kind) => (kind === 'held' ? this.hasRoomForHeld : this.hasRoom),
  };
  keyring: Keyring = keyringOf(1);
  readonly latestCounts = new LatestCounts();
  actions = [rewardsAction()];
  readonly #parkedMs: number;

  /** `keptMs` is how long what is parked is kept, in milliseconds. */
  constructor(omneo: FakeParts = {}, keptMs = parkedMs) {
    this.#omneo = omneo;
    this.#parkedMs = keptMs;
    const create: Resources['create'] = (reward) => {
      this.rewards.push(String(reward['external_id']));
      return Promise.resolve(this.rewards.length);
    };
    const list: Resources['list'] = (externalId) =>
      Promise.resolve(
        this.rewards.includes(externalId) ? [{ id: this.rewards.indexOf(externalId) + 1 }] : [],
      );
    const identify: Resources['identify'] = ([row]) =>
      Promise.resolve(row === undefined ? { kind: 'none' } : { kind: 'same', resourceId: Number(row['id']) });
    this.deliverer = new Deliverer({
      ledger: this.ledger,
      upstream: () => fakeOmneo({ create, list, listUntried: list, identify, ...this.#omneo }),
      clock: this.clock,
      random: () => 1,
      log: silent,
      waitMs: 1000,
      createMs: 10_000,
      repeatMs: 20_000,
      retentionMs: times.retentionMs,
      parkedMs: keptMs,
      parkedRoom: this.parkedRoom,
      counts: this.latestCounts,
      onIssued: (slug, cents) => this.issued.push(`${slug} ${cents}`),
      retry: { everyMs: 1000, forMs: 2 * times.leaseMs },
      inFlight: { isDraining: false },
      registry: { get: () => undefined },
    });
  }

  get deliveries(): DeliveryLedger {
    const { deliveries } = this.ledger;
    if (deliveries === undefined) throw new Error('it keeps deliveries');
    return deliveries;
  }

  /** Makes one attempt at a delivery, as a courier does. */
  readonly deliverTaken: DeliverTaken = (tenant, taken) => {
    const { actions, deliverer, clock, deliveries, keyring } = this;
    const storage = { deliveries, keyring, parkedMs: this.#parkedMs, parkedRoom: this.parkedRoom };
    const onEnded = (attempt: AttemptEnded): void => void this.ended.push(attempt);
    return deliverTaken({ storage, actions, deliverer, clock, random: () => 1, onEnded })(tenant, taken);
  };

  /** A webhook as it arrives. */
  request(body: unknown, tenant = durableTenant()): IdempotentRequest {
    const raw = typeof body === 'string' ? body : JSON.stringify(body);
    const webhook = rewardsAction().parse(JSON.parse(raw), tenant);
    const request = toIdempotentRequest(tenant, webhook, raw, 'request-1');
    return toStoredRequest(request, { raw, tenant, keyring: this.keyring }, { separateInMs: resentMs });
  }

  /** Stores a webhook that is due at once. */
  async store(body: unknown): Promise<void> {
    const reason = { reason: 'throttled', dueInMs: 0 } as const;
    await this.deliverer.accept(durableTenant(), this.request(body), reason);
  }

  /** All that is due now. */
  take(): Promise<readonly TakenDelivery[]> {
    return this.deliveries.takeDue('acme', 100);
  }

  /** Attempts all that is due now. */
  async work(tenant: Tenant | undefined = durableTenant()): Promise<void> {
    for (const taken of await this.take()) await this.deliverTaken(tenant, taken);
  }

  /** Counts what waits, as a gateway does now and then. */
  async count(): Promise<void> {
    this.latestCounts.counted(await this.deliveries.counts());
  }

  /** What waits and what is parked, and why. */
  async counts(): Promise<readonly string[]> {
    const counts = await this.deliveries.counts();
    return counts.map(({ state, reason, count }) => `${count} ${state}: ${reason}`).sort();
  }

  /** When the first of what waits is due, in milliseconds. */
  async dueInMs(): Promise<number | undefined> {
    return (await this.deliveries.dueTenants())[0]?.dueInMs;
  }
}
