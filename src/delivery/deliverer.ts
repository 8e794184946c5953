import type { Clock } from '../lib/clock.ts';
import type { WaitingReason } from '../ledger/deliveries/deliveries.ts';
import type { ClaimResult, Ledger } from '../ledger/ledger.ts';
import type { Log } from '../lib/log.ts';
import type { Omneo } from '../omneo/omneo.ts';
import { waitForRoom } from '../omneo/pace/waitforroom.ts';
import type { Registry } from '../tenants/registry.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { Claimer, type OnClaimed } from './claimer.ts';
import type { LatestCounts } from './counts/latestcounts.ts';
import { isNews } from './events/isnews.ts';
import { keptUntilNotifiedMs } from './events/notifyfor.ts';
import type { Accepted, Issued } from './delivered.ts';
import { LedgerWriter, type Retry } from './ledgerwriter.ts';
import { Attempt, type Caller, type ClaimedRequest, type AttemptResult, type Reserve } from './attempt.ts';
import { type Progress, StoredFailures } from './storedfailures.ts';
import { type ParkedRoom, isFullOfHeld } from './limits/parkedroom.ts';
import { TenantBudgets } from './limits/tenantbudgets.ts';
import { Suspensions } from './limits/suspensions.ts';
import { type FailedAttempt, issuedNote } from './outcome/attemptnote.ts';
import { UnknownOutcome } from './outcome/unknownoutcome.ts';
import { paceTaken } from './notnow.ts';
import type { IdempotentRequest } from './idempotentrequest.ts';
import { Problem, notReady } from '../lib/problem.ts';

type DelivererParts = Readonly<{
  ledger: Ledger;
  upstream: (tenant: Tenant) => Omneo;
  clock: Clock;
  random: () => number;
  log: Log;
  /** How long a copy of a webhook waits for the one that is under way, in milliseconds. */
  waitMs: number;
  /** Deadline of a create, in milliseconds; a lease must outlast it. */
  createMs: number;
  /** After its answer, an equal webhook without an id counts as a retry for so long, in milliseconds. */
  repeatMs: number;
  /** How long what is issued is remembered, in milliseconds. */
  retentionMs: number;
  /** How long what is parked is kept, in milliseconds. */
  parkedMs: number;
  /** Whether another one may be parked, held, or put into the outbox. */
  parkedRoom: Pick<ParkedRoom, 'take' | 'has'>;
  /** What waits, as it was counted last. */
  counts: Pick<LatestCounts, 'of'>;
  /** Called with each thing that was made, once, with its tenant and what it is worth, in whole hundredths of its amount. */
  onIssued: (slug: string, cents: number) => void;
  /** How the ledger is given what it could not record at once. */
  retry: Retry;
  /** Whether the process is about to end. */
  inFlight: Readonly<{ isDraining: boolean }>;
  /** Says which tenants are suspended. */
  registry: Pick<Registry, 'get'>;
}>;

/**
 * Delivers webhooks to Omneo, each once. Nothing is created without a claim in the ledger, and a create whose outcome
 * is unknown is looked up, never repeated, until the ledger's settle window has passed. A webhook that the ledger stores
 * is accepted when an attempt at it fails that may pass by itself.
 */
export class Deliverer {
  readonly #parts: DelivererParts;
  readonly #claimer: Claimer;
  readonly #ledgerWriter: LedgerWriter;
  readonly #storedFailures: StoredFailures;
  readonly #budgets: TenantBudgets;

  constructor(parts: DelivererParts) {
    this.#parts = parts;
    this.#claimer = new Claimer(parts);
    this.#ledgerWriter = new LedgerWriter(parts);
    const suspensions = new Suspensions(parts);
    this.#budgets = new TenantBudgets(parts);
    this.#storedFailures = new StoredFailures({ ...parts, suspensions, ledgerWriter: this.#ledgerWriter });
  }

