import type { ActionAttempt, Existing } from '../actions/action.ts';
import {
  type Claim,
  type ClaimResult,
  type LastAttempt,
  type Ledger,
  LedgerUnavailable,
  type Receipt,
} from '../ledger/ledger.ts';
import type { Clock } from '../lib/clock.ts';
import { type Log, errorNames } from '../lib/log.ts';
import { Problem, notReady } from '../lib/problem.ts';
import type { ResourceId } from '../lib/resourceid.ts';
import { UpstreamError } from '../omneo/client/upstream.ts';
import type { Omneo } from '../omneo/omneo.ts';
import type { Limits } from '../tenants/limits.ts';
import type { Registry } from '../tenants/registry.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { IdempotentRequest } from './idempotentrequest.ts';
import { knownOf } from './known.ts';
import { SuspendedMeanwhile } from './limits/suspendedmeanwhile.ts';
import { abandoned, leftToRetry, unprovable, unsettled } from './notnow.ts';
import { UnknownOutcome, refusedTwice } from './outcome/unknownoutcome.ts';

/** The sender of the webhook, who may wait for its answer. */
export type Caller = Readonly<{
  /** Hung up without an answer. */
  isGone: () => boolean;
  /** Is there, and has no answer yet. */
  isWaiting: () => boolean;
}>;

/** A webhook whose claim is ours. */
export type ClaimedRequest = Readonly<{
  request: IdempotentRequest;
  held: Extract<ClaimResult, { claim: Claim }>;
  caller: Caller;
}>;

/** A claim after an attempt whose outcome is unknown. */
type Unconfirmed = Extract<ClaimResult, { result: 'unconfirmed' }>;

/** What a webhook asked for, which exists now, and whether this attempt made it. */
export type AttemptResult = Readonly<{
  status: 'created' | 'duplicate';
  receipt: Receipt;
  /** This very webhook made it: in this attempt, or in one before of which nobody knew the outcome. */
  isNew?: boolean;
  /** Whether person_id and e-mail are known to be of two profiles; absent: this attempt looked for none. */
  conflict?: boolean;
}>;

type AttemptParts = Readonly<{
  ledger: Ledger;
  clock: Clock;
  log: Log;
  /** Deadline of a create, in milliseconds; a lease must outlast it. */
  createMs: number;
  /** Whether the process is about to end. */
  inFlight: Readonly<{ isDraining: boolean }>;
  /** Says which tenants are suspended. */
  registry: Pick<Registry, 'get'>;
}>;

/** Charges the budgets of a tenant for what is about to be created for this profile. Throws Problem or LedgerUnavailable. */
export type Reserve = (profileId: string) => Promise<void>;

type AttemptFor = Readonly<{
  tenant: Tenant;
  omneo: Omneo;
  /** What reserves from the budgets of the tenant; undefined: it has none. */
  reserve: Reserve | undefined;
}>;

/** One attempt at what a claim gives the right to. It creates once at most. */
export class Attempt {
  readonly #parts: AttemptParts;
  readonly #claimed: ClaimedRequest;
  readonly #limits: Limits | undefined;
  readonly #action: ActionAttempt;
  readonly #reserve: Reserve | undefined;

