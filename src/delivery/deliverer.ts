import type { Clock } from '../lib/clock.ts';
import { type ClaimResult, type Claimed, type Ledger, LedgerUnavailable } from '../ledger/ledger.ts';
import type { Log } from '../lib/log.ts';
import type { Omneo } from '../omneo/omneo.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { LedgerWriter, type Retry } from './ledgerwriter.ts';
import { type Attempt, type Caller, Creation, type Outcome } from './creation.ts';
import { UnknownOutcome } from './unknownoutcome.ts';
import type { IdempotentRequest } from './idempotentrequest.ts';
import { Problem, notReady } from '../lib/problem.ts';

/** What a successful webhook is answered with. */
export type Issued = Outcome &
  Readonly<{
    externalId: string;
    /** Whether the caller may be told, or is to come back since the ledger does not know of the reward yet. */
    mayBeAnswered: boolean;
    /** Resolves when the ledger has heard of it, or is given up on. */
    settled: Promise<void>;
  }>;

type Parts = Readonly<{
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
  /** How the ledger is told what it could not be told at once. */
  retry: Retry;
  /** The process is about to end. */
  isDraining: () => boolean;
}>;

/** A webhook without an id that finds its like issued waits this long, in milliseconds: the like may just be being answered. */
const answeringMs = 300;

/**
 * Issues rewards, each once. Nothing is created without a claim in the ledger, and a create whose outcome is
 * unknown is looked up, never repeated, until the ledger's settle window has passed.
 */
export class Deliverer {
  readonly #parts: Parts;
  readonly #creation: Creation;
  readonly #ledgerWriter: LedgerWriter;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#creation = new Creation(parts);
    this.#ledgerWriter = new LedgerWriter(parts);
  }

  /**
   * Issues the reward, or finds that it was issued. `told` hears what the ledger says to the claim. Throws Problem,
   * UpstreamError or LedgerUnavailable.
   */
  async issue(
    tenant: Tenant,
    request: IdempotentRequest,
    caller: Caller,
    told: (claimed: Claimed) => void = () => undefined,
  ): Promise<Issued> {
    const { ledger, upstream } = this.#parts;
    const claimed = await this.#claim(request).catch((error: unknown) => {
      if (error instanceof LedgerUnavailable) told('unavailable');
      throw error;
    });
    told(claimed.result);
    switch (claimed.result) {
      case 'issued': {
        const { receipt, externalId } = claimed;
        // After a restart nothing has been shown to be found yet; this reward can show it.
        upstream(tenant).wasIssued({ ...request.webhook.fields, external_id: externalId }, receipt.rewardId);
        if (request.anonymous) await ledger.expectAnswer(request.entry.key, externalId, this.#newsMs());
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
        const attempt = { request, held: claimed, caller };
        return await this.#settle(attempt, await this.#make(tenant, attempt));
      }
    }
  }

  /**
   * Told whether the answer to a success went out. A webhook that has no id is then done: an equal one is another
   * reward, as soon as it can be no retry. One of which no answer went out is kept for its retry.
   */
  async answered(request: IdempotentRequest, issued: Issued, isSent: boolean): Promise<void> {
    const outcome = { isSent, keepMs: this.#parts.repeatMs };
    // Names the reward, so that a change that is held up cannot hit the next one that is issued under this key.
    if (request.anonymous) await this.#ledgerWriter.recordAnswer(request, issued, outcome);
    else await issued.settled;
  }

  /** Claims the request's key; while another copy holds it, waits for that one's result. */
  async #claim({ entry, anonymous }: IdempotentRequest): Promise<ClaimResult> {
    const { ledger, clock, waitMs } = this.#parts;
    const begun = clock.monotonic();
    for (let pause = 20; ; pause = Math.min(pause * 2, 320)) {
      const claimed = await ledger.claim(entry);
      const waited = clock.monotonic() - begun;
      const answering = claimed.result === 'issued' && anonymous && waited < answeringMs;
      if (!(claimed.result === 'busy' || answering) || waited + pause > waitMs) return claimed;
      await clock.sleep(pause);
      // Slept through a pause of the process: the caller is gone, and what it then sent elsewhere may be done and dropped.
      if (clock.monotonic() - begun > waitMs) return claimed;
    }
  }

  /** Looks for the reward, and creates it. When that fails the claim is given back, in doubt if need be. */
  async #make(tenant: Tenant, attempt: Attempt): Promise<Outcome> {
    const { claim } = attempt.held;
    const { names } = attempt.request;
    try {
      return await this.#creation.lookThenCreate(this.#parts.upstream(tenant), tenant, attempt);
    } catch (error) {
      if (error instanceof UnknownOutcome) {
        await this.#ledgerWriter.markUnconfirmed(claim, error.unconfirmed, names);
        throw error.cause;
      }
      await this.#ledgerWriter.release(claim, names);
      throw error;
    }
  }

  async #settle({ request, held: { claim }, caller }: Attempt, outcome: Outcome): Promise<Issued> {
    // A caller who was told nothing, or to come back, comes back.
    const keepMs = request.anonymous && caller.isWaiting() ? this.#newsMs() : undefined;
    const { isRecorded, settled } = await this.#ledgerWriter.settle(
      claim,
      outcome.receipt,
      keepMs,
      request.names,
    );
    // An entry that stays pending would be looked up by the next equal webhook, and give it this one's reward.
    const mayBeAnswered = isRecorded || !request.anonymous;
    return { ...outcome, externalId: claim.externalId, mayBeAnswered, settled };
  }

  /** What has no id is kept for so long until it is known whether its answer went out, in milliseconds. */
  #newsMs(): number {
    const { repeatMs, retry } = this.#parts;
    return Math.max(repeatMs, retry.forMs);
  }
}