  /**
   * Creates what the webhook asks for, or finds that it was created; or accepts it, if it is stored and that cannot be
   * done now.
   *
   * @throws Problem, UpstreamError, LedgerUnavailable, or Parked, with one of them as its cause
   */
  async deliver(
    tenant: Tenant,
    request: IdempotentRequest,
    caller: Caller,
    onClaimed: OnClaimed = () => undefined,
  ): Promise<Issued | Accepted> {
    const claimed = await this.#claimer.claim(request, onClaimed);
    if (claimed.result !== 'won' && claimed.result !== 'unconfirmed')
      return this.#answerCopy(tenant, request, claimed);
    const ours = { request, held: claimed, caller };
    const progress = { attempts: 1, triedSince: this.#parts.clock.now() };
    const isStored = claimed.claim.deliveryId !== undefined;
    // Before the pace is asked: it keeps what it has for those that are tried.
    const refusal = tenant.limits && this.#refusalOfNew(tenant, ours);
    if (refusal !== undefined) return this.#failed(tenant, ours, { error: refusal, tookMs: 0 }, progress);
    const omneo = this.#parts.upstream(tenant);
    const first = omneo.admit('arrives');
    const admission = first.ok || isStored ? first : await waitForRoom(omneo, first, this.#parts);
    if (!admission.ok) {
      const failed = { error: paceTaken(admission.retryInMs), tookMs: 0 };
      return this.#failed(tenant, ours, failed, progress);
    }
    return this.#attempt(tenant, ours, progress);
  }

  /**
   * Stores the webhook without an attempt, which is made later.
   *
   * @throws as `deliver`
   */
  async accept(
    tenant: Tenant,
    request: IdempotentRequest,
    { reason, dueInMs }: Readonly<{ reason: WaitingReason; dueInMs: number }>,
    onClaimed: OnClaimed = () => undefined,
  ): Promise<Issued | Accepted> {
    // It would be held after that. Nothing is lost: it comes back, as one of a synchronous tenant does.
    const isHeld = reason === 'throttled' && request.webhook.isFree !== true;
    if (isHeld && isFullOfHeld(tenant, this.#parts.parkedRoom)) throw new Problem('overloaded');
    const claimed = await this.#claimer.claim(request, onClaimed);
    if (claimed.result !== 'won' && claimed.result !== 'unconfirmed')
      return this.#answerCopy(tenant, request, claimed);
    return this.#storedFailures.postpone({ request, claim: claimed.claim }, { wait: reason, dueInMs });
  }

  /**
   * Makes one attempt at what waited, under a claim that is ours, which the pace has admitted, and records how it ended.
   *
   * @throws as `deliver`
   */
  async work(tenant: Tenant, ours: ClaimedRequest, progress: Progress): Promise<Issued | Accepted> {
    const { cents, isFree } = ours.request.webhook;
    const mayBeRefused = ours.held.result === 'won' && progress.isReleased !== true && isFree !== true;
    const refusal = mayBeRefused ? this.#budgets.refusalOf(tenant, cents) : undefined;
    if (refusal === undefined) return this.#attempt(tenant, ours, progress);
    this.#parts.upstream(tenant).giveBack(1);
    return this.#failed(tenant, ours, { error: refusal, tookMs: 0 }, progress);
  }

  /** Makes one attempt, and records how it ended. */
  async #attempt(tenant: Tenant, ours: ClaimedRequest, progress: Progress): Promise<Issued | Accepted> {
    const { clock } = this.#parts;
    const { perDay, perProfilePerDay } = tenant.limits ?? {};
    const isFree = ours.request.webhook.isFree === true;
    const hasBudgets = !isFree && (perDay !== undefined || perProfilePerDay !== undefined);
    const begun = clock.monotonic();
    let result: AttemptResult;
    try {
      result = await new Attempt(this.#parts, ours, {
        tenant,
        omneo: this.#parts.upstream(tenant),
        reserve: hasBudgets ? this.#reserveOf(tenant, ours) : undefined,
      }).lookThenCreate();
    } catch (error) {
      return this.#failed(tenant, ours, { error, tookMs: clock.monotonic() - begun }, progress);
    }
    return this.#settle(tenant, ours, result, clock.monotonic() - begun);
  }

  /** What charges the budgets of a tenant that has some. */
  #reserveOf(tenant: Tenant, { held, request: { webhook } }: ClaimedRequest): Reserve {
    const { cents } = webhook;
    return (profileId) => this.#budgets.reserve(tenant, held.claim, { cents, profileId });
  }

  /**
   * Why Omneo is asked nothing for a webhook that comes now: it would be held anyway, or it is stored and waits behind what is
   * held. What may be there already is looked up all the same.
   */
  #refusalOfNew(tenant: Tenant, { held, request: { webhook } }: ClaimedRequest): Problem | undefined {
    if (held.result !== 'won' || webhook.isFree === true) return undefined;
    const isStored = held.claim.deliveryId !== undefined;
    return isStored
      ? this.#budgets.refusalOfStored(tenant, webhook.cents)
      : this.#budgets.refusalOf(tenant, webhook.cents);
  }

  /**
   * Postpones or parks a delivery whose attempt did not come as far as `work`.
   *
   * @throws Parked
   */
  recordFailure(
    tenant: Tenant,
    ours: Readonly<{ request: Pick<IdempotentRequest, 'names'>; held: ClaimedRequest['held'] }>,
    failed: FailedAttempt,
    progress: Progress,
  ): Promise<Accepted> {
    return this.#storedFailures.record(tenant, ours, failed, progress);
  }