  constructor(parts: AttemptParts, claimed: ClaimedRequest, { tenant, omneo, reserve }: AttemptFor) {
    this.#parts = parts;
    this.#limits = tenant.limits;
    this.#reserve = reserve;
    this.#claimed = claimed;
    const { request, held } = claimed;
    const { externalId } = held.claim;
    this.#action = request.webhook.begin(omneo, {
      externalId,
      now: parts.clock.now(),
      claimedAt: held.claimedAt,
      known: (...asked) => knownOf(parts.ledger, tenant, ...asked),
      mayWait: !claimed.caller.isWaiting(),
      earlier: held.result === 'won' ? null : { wasSent: wasSent(held) },
    });
  }

  /**
   * Looks for what the webhook asks for, and creates it if it is not there.
   *
   * @throws UnknownOutcome when a create was sent and its outcome is unknown. After anything else that is thrown
   * (Problem, UpstreamError, LedgerUnavailable) nothing was created.
   */
  async lookThenCreate(): Promise<AttemptResult> {
    const { existing, match } = await this.#action.find();
    if (existing.kind === 'other') throw new Problem('id_reused');
    const { matchedBy, conflict, profileId } = match;
    if (existing.kind === 'same') {
      const receipt = { resourceId: existing.resourceId, matchedBy };
      return { status: 'duplicate', receipt, conflict, isNew: wasSent(this.#claimed.held) };
    }
    // Each waits only for what there is to ask: nearly every webhook is new, and its tenant without budgets.
    if (this.#claimed.held.result === 'unconfirmed') await this.#checkMiss(this.#claimed.held);
    this.#checkMayCreate();
    if (this.#reserve !== undefined) await this.#reserve(profileId);
    const receipt = { resourceId: await this.#create(), matchedBy };
    return { status: 'created', receipt, conflict, isNew: true };
  }

  /** Throws the problem of an attempt that found nothing, after an earlier one, if that need not mean that nothing is there. */
  async #checkMiss({ missConclusiveIn, attempt }: Unconfirmed): Promise<void> {
    if (missConclusiveIn > 0) throw unsettled(missConclusiveIn);
    const isBelieved = await this.#action.isMissConclusive();
    // A refusal says that nothing was made. It alone decides while nothing was made that a look-up could have found.
    if (isBelieved === false || (isBelieved === 'untried' && attempt !== 'refused')) throw unprovable();
  }

  /** Throws the problem of an attempt that found nothing and may create nothing all the same. */
  #checkMayCreate(): void {
    const { request, held, caller } = this.#claimed;
    if (request.withoutId && held.claim.deliveryId === undefined && caller.isGone()) throw abandoned();
    if (this.#parts.inFlight.isDraining && isAnswered(caller)) throw leftToRetry();
    // Only now: what exists already is answered, whatever is allowed since.
    if (this.#limits !== undefined) request.webhook.checkLimits(this.#limits);
  }

  async #create(): Promise<ResourceId> {
    const { held, request } = this.#claimed;
    const deadline = this.#deadlineWithin(held.claim) ?? (await this.#renewedDeadline(held.claim));
    // Asked last of all: who suspends wants no create to begin from then on.
    const resolution = this.#parts.registry.get(request.names.tenant);
    if (resolution !== undefined && 'suspended' in resolution) throw new SuspendedMeanwhile();
    try {
      return await this.#action.create(deadline);
    } catch (error) {
      if (isUnsent(error)) throw error;
      // A bug counts too: it may have struck after the create took effect.
      return await this.#lookAgain(error);
    }
  }

  /** After a create whose outcome is unknown: the id of what is there, else UnknownOutcome. */
  async #lookAgain(ambiguous: unknown): Promise<ResourceId> {
    const found = await this.#findAgain(ambiguous);
    if (found?.kind === 'same') return found.resourceId;
    const { request, held } = this.#claimed;
    const isRefusal = ambiguous instanceof UpstreamError && ambiguous.isRefusal;
    const isRefusedAgain = isRefusal && held.result === 'unconfirmed' && held.attempt === 'refused';
    const isFinal = isRefusedAgain && found?.kind === 'none';
    throw new UnknownOutcome(isFinal ? refusedTwice(ambiguous) : ambiguous, {
      attempt: lastAttemptOf(ambiguous),
      isFindable: !request.withoutId && this.#action.isFindable(),
    });
  }

  /** What a look-up finds after a create; undefined if it brings nothing. */
  async #findAgain(ambiguous: unknown): Promise<Existing | undefined> {
    const error = ambiguous instanceof UpstreamError ? ambiguous : undefined;
    // Omneo would refuse the look-up too, and count it.
    if (error?.fault === 'throttled') return undefined;
    try {
      return await this.#action.findAgain(error?.isTaken ?? false);
    } catch (failure) {
      const fields = { ...this.#claimed.request.names, error: errorNames(failure) };
      this.#parts.log.warn(fields, 'the look-up after a create of unknown outcome failed');
      return undefined;
    }
  }

  /** The deadline of a create that begins now; undefined if the claim does not outlast it. */
  #deadlineWithin({ leasedUntil }: Claim): number | undefined {
    const { clock, createMs } = this.#parts;
    // The clock is read once: the process may be paused between any two steps.
    const deadline = clock.monotonic() + createMs;
    return leasedUntil >= deadline ? deadline : undefined;
  }

  /** The same, once the claim is renewed so that it outlasts that. */
  async #renewedDeadline(claim: Claim): Promise<number> {
    const { ledger, clock, createMs } = this.#parts;
    const renewed = await ledger.renew(claim);
    const deadline = clock.monotonic() + createMs;
    if (renewed === null || renewed.leasedUntil < deadline) {
      throw notReady('this attempt took too long');
    }
    return deadline;
  }
}

/** Whether it is certain that no create took effect. */
function isUnsent(error: unknown): boolean {
  return error instanceof LedgerUnavailable || (error instanceof UpstreamError && !error.mayHaveHappened);
}

/** What is known of an attempt by how it failed. */
function lastAttemptOf(ambiguous: unknown): LastAttempt {
  if (!(ambiguous instanceof UpstreamError)) return 'sent';
  if (ambiguous.isTaken) return 'unknown';
  return ambiguous.isRefusal ? 'refused' : 'sent';
}

/** Whether what Omneo holds under the id can only have come from this very webhook. */
function wasSent(held: ClaimedRequest['held']): boolean {
  return held.result === 'unconfirmed' && held.attempt !== 'unknown';
}

/** Whether the caller has an answer that asks it to come back: nothing else is sent before an attempt ends. */
function isAnswered(caller: Caller): boolean {
  return !caller.isWaiting() && !caller.isGone();
}
