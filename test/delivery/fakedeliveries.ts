import {
  type DeliveryCount,
  type DueTenant,
  type TakenDelivery,
  mostChanged,
} from '../../src/ledger/deliveries/deliveries.ts';
import { Listeners } from '../../src/ledger/deliveries/listeners.ts';
import { LedgerUnavailable } from '../../src/ledger/ledger.ts';

type Row = { id: string; tenant: string; dueAt: number };

/** A delivery that was taken, as far as a courier looks at it. */
export function takenOf(id: string, tenant = 'acme', changes: Partial<TakenDelivery> = {}): TakenDelivery {
  const claim = { key: `rewards/id/${id}`, owner: 'courier', externalId: id, leasedUntil: 30_000 };
  return {
    held: { result: 'won', claim: { ...claim, deliveryId: id }, claimedAt: 0 },
    ...{ id, tenant, action: 'rewards', webhook: new Uint8Array(), summary: '{}' },
    ...{ fingerprint: 'ada', externalId: null },
    ...{ attempts: 2, lapses: 0, since: 0, triedSince: 0, isReleased: false },
    ...changes,
  };
}

/** What a courier asks of a ledger, with what waits in plain sight. */
export class FakeDeliveries {
  isAway = false;
  /** What calls throw, by their name, and `takeDue` by its tenant too. */
  readonly failures = new Map<string, Error>();
  readonly woken: string[] = [];
  timesCounted = 0;
  readonly due = new Listeners();
  looks = 0;
  /** Each take waits for this. */
  taking: Promise<unknown> = Promise.resolve();
  #rows: Row[] = [];
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  put(tenant: string, count: number, dueInMs = 0): void {
    const dueAt = this.#now() + dueInMs;
    const from = this.#rows.length;
    for (let n = 0; n < count; n += 1) this.#rows.push({ id: `${tenant}-${from + n}`, tenant, dueAt });
  }

  async dueTenants(): Promise<readonly DueTenant[]> {
    await this.#answer('dueTenants');
    this.looks += 1;
    const first = new Map<string, number>();
    for (const { tenant, dueAt } of this.#rows)
      first.set(tenant, Math.min(first.get(tenant) ?? Infinity, dueAt));
    return [...first].map(([tenant, dueAt]) => ({ tenant, dueInMs: Math.max(0, dueAt - this.#now()) }));
  }

  async takeDue(tenant: string, most: number): Promise<readonly TakenDelivery[]> {
    await this.#answer(`takeDue ${tenant}`);
    await this.taking;
    const taken = this.#rows
      .filter((row) => row.tenant === tenant && row.dueAt <= this.#now())
      .slice(0, most);
    this.#rows = this.#rows.filter((row) => !taken.includes(row));
    return taken.map(({ id }) => takenOf(id, tenant));
  }

  onDue(listener: () => void): () => void {
    return this.due.add(listener);
  }

  async wake(tenant: string): Promise<number> {
    await this.#answer('wake');
    const now = this.#now();
    const waiting = this.#rows.filter((row) => row.tenant === tenant && row.dueAt > now);
    for (const row of waiting.slice(0, mostChanged)) row.dueAt = now;
    this.woken.push(tenant);
    return Math.min(waiting.length, mostChanged);
  }

  async counts(): Promise<readonly DeliveryCount[]> {
    this.timesCounted += 1;
    await this.#answer('counts');
    const counts = Map.groupBy(this.#rows, ({ tenant }) => tenant);
    return [...counts].map(([tenant, { length: count }]) => {
      return { tenant, state: 'waiting', reason: 'held', count, oldest: 0 };
    });
  }

  async #answer(call: string): Promise<void> {
    await Promise.resolve();
    const failure = this.isAway ? new LedgerUnavailable('away') : this.failures.get(call);
    if (failure !== undefined) throw failure;
  }
}
