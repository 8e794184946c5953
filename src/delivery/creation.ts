import type { Clock } from '../lib/clock.ts';
import { type Log, errorNames } from '../lib/log.ts';
import type { Claim, ClaimResult, LastAttempt, Ledger, Receipt } from '../ledger/ledger.ts';
import type { Omneo } from '../omneo/omneo.ts';
import type { ProfileMatch } from '../omneo/profiles/profiles.ts';
import type { ExpectedReward, Found } from '../omneo/rewards/identify.ts';
import type { NewReward, RewardRows } from '../omneo/rewards/rewards.ts';
import { UpstreamError } from '../omneo/client/upstream.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { LocalTimes } from '../actions/rewards/localtimes.ts';
import { type IdempotentRequest, toReward } from './idempotentrequest.ts';
import { noProfile } from '../actions/rewards/payload.ts';
import { Problem, notReady } from '../lib/problem.ts';
import { UnknownOutcome, refusedTwice } from './unknownoutcome.ts';
import { abandoned, leftToRetry, unprovable, unsettled } from './notnow.ts';

/** Whoever sent the webhook and may wait for its answer. */
export type Caller = Readonly<{
  /** Hung up without an answer. */
  isGone: () => boolean;
  /** Is there, and was not told anything yet. */
  isWaiting: () => boolean;
}>;

/** A webhook whose claim is ours. */
export type Attempt = Readonly<{
  request: IdempotentRequest;
  held: Extract<ClaimResult, { claim: Claim }>;
  caller: Caller;
}>;

/** A reward that exists, and whether this attempt made it. */
export type Outcome = Readonly<{
  status: 'created' | 'duplicate';
  receipt: Receipt;
  /** Whether person_id and e-mail are known to be of two profiles; absent: this attempt looked for none. */
  conflict?: boolean;
}>;

type Parts = Readonly<{
  ledger: Ledger;
  clock: Clock;
  log: Log;
  /** Deadline of a create, in milliseconds; a lease must outlast it. */
  createMs: number;
  /** The process is about to end. */
  isDraining: () => boolean;
}>;

/** Creates what a claim gives the right to, at most once. */
export class Creation {
  readonly #parts: Parts;
  readonly #localTimes = new LocalTimes();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Looks the reward up and creates it if it is not there. Throws UnknownOutcome when a create was sent and nobody knows what
   * came of it; after anything else that is thrown (Problem, UpstreamError, LedgerUnavailable) nothing was created.
   */
  async lookThenCreate(omneo: Omneo, tenant: Tenant, attempt: Attempt): Promise<Outcome> {
    const { request, held } = attempt;
    const { webhook } = request;
    const { externalId } = held.claim;
    const [match, rows] = await both(omneo.findProfile(webhook), lookUp(omneo, attempt));
    const person = match ?? (wasSent(held) ? formerMatch(webhook) : null);
    if (person === null) throw noProfile(webhook);
    const { profileId, matchedBy, conflict = false } = person;
    const { definitionId, amount } = webhook;
    const evidence = held.result === 'unconfirmed' ? { wasSent: wasSent(held), since: held.claimedAt } : {};
    const expected = { externalId, profileId, definitionId, amount, ...evidence };
    const now = this.#parts.clock.now();
    const reward = toReward(webhook, tenant, { profileId, externalId, now, localTimes: this.#localTimes });
    const found = await omneo.identify(rows, expected);
    if (found.kind === 'same') omneo.wasFound(reward);
    const before = found.kind === 'none' ? await findBefore(omneo, attempt, expected) : found;
    if (before.kind === 'other') throw new Problem('id_reused');
    if (before.kind === 'same') {
      const { rewardId } = before;
      return { status: 'duplicate', receipt: { rewardId, matchedBy }, conflict };
    }
    if (match === null) throw noProfile(webhook);
    // What may be there already was dated when the webhook was first worked on.
    const dated = held.result === 'unconfirmed' ? held.claimedAt : now;
    const mayBeThere = toReward(webhook, tenant, {
      profileId,
      externalId,
      now: dated,
      localTimes: this.#localTimes,
    });
    await this.#checkMayCreate(omneo, attempt, mayBeThere);
    const rewardId = await this.#create({ omneo, attempt, reward, expected });
    return { status: 'created', receipt: { rewardId, matchedBy }, conflict };
  }

  /** Throws the problem of an attempt that found nothing and may create nothing all the same. */
  async #checkMayCreate(omneo: Omneo, { request, held, caller }: Attempt, reward: NewReward): Promise<void> {
    if (held.result === 'unconfirmed') {
      if (held.believeMissIn > 0) throw unsettled(held.believeMissIn);
      const isBelieved = await omneo.believesMiss(reward);
      // A refusal says that nothing was made. It alone decides while nothing was made that a look-up could have found.
      if (isBelieved === false || (isBelieved === 'untried' && held.attempt !== 'refused'))
        throw unprovable();
    }
    if (request.anonymous && caller.isGone()) throw abandoned();
    if (this.#parts.isDraining() && isAnswered(caller)) throw leftToRetry();
  }

  async #create(making: Making): Promise<Receipt['rewardId']> {
    const { omneo, attempt, reward } = making;
    const deadline = await this.#outlast(attempt.held.claim);
    try {
      return await omneo.createReward(reward, deadline);
    } catch (error) {
      if (error instanceof UpstreamError && !error.mayHaveHappened) throw error;
      // A bug counts too: it may have struck after the reward was made.
      return await this.#lookAgain(making, error);
    }
  }

  /** After a create whose outcome is unknown: the reward's id if it is there, else UnknownOutcome. */
  async #lookAgain(making: Making, ambiguous: unknown): Promise<Receipt['rewardId']> {
    const found = await this.#findAfter(making, ambiguous);
    if (found?.kind === 'same') return found.rewardId;
    const { omneo, attempt, reward } = making;
    const { request, held } = attempt;
    const isRefusal = ambiguous instanceof UpstreamError && ambiguous.isRefusal;
    const isRefusedAgain = isRefusal && held.result === 'unconfirmed' && held.attempt === 'refused';
    const isFinal = isRefusedAgain && found?.kind === 'none';
    throw new UnknownOutcome(isFinal ? refusedTwice(ambiguous) : ambiguous, {
      attempt: attemptOf(ambiguous),
      isFindable: !request.anonymous && omneo.isFindable(reward),
    });
  }

