import { Deliverer } from '../../../src/delivery/deliverer.ts';
import type { Issued } from '../../../src/delivery/delivered.ts';
import { BudgetExceeded } from '../../../src/delivery/limits/budgetexceeded.ts';
import type { IdempotentRequest } from '../../../src/delivery/idempotentrequest.ts';
import { Problem } from '../../../src/lib/problem.ts';
import { type Ledger, LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { UpstreamError } from '../../../src/omneo/client/upstream.ts';
import type { Limits } from '../../../src/tenants/limits.ts';
import type { Tenant } from '../../../src/tenants/tenant.ts';
import { Faults, type Scenario, scale } from './faults.ts';
import type { MakeLedger } from './mutations.ts';
import { FakeOmneo } from './omneo.ts';
import { Process } from './process.ts';
import { RemoteLedger } from './remote.ts';
import { World } from './world.ts';

const tenant = { slug: 'acme', rewards: { timezone: 'UTC' }, limits: {} } as Tenant;
const silent = { debug: skip, info: skip, warn: skip, error: skip };

/** One that never hangs up: what it does not hear, it asks again. */
const caller = { isGone: () => false, isWaiting: () => true };

function skip(): void {
  // Nobody reads these logs.
}

type Gateway = { process: Process; deliverer: Deliverer };

/**
 * Several gateways with one ledger and one Omneo, in a world of their own. With an embedded ledger there is one gateway,
 * and the ledger goes down with it.
 */
export class Fleet {
  readonly world = new World();
  readonly faults: Faults;
  readonly omneo: FakeOmneo;
  /** What must never be: each a sentence. */
  readonly wrongs: string[] = [];
  #ledger: Ledger;
  readonly #makeLedger: () => Ledger;
  readonly #isEmbedded: boolean;
  readonly #gateways: Gateway[];
  readonly #tenant: Tenant;

  constructor(scenario: Scenario, makeLedger: MakeLedger, isEmbedded = false, limits: Limits = {}) {
    this.#tenant = { ...tenant, limits };
    this.faults = new Faults(scenario);
    this.omneo = new FakeOmneo(this.world, this.faults);
    this.#isEmbedded = isEmbedded;
    let starts = 0;
    // Each process's monotonic clock begins elsewhere.
    this.#makeLedger = () => makeLedger(new Process(this.world, 777 * starts++).clock, scale.times);
    this.#ledger = this.#makeLedger();
    this.#gateways = (isEmbedded ? [0] : [0, 1, 2]).map((n) => this.#start(n));
  }

  pause(n: number, ms: number): void {
    this.world.tell(`gateway ${n} is paused for ${ms}`);
    this.#gateway(n).process.pause(ms);
  }

  /** Kills a gateway; the next one takes its place at once. */
  crash(n: number): void {
    this.world.tell(`gateway ${n} crashes`);
    this.#gateway(n).process.crash();
    if (this.#isEmbedded) this.#ledger = this.#makeLedger();
    this.#gateways[n % this.#gateways.length] = this.#start(n);
  }

  /** Sends a webhook to a gateway. `answered` is called with what was issued, or with null; never after a crash. */
  send(n: number, request: IdempotentRequest, answered: (issued: Issued | null) => void): void {
    const { process, deliverer } = this.#gateway(n);
    this.world.tell(`gateway ${n} gets ${request.entry.externalId}`);
    process.after(0, () => {
      void deliverer.deliver(this.#tenant, request, caller).then(
        (issued) => {
          if (issued.status === 'accepted') throw new Error('nothing is stored here');
          if (issued.mayBeAnswered) this.#told(n, issued);
          else void deliverer.answered(request, issued, false);
          answered(issued.mayBeAnswered ? issued : null);
        },
        (error: unknown) => {
          this.#failed(n, error);
          answered(null);
        },
      );
    });
  }

  /** A gateway learns whether its answer has reached the caller. */
  answered(n: number, request: IdempotentRequest, issued: Issued, isSent: boolean): void {
    const { process, deliverer } = this.#gateway(n);
    process.after(0, () => void deliverer.answered(request, issued, isSent));
  }

  /** What is spent of the tenant's budgets of these days, in all. */
  async spent(...budgets: readonly string[]): Promise<number> {
    return (await this.#ledger.spent(budgets)).reduce((sum, { rewards }) => sum + rewards, 0);
  }

  #told(n: number, { status, receipt }: Issued): void {
    this.world.tell(`gateway ${n} answers ${status}, reward ${receipt.resourceId}`);
    if (!this.omneo.rewards.some(({ id }) => id === receipt.resourceId)) {
      this.wrongs.push(`reward ${receipt.resourceId} was answered with 200 and is not there`);
    }
  }

  #failed(n: number, error: unknown): void {
    this.world.tell(`gateway ${n} answers ${error instanceof Problem ? error.code : String(error)}`);
    const expected =
      error instanceof UpstreamError ||
      error instanceof LedgerUnavailable ||
      error instanceof BudgetExceeded ||
      (error instanceof Problem && error.code === 'not_ready');
    if (!expected) this.wrongs.push(`a webhook failed for no reason: ${String(error)}`);
  }

  #gateway(n: number): Gateway {
    return this.#gateways[n % this.#gateways.length]!;
  }

  #start(n: number): Gateway {
    const { world, faults, omneo } = this;
    const process = new Process(world, 1000 * (n + 1));
    const name = `gateway ${n}`;
    const deliverer = new Deliverer({
      ledger: new RemoteLedger({ world, process, faults, ledger: this.#ledger, name }),
      upstream: () => omneo.from(process, name),
      clock: process.clock,
      log: silent,
      waitMs: scale.waitMs,
      createMs: scale.createMs,
      random: () => 1,
      repeatMs: 0,
      retentionMs: scale.times.retentionMs,
      parkedMs: 0,
      parkedRoom: { take: () => true, has: () => true },
      counts: { of: () => [] },
      onIssued: () => undefined,
      retry: scale.retry,
      inFlight: { isDraining: false },
      registry: { get: () => undefined },
    });
    return { process, deliverer };
  }
}
