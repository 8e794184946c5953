import type { Clock } from '../lib/clock.ts';
import { type ClaimResult, type ClaimStatus, type Ledger, LedgerUnavailable } from '../ledger/ledger.ts';
import type { Log } from '../lib/log.ts';
import type { Omneo } from '../omneo/omneo.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { LedgerWriter, type Retry } from './ledgerwriter.ts';
import { Attempt, type Caller, type ClaimedRequest, type AttemptResult } from './attempt.ts';
import { UnknownOutcome } from './unknownoutcome.ts';
import { paceTaken } from './notnow.ts';
import type { IdempotentRequest } from './idempotentrequest.ts';
import { Problem, notReady } from '../lib/problem.ts';

/** What a successful webhook is answered with. */
export type Issued = AttemptResult &
  Readonly<{
    externalId: string;
    /** Whether the caller may have the answer, or is to come back since the ledger has not recorded this yet. */
    mayBeAnswered: boolean;
    /** Resolves when the ledger has recorded it, or the tries are over. */
    settled: Promise<void>;
  }>;

type DelivererParts = Readonly<{
  ledger: Ledger;
  upstream: (tenant: Tenant) => Omneo;
  clock: Clock;
  log: Log;
  /** How long a copy of a webhook waits for the one that is under way, in milliseconds. */
  waitMs: number;
  /** Deadline of a create, in milliseconds; a lease must outlast it. */
  createMs: number;
  /** After its answer, an equal webhook without an id counts as a retry for so long, in milliseconds. */
  repeatMs: number;
  /** How the ledger is given what it could not record at once. */
  retry: Retry;
  /** The process is about to end. */
  isDraining: () => boolean;
}>;

/** A webhook without an id that finds its like issued waits this long, in milliseconds: the like may just be being answered. */
const answeringMs = 300;

/**
 * Delivers webhooks to Omneo, each once. Nothing is created without a claim in the ledger, and a create whose outcome
 * is unknown is looked up, never repeated, until the ledger's settle window has passed.
 */
export class Deliverer {
  readonly #parts: DelivererParts;
  readonly #ledgerWriter: LedgerWriter;

  constructor(parts: DelivererParts) {
    this.#parts = parts;
    this.#ledgerWriter = new LedgerWriter(parts);
  }

  /**
   * Creates what the webhook asks for, or finds that it was created. `onClaimed` is called with the ledger's answer to
   * the claim.
   *
   * @throws Problem, UpstreamError or LedgerUnavailable
   */
  async deliver(
    tenant: Tenant,
    request: IdempotentRequest,
    caller: Caller,
    onClaimed: (claimed: ClaimStatus) => void = () => undefined,
  ): Promise<Issued> {
    const { ledger, upstream } = this.#parts;
    const claimed = await this.#claim(request).catch((error: unknown) => {
      if (error instanceof LedgerUnavailable) onClaimed('unavailable');
      throw error;
    });
    onClaimed(claimed.result);
    switch (claimed.result) {
      case 'issued': {
        const { receipt, externalId } = claimed;
        // After a restart no look-up has been proven yet; one for this can prove it.
        request.webhook.exists(upstream(tenant), externalId, receipt.resourceId);
        if (request.withoutId)
          await ledger.expectAnswer(request.entry.key, externalId, this.#untilAnsweredMs());
        return { status: 'duplicate', receipt, externalId, mayBeAnswered: true, settled: Promise.resolve() };
      }
      case 'busy':
        throw notReady('the same id is being worked on');
      case 'mismatch':
        throw new Problem('id_reused');
      case 'full':
        throw new Problem('overloaded');
      case 'won':
      case 'unconfirmed': {
        const ours = { request, held: claimed, caller };
        return await this.#settle(ours, await this.#attempt(tenant, ours));
      }
    }
  }

  /**
   * Records whether the answer to a success was sent. A webhook that has no id is then done: an equal one is a new one,
   * as soon as it can be no retry. One of which no answer was sent is kept for its retry.
   */
  async answered(request: IdempotentRequest, issued: Issued, isSent: boolean): Promise<void> {
    const outcome = { isSent, keepMs: this.#parts.repeatMs };
    // Names what was made, so that a change that is held up cannot hit the next one under this key.
    if (request.withoutId) await this.#ledgerWriter.recordAnswer(request, issued, outcome);
    else await issued.settled;
  }

  /** Claims the request's key; while another copy holds it, waits for that one's result. */
  async #claim({ entry, withoutId }: IdempotentRequest): Promise<ClaimResult> {
    const { ledger, clock, waitMs } = this.#parts;
    const begun = clock.monotonic();
    for (let pause = 20; ; pause = Math.min(pause * 2, 320)) {
      const claimed = await ledger.claim(entry);
      const waited = clock.monotonic() - begun;
      const answering = claimed.result === 'issued' && withoutId && waited < answeringMs;
      if (!(claimed.result === 'busy' || answering) || waited + pause > waitMs) return claimed;
      await clock.sleep(pause);
      // Slept through a pause of the process: the caller is gone, and what it then sent elsewhere may be done and dropped.
      if (clock.monotonic() - begun > waitMs) return claimed;
    }
  }

  /** One attempt. When it fails the claim is given back, and marked if a create may have taken effect. */
  async #attempt(tenant: Tenant, ours: ClaimedRequest): Promise<AttemptResult> {
    const { claim } = ours.held;
    const { names } = ours.request;
    try {
      const omneo = this.#parts.upstream(tenant);
      const admission = omneo.admit('arrives');
      if (!admission.ok) throw paceTaken(admission.retryInMs);
      return await new Attempt(this.#parts, ours, omneo).lookThenCreate();
    } catch (error) {
      if (error instanceof UnknownOutcome) {
        await this.#ledgerWriter.markUnconfirmed(claim, error.unconfirmed, names);
        throw error.cause;
      }
      await this.#ledgerWriter.release(claim, names);
      throw error;
    }
  }

  async #settle(
    { request, held: { claim }, caller }: ClaimedRequest,
    outcome: AttemptResult,
  ): Promise<Issued> {
    // A caller without an answer, or with one that asks it to come back, comes back.
    const keepMs = request.withoutId && caller.isWaiting() ? this.#untilAnsweredMs() : undefined;
    const { isRecorded, settled } = await this.#ledgerWriter.settle(claim, outcome.receipt, keepMs, request);
    // An entry that stays pending would be looked up by the next equal webhook, and answer it with what is this one's.
    const mayBeAnswered = isRecorded || !request.withoutId;
    return { ...outcome, externalId: claim.externalId, mayBeAnswered, settled };
  }

  /** What has no id is kept for so long until it is known whether its answer went out, in milliseconds. */
  #untilAnsweredMs(): number {
    const { repeatMs, retry } = this.#parts;
    return Math.max(repeatMs, retry.forMs);
  }
}
