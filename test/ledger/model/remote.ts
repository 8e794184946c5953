import {
  type Claim,
  type ClaimResult,
  type Entry,
  type AnswerOutcome,
  type Ledger,
  LedgerUnavailable,
  type Spent,
} from '../../../src/ledger/ledger.ts';
import type { Reserved } from '../../../src/ledger/budgets/budgets.ts';
import type { DeliveryLedger, TakenDelivery } from '../../../src/ledger/deliveries/deliveries.ts';
import { type Faults, scale } from './faults.ts';
import type { Process } from './process.ts';
import type { World } from './world.ts';

type Parts = Readonly<{ world: World; process: Process; faults: Faults; ledger: Ledger; name: string }>;

/** A ledger as a process sees it over a network: calls take time, and answers and requests are lost. */
export class RemoteLedger implements Ledger {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async claim(entry: Entry): Promise<ClaimResult> {
    const leasedUntil = this.#leaseFromNow();
    const result = await this.#call('claim', (ledger) => ledger.claim(entry));
    return 'claim' in result ? { ...result, claim: { ...result.claim, leasedUntil } } : result;
  }

  peek(key: string): ReturnType<Ledger['peek']> {
    return this.#call('peek', (ledger) => ledger.peek(key));
  }

  async renew(claim: Claim): Promise<Claim | null> {
    const leasedUntil = this.#leaseFromNow();
    const renewed = await this.#call('renew', (ledger) => ledger.renew(claim));
    return renewed && { ...renewed, leasedUntil };
  }

  check(): Promise<void> {
    return this.#call('check', (ledger) => ledger.check());
  }

  reserve(...args: Parameters<Ledger['reserve']>): Promise<Reserved> {
    return this.#call('reserve', (ledger) => ledger.reserve(...args));
  }

  spent(budgets: readonly string[]): Promise<readonly Spent[]> {
    return this.#call('spent', (ledger) => ledger.spent(budgets));
  }

  settle(...args: Parameters<Ledger['settle']>): Promise<boolean> {
    return this.#call('settle', (ledger) => ledger.settle(...args));
  }

  markUnconfirmed(...args: Parameters<Ledger['markUnconfirmed']>): Promise<void> {
    return this.#call('markUnconfirmed', (ledger) => ledger.markUnconfirmed(...args));
  }

  release(claim: Claim): Promise<void> {
    return this.#call('release', (ledger) => ledger.release(claim));
  }

  recordAnswer(key: string, externalId: string, outcome: AnswerOutcome): Promise<void> {
    return this.#call('recordAnswer', (ledger) => ledger.recordAnswer(key, externalId, outcome));
  }

  expectAnswer(key: string, externalId: string, keepMs: number): Promise<void> {
    return this.#call('expectAnswer', (ledger) => ledger.expectAnswer(key, externalId, keepMs));
  }

  recordMax(name: string, value: number, keepMs?: number): Promise<void> {
    return this.#call('recordMax', (ledger) => ledger.recordMax(name, value, keepMs));
  }

  readMax(name: string): Promise<number> {
    return this.#call('readMax', (ledger) => ledger.readMax(name));
  }

  get deliveries(): DeliveryLedger {
    const ask = <T>(name: string, make: (deliveries: DeliveryLedger) => Promise<T>): Promise<T> =>
      this.#call(name, ({ deliveries }) => {
        if (deliveries === undefined) throw new Error('this ledger keeps no deliveries');
        return make(deliveries);
      });
    return {
      postpone: (...args) => ask('postpone', (deliveries) => deliveries.postpone(...args)),
      park: (...args) => ask('park', (deliveries) => deliveries.park(...args)),
      drop: (...args) => ask('drop', (deliveries) => deliveries.drop(...args)),
      parkNew: (...args) => ask('parkNew', (deliveries) => deliveries.parkNew(...args)),
      takeDue: async (...args) => {
        const leasedUntil = this.#leaseFromNow();
        const taken = await ask('takeDue', (deliveries) => deliveries.takeDue(...args));
        return taken.map((each) => leasedAnew(each, leasedUntil));
      },
      dueTenants: () => ask('dueTenants', (deliveries) => deliveries.dueTenants()),
      wake: (...args) => ask('wake', (deliveries) => deliveries.wake(...args)),
      giveUp: (...args) => ask('giveUp', (deliveries) => deliveries.giveUp(...args)),
      // The poll alone has to do.
      onDue: () => () => undefined,
      counts: () => ask('counts', (deliveries) => deliveries.counts()),
      outbox: {
        tenants: () => ask('outboxTenants', ({ outbox }) => outbox.tenants()),
        take: (...args) => ask('takeOutbox', ({ outbox }) => outbox.take(...args)),
        postpone: (...args) => ask('postponeOutbox', ({ outbox }) => outbox.postpone(...args)),
        remove: (item) => ask('removeOutbox', ({ outbox }) => outbox.remove(item)),
        counts: () => ask('countOutbox', ({ outbox }) => outbox.counts()),
      },
      admin: {
        list: (...args) => ask('list', ({ admin }) => admin.list(...args)),
        find: (...args) => ask('find', ({ admin }) => admin.find(...args)),
        webhookOf: (...args) => ask('webhookOf', ({ admin }) => admin.webhookOf(...args)),
        replayAll: (...args) => ask('replayAll', ({ admin }) => admin.replayAll(...args)),
        replayOne: (...args) => ask('replayOne', ({ admin }) => admin.replayOne(...args)),
        discardAll: (...args) => ask('discardAll', ({ admin }) => admin.discardAll(...args)),
        discardOne: (...args) => ask('discardOne', ({ admin }) => admin.discardOne(...args)),
        erase: (...args) => ask('erase', ({ admin }) => admin.erase(...args)),
        activity: (...args) => ask('activity', ({ admin }) => admin.activity(...args)),
      },
    };
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Counted from before the request leaves, on the clock of the process. */
  #leaseFromNow(): number {
    return this.#parts.process.clock.monotonic() + scale.times.leaseMs;
  }

  #call<T>(method: string, ask: (ledger: Ledger) => Promise<T>): Promise<T> {
    const { world, process, faults, ledger, name } = this.#parts;
    const { out, back, lost, late } = faults.ledger();
    return new Promise((resolve, reject) => {
      const refuse = (error: unknown): void => {
        process.after(back, () => {
          reject(error instanceof Error ? error : new Error('unknown'));
        });
      };
      const carryOut = (): void => {
        const carriedOut = ask(ledger).then((answer) => {
          world.tell(`ledger: ${method} of ${name}: ${JSON.stringify({ answer })}`);
          if (lost === 'nothing') {
            process.after(back, () => {
              resolve(answer);
            });
          }
        }, refuse);
        world.hold(carriedOut);
      };
      if (lost === 'nothing') {
        world.after(out, carryOut);
        return;
      }
      if (lost === 'answer') world.after(out + late, carryOut);
      process.after(scale.ledgerTimeoutMs, () => {
        world.tell(`${name}: no answer to ${method}`);
        reject(new LedgerUnavailable('no answer'));
      });
    });
  }
}

function leasedAnew(taken: TakenDelivery, leasedUntil: number): TakenDelivery {
  return { ...taken, held: { ...taken.held, claim: { ...taken.held.claim, leasedUntil } } };
}