  /** What a look-up finds after a create; undefined if it brings nothing. */
  async #findAfter({ omneo, attempt, expected }: Making, ambiguous: unknown): Promise<Found | undefined> {
    // Omneo would refuse the look-up too, and count it.
    if (ambiguous instanceof UpstreamError && ambiguous.fault === 'throttled') return undefined;
    try {
      const rows = await omneo.listRewards(expected.externalId);
      const isTaken = ambiguous instanceof UpstreamError && ambiguous.isTaken;
      return await omneo.identify(rows, { ...expected, wasSent: !isTaken });
    } catch (error) {
      const fields = { ...attempt.request.names, error: errorNames(error) };
      this.#parts.log.warn(fields, 'the look-up after a create of unknown outcome failed');
      return undefined;
    }
  }

  /** Makes sure that the claim outlasts a create that begins now, and gives that create's deadline. */
  async #outlast(claim: Claim): Promise<number> {
    const { ledger, clock, createMs } = this.#parts;
    // The clock is read once: the process may be paused between any two steps.
    const soon = clock.monotonic() + createMs;
    if (claim.leasedUntil >= soon) return soon;
    const renewed = await ledger.renew(claim);
    const deadline = clock.monotonic() + createMs;
    if (renewed === null || renewed.leasedUntil < deadline) {
      throw notReady('this attempt took too long');
    }
    return deadline;
  }
}

/** Stands for the profile that an earlier attempt found and that is gone since: its reward can be found, none created. */
function formerMatch({ personId }: IdempotentRequest['webhook']): ProfileMatch {
  return { profileId: '', matchedBy: personId === null ? 'email' : 'klaviyo' };
}

/** What is known of an attempt by how it failed. */
function attemptOf(ambiguous: unknown): LastAttempt {
  if (!(ambiguous instanceof UpstreamError)) return 'sent';
  if (ambiguous.isTaken) return 'unknown';
  return ambiguous.isRefusal ? 'refused' : 'sent';
}

/** What a create is made with. */
type Making = Readonly<{ omneo: Omneo; attempt: Attempt; reward: NewReward; expected: ExpectedReward }>;

/** Whether what Omneo holds under the id can only have come from this very webhook. */
function wasSent(held: Attempt['held']): boolean {
  return held.result === 'unconfirmed' && held.attempt !== 'unknown';
}

/** Before ids that no look-up can be trusted with went by their digest, rewards were made under them as they are. */
async function findBefore(omneo: Omneo, { request }: Attempt, expected: ExpectedReward): Promise<Found> {
  const { id } = request.webhook;
  if (id === null || id === expected.externalId) return { kind: 'none' };
  return omneo.findByRawId({ ...expected, externalId: id, wasSent: false, since: Infinity });
}

function lookUp(omneo: Omneo, { request, held }: Attempt): Promise<RewardRows> {
  const { externalId } = held.claim;
  if (held.result !== 'won') return omneo.listRewards(externalId);
  // An external_id of our own that no attempt has used cannot be there.
  return request.anonymous ? Promise.resolve([]) : omneo.listUntried(externalId);
}

/**
 * What two calls to Omneo bring. When one fails the other is waited for all the same: a webhook gives its place back
 * as it ends, and no call may go on without one.
 */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

/** Whether the caller was told to come back, since nothing else is told before an attempt ends. */
function isAnswered(caller: Caller): boolean {
  return !caller.isWaiting() && !caller.isGone();
}
