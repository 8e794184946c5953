import type { Action } from '../../../src/actions/action.ts';
import type { Webhook } from '../../../src/actions/rewards/payload.ts';
import { Courier } from '../../../src/delivery/courier.ts';
import { type Accepted, type Issued, Parked } from '../../../src/delivery/delivered.ts';
import { Deliverer } from '../../../src/delivery/deliverer.ts';
import { BudgetExceeded } from '../../../src/delivery/limits/budgetexceeded.ts';
import { Suspensions } from '../../../src/delivery/limits/suspensions.ts';
import { deliverTaken } from '../../../src/delivery/delivertaken.ts';
import { type IdempotentRequest, toIdempotentRequest } from '../../../src/delivery/idempotentrequest.ts';
import { resentMs, toStoredRequest } from '../../../src/delivery/storedrequest.ts';
import type { DeliveryAdmin, SealedWebhook } from '../../../src/ledger/deliveries/deliveryadmin.ts';
import { type Ledger, LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { Problem } from '../../../src/lib/problem.ts';
import { Registry } from '../../../src/tenants/registry.ts';
import type { Limits } from '../../../src/tenants/limits.ts';
import type { Tenant } from '../../../src/tenants/tenant.ts';
import { decision } from '../../support/deliveries.ts';
import { rewardRequestOf, tenantOf } from '../../support/rewards.ts';
import { keyringOf } from '../seal/samples.ts';
import { silent } from '../sqlite/bench.ts';
import { type Choice, Faults, type Scenario, scale } from './faults.ts';
import type { MakeLedger } from './mutations.ts';
import { FakeOmneo } from './omneo.ts';
import { Process } from './process.ts';
import { RemoteLedger } from './remote.ts';
import { World } from './world.ts';
import { admitsAll } from '../../support/omneo.ts';

/** How a gateway answers a webhook. */
export type Answer = Issued | Accepted;

const tenantThatGivesUp = (giveUpAfterMs: number, limits: Limits): Tenant => ({
  ...tenantOf('acme'),
  klaviyo: { identityHandle: 'klaviyo', identifiers: 'both', actions: ['rewards'] },
  limits,
  delivery: { isDurable: true, waitsForProfile: false, giveUpAfterMs },
});
const keyring = keyringOf(1);
/** One that never hangs up: what it does not hear, it asks again. */
const caller = { isGone: () => false, isWaiting: () => true };
/** What a webhook may fail with: a copy of one that was corrected asks for something else by now. */
const expected = new Set(['not_ready', 'id_reused']);
/** With so little jitter a pause of seconds is one of milliseconds. */
const random = (): number => 0.002;
/** What is not done after so much time without a fault never will be, in milliseconds. */
const patienceMs = 60_000;
/** Longer than a claim takes that is carried out though its gateway has given it up. */
export const repeatMs = 2 * scale.times.leaseMs + scale.ledgerTimeoutMs;

const action: Action = {
  name: 'rewards',
  idField: 'reward_id',
  metrics: { issued: 'Omneo reward issued', failed: 'Omneo reward failed' },
  parse: (body) => rewardRequestOf(body as Webhook),
};

/** A delivery that is stored, and in which context. */
type Found = Readonly<{ id: string }> & Pick<SealedWebhook, 'context'>;

type Gateway = Readonly<{
  process: Process;
  deliverer: Deliverer;
  admin: DeliveryAdmin;
  registry: Registry;
}>;

/** What differs between fleets. */
type FleetOptions = Readonly<{
  /** The one ledger goes down with the one gateway. */
  isEmbedded?: boolean;
  /** What fails for so long is parked, and people decide about it. */
  giveUpAfterMs?: number;
  limits?: Limits;
}>;

/**
 * Several gateways with a courier each, one ledger that keeps deliveries, and one Omneo, in a world of their own. With an
 * embedded ledger there is one gateway, and the ledger goes down with it.
 */
export class DurableFleet {
  readonly world = new World();
  readonly faults: Faults;
  readonly omneo: FakeOmneo;
  /** What must never be: each a sentence. */
  readonly wrongs: string[] = [];
  #ledger: Ledger;
  readonly #makeLedger: () => Ledger;
  readonly #isEmbedded: boolean;
  readonly #gateways: Gateway[];
  #tenant: Tenant;

  constructor(
    scenario: Scenario,
    makeLedger: MakeLedger,
    { isEmbedded = false, giveUpAfterMs = Infinity, limits = {} }: FleetOptions = {},
  ) {
    this.#tenant = tenantThatGivesUp(giveUpAfterMs, limits);
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

  /**
   * Sends a webhook to a gateway. `answered` is called once with its answer, or with null; never after a crash. What it
   * gives is whether that answer has reached the caller, and `recorded` is called once the gateway has recorded that.
   */
  send(
    n: number,
    { webhook, body }: Readonly<{ webhook: Webhook; body: string }>,
    answered: (answer: Answer | null) => boolean,
    recorded: () => void = () => undefined,
  ): void {
    const { process, deliverer } = this.#gateway(n);
    const request = requestOf(this.#tenant, webhook, body);
    this.world.tell(`gateway ${n} gets ${request.entry.externalId} ${JSON.stringify(webhook.fields)}`);
    let isAnswered = false;
    const answer = (what: Answer | null): void => {
      if (isAnswered) return;
      isAnswered = true;
      this.#told(n, what);
      const isSent = answered(what);
      if (what !== null) void deliverer.answered(request, what, isSent).then(recorded);
    };
    process.after(0, () => {
      void deliverer
        .deliver(this.#tenant, request, caller, (claimed) => {
          if (!('claim' in claimed)) return;
          const { deliveryId = '', externalId } = claimed.claim;
          process.after(scale.answerMs, () => {
            answer({ status: 'accepted', deliveryId, externalId });
          });
        })
        .then(answer, (error: unknown) => {
          this.#failed(n, error);
          answer(null);
        });
    });
  }

  /** Somebody decides about the delivery of a webhook, by a call to the ledger that may be lost, or be carried out late. */
  decide(n: number, choice: Choice, webhook: Webhook): void {
    const { admin } = this.#gateway(n);
    this.world.hold(
      this.#find(webhook).then((found) => {
        if (found === undefined) return;
        this.world.tell(`somebody at gateway ${n}: ${choice} ${found.context.key}`);
        this.#choose(admin, choice, { ...found, webhook }).catch((error: unknown) => {
          if (!(error instanceof LedgerUnavailable)) this.wrongs.push(String(error));
        });
      }),
    );
  }

  /** The delivery of a webhook with an id, if it is stored now. */
  async #find({ id }: Webhook): Promise<Found | undefined> {
    const { admin } = this.#ledger.deliveries ?? {};
    const digests = { id: keyring.searchDigests('id', 'acme', id ?? '') };
    const [record] = (await admin?.list({ tenants: ['acme'], digests }, { limit: 1 })) ?? [];
    const sealed = record && (await admin?.webhookOf(record.id));
    return record && sealed && { id: record.id, context: sealed.context };
  }

  async #choose(
    admin: DeliveryAdmin,
    choice: Choice,
    { id, context, webhook }: Found & Readonly<{ webhook: Webhook }>,
  ): Promise<unknown> {
    if (choice === 'replay') return admin.replayOne(id, decision);
    if (choice === 'discard') return admin.discardOne(id, decision);
    if (choice === 'erase')
      return admin.erase('acme', { id: keyring.searchDigests('id', 'acme', webhook.id ?? '') }, decision);
    const corrected = { ...webhook, amount: 11 };
    const { fingerprint, delivery } = requestOf(this.#tenant, corrected, '').entry;
    const { summary, digests } = delivery!;
    const sealed = Uint8Array.from(keyring.seal(JSON.stringify(corrected), context));
    return admin.replayOne(id, decision, { webhook: sealed, summary, digests, fingerprint });
  }

  /** All faults cease, what is parked is replayed, and time passes until everything is done that is stored. */
  async settle(): Promise<void> {
    this.faults.cease();
    const until = this.world.now + patienceMs;
    while (this.world.now < until) {
      await this.world.pass(1000);
      const replayed = await this.#ledger.deliveries?.admin.replayAll({ tenants: ['acme'] }, decision, 1000);
      const due = await this.#ledger.deliveries?.dueTenants();
      if (replayed === 0 && due?.length === 0) return;
    }
    this.wrongs.push('something that is stored is never done though nothing is in its way');
  }

  /** Every gateway learns of other limits. */
  limit(limits: Limits): void {
    this.#tenant = { ...this.#tenant, limits };
    for (const { registry } of this.#gateways) registry.put(registrationOf(this.#tenant));
  }

  /** What is spent of a budget, in rewards. */
  async spent(budget: string): Promise<number> {
    return (await this.#ledger.spent([budget]))[0]?.rewards ?? 0;
  }

  count(marker: string): number {
    return this.omneo.rewards.filter((reward) => reward.marker === marker).length;
  }

  #told(n: number, answer: Answer | null): void {
    if (answer === null) return;
    this.world.tell(`gateway ${n} answers ${answer.status} ${answer.externalId}`);
    if (answer.status === 'accepted') return;
    const { resourceId } = answer.receipt;
    if (!this.omneo.rewards.some(({ id }) => id === resourceId))
      this.wrongs.push(`reward ${resourceId} was answered with 200 and is not there`);
  }

  #failed(n: number, error: unknown): void {
    this.world.tell(`gateway ${n} answers ${error instanceof Problem ? error.code : String(error)}`);
    const isExpected =
      error instanceof LedgerUnavailable ||
      error instanceof BudgetExceeded ||
      (error instanceof Problem && expected.has(error.code)) ||
      error instanceof Parked;
    if (!isExpected) this.wrongs.push(`a webhook failed for no reason: ${String(error)}`);
  }

  #gateway(n: number): Gateway {
    return this.#gateways[n % this.#gateways.length]!;
  }

  #start(n: number): Gateway {
    const { world, faults, omneo } = this;
    const process = new Process(world, 1000 * (n + 1));
    const name = `gateway ${n}`;
    const ledger = new RemoteLedger({ world, process, faults, ledger: this.#ledger, name });
    const { deliveries } = ledger;
    const { clock } = process;
    const deliverer = new Deliverer({
      ...{ ledger, clock, random, log: silent },
      upstream: () => omneo.from(process, name),
      waitMs: scale.waitMs,
      createMs: scale.createMs,
      repeatMs,
      retentionMs: scale.times.retentionMs,
      parkedMs: patienceMs,
      parkedRoom: { take: () => true, has: () => true },
      counts: { of: () => [] },
      onIssued: () => undefined,
      retry: scale.retry,
      inFlight: { isDraining: false },
      registry: { get: () => undefined },
    });
    const registry = new Registry();
    registry.put(registrationOf(this.#tenant));
    const storage = { deliveries, keyring, parkedMs: patienceMs, parkedRoom: { take: () => true } };
    const attempt = deliverTaken({
      ...{ storage, deliverer, clock, random },
      actions: [action],
      onEnded: ({ taken: { id, attempts }, end }) => {
        const what = 'error' in end ? String(end.error) : end.delivered.status;
        world.tell(`courier of ${name}: attempt ${attempts} at ${id}: ${what}`);
      },
    });
    new Courier({
      deliveries,
      registry,
      omneoOf: () => admitsAll,
      deliverTaken: attempt,
      clock,
      log: silent,
      suspensions: new Suspensions({ ledger, clock }),
      goneTenants: { look: () => Promise.resolve() },
      onRound: () => undefined,
    }).start();
    return { process, deliverer, admin: deliveries.admin, registry };
  }
}

function registrationOf(tenant: Tenant): Parameters<Registry['put']>[0] {
  return { key: 'default/acme', slug: 'acme', createdAt: 0, resolution: { webhookSecrets: [], tenant } };
}

/** As it comes to a gateway. Equal bodies are of equal webhooks, whatever mark each of them bears here. */
function requestOf(tenant: Tenant, webhook: Webhook, body: string): IdempotentRequest {
  const request = toIdempotentRequest(tenant, rewardRequestOf(webhook), body, 'request-1');
  return toStoredRequest(
    request,
    { raw: JSON.stringify(webhook), tenant, keyring },
    { separateInMs: resentMs },
  );
}