  /**
   * Records whether the answer to a webhook was sent. A webhook that has no id is then done: an equal one is a new one,
   * as soon as it can be no retry. One of which no answer was sent is kept for its retry.
   */
  answered(request: IdempotentRequest, answer: Issued | Accepted, isSent: boolean): Promise<void> {
    if (!request.withoutId) return answer.status === 'accepted' ? Promise.resolve() : answer.settled;
    const outcome = { isSent, keepMs: this.#parts.repeatMs };
    // Names what was made, so that a change that is held up cannot hit the next one under this key.
    return this.#ledgerWriter.recordAnswer(request, answer, outcome);
  }

  /** What has no id is kept for so long until it is known whether its answer went out, in milliseconds. */
  get #untilAnsweredMs(): number {
    return Math.max(this.#parts.repeatMs, this.#parts.retry.forMs);
  }

  /** What a webhook is answered with whose key is somebody else's. */
  async #answerCopy(
    tenant: Tenant,
    request: IdempotentRequest,
    claimed: Exclude<ClaimResult, { claim: unknown }>,
  ): Promise<Issued | Accepted> {
    switch (claimed.result) {
      case 'issued': {
        const { receipt, externalId } = claimed;
        // After a restart no look-up has been proven yet; one for this can prove it.
        request.webhook.exists(this.#parts.upstream(tenant), externalId, receipt.resourceId);
        await this.#expectAnswer(request, externalId);
        return { status: 'duplicate', receipt, externalId, mayBeAnswered: true, settled: Promise.resolve() };
      }
      case 'busy':
      case 'accepted':
        if (claimed.accepted === undefined || this.#mayBeForgotten(tenant, claimed))
          throw notReady('the same id is being worked on');
        await this.#expectAnswer(request, claimed.accepted.externalId);
        return { status: 'accepted', ...claimed.accepted };
      case 'mismatch':
        throw new Problem('id_reused');
      case 'full':
        throw new Problem('overloaded');
    }
  }

  /** Without room to park it, or to hold it, what is worked on may be forgotten: a copy must not be told that it is stored. */
  #mayBeForgotten(tenant: Tenant, { result }: ClaimResult): boolean {
    const { parkedRoom } = this.#parts;
    return result === 'busy' && (!parkedRoom.has(tenant.slug) || isFullOfHeld(tenant, parkedRoom));
  }

  async #expectAnswer({ entry, withoutId }: IdempotentRequest, externalId: string): Promise<void> {
    if (withoutId) await this.#parts.ledger.expectAnswer(entry.key, externalId, this.#untilAnsweredMs);
  }

  /** Records an attempt that failed, and accepts the webhook if it is stored and the failure may pass. */
  async #failed(
    tenant: Tenant,
    ours: ClaimedRequest,
    failed: FailedAttempt,
    progress: Progress,
  ): Promise<Accepted> {
    if (ours.held.claim.deliveryId !== undefined) {
      const isNew = ours.caller.isWaiting() && isBroughtBy(ours);
      return this.#storedFailures.record(tenant, ours, failed, { ...progress, isNew });
    }
    throw await this.#giveBack(ours, failed.error);
  }

  /** Gives the claim of a failed attempt back, marked if a create may have taken effect; gives what to throw. */
  async #giveBack({ held: { claim }, request: { names } }: ClaimedRequest, error: unknown): Promise<unknown> {
    if (error instanceof UnknownOutcome) {
      await this.#ledgerWriter.markUnconfirmed(claim, error.unconfirmed, names);
      return error.cause;
    }
    await this.#ledgerWriter.release(claim, names);
    return error;
  }

  async #settle(
    tenant: Tenant,
    ours: ClaimedRequest,
    outcome: AttemptResult,
    tookMs: number,
  ): Promise<Issued> {
    const { request, held, caller } = ours;
    const { claim } = held;
    const isStored = claim.deliveryId !== undefined;
    // A caller without an answer, or with one that asks it to come back, comes back.
    const answerMs = request.withoutId && !isStored && caller.isWaiting() ? this.#untilAnsweredMs : undefined;
    if (outcome.isNew === true) this.#parts.onIssued(request.names.tenant, request.webhook.cents);
    const note = isStored ? issuedNote(outcome.receipt, tookMs) : undefined;
    const isToNotify = isStored && tenant.klaviyoEvents !== undefined && isNews(held, outcome);
    const toOutbox = isToNotify && this.#parts.parkedRoom.take(tenant.slug, 'unsent');
    const keepMs = toOutbox ? Math.max(this.#parts.retentionMs, keptUntilNotifiedMs) : answerMs;
    const settlement = { receipt: outcome.receipt, keepMs, note, toOutbox };
    const { isRecorded, settled } = await this.#ledgerWriter.settle(claim, settlement, request);
    // An entry that stays pending would be looked up by the next equal webhook, and answer it with what is this one's,
    // unless it is stored: then a courier finds out what is its own.
    const mayBeAnswered = isRecorded || !request.withoutId || isStored;
    return { ...outcome, externalId: claim.externalId, mayBeAnswered, settled };
  }
}

/** Whether this very webhook was the first to be stored under its key; else the delivery has the id of an earlier one. */
function isBroughtBy({ request, held }: ClaimedRequest): boolean {
  return held.claim.deliveryId === request.entry.delivery?.id;
}
