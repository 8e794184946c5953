import type { Clock } from '../clock.ts';
import { type Log, errorNames } from '../log.ts';
import type { Claim, ClaimResult, Ledger, Receipt } from '../ledger/ledger.ts';
import type { Omneo } from '../omneo/omneo.ts';
import type { NewReward } from '../omneo/newreward.ts';
import type { ExpectedReward, RewardRows } from '../omneo/rewards.ts';
import { UpstreamError } from '../omneo/upstream.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { LocalTimes } from './localtimes.ts';
import { type Order, toReward } from './order.ts';
import { noProfile } from './payload.ts';
import { Problem, notReady } from './problem.ts';

/** Whoever sent the webhook and may wait for its answer. */
export type Caller = Readonly<{
  /** Hung up without an answer. */
  isGone: () => boolean;
  /** Is there, and was not told anything yet. */
  isWaiting: () => boolean;
}>;

/** A webhook whose claim is ours. */
export type Attempt = Readonly<{
  order: Order;
  held: Extract<ClaimResult, { claim: Claim }>;
  caller: Caller;
}>;

/** A reward that exists, and whether this attempt made it. */
export type Outcome = Readonly<{ status: 'created' | 'duplicate'; receipt: Receipt }>;

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
   * Looks the reward up and creates it if it is not there. Throws Doubt when a create was sent and nobody knows what
   * came of it; after anything else that is thrown (Problem, UpstreamError, LedgerUnavailable) nothing was created.
   */
  async lookThenCreate(omneo: Omneo, tenant: Tenant, attempt: Attempt): Promise<Outcome> {
    const { order, held, caller } = attempt;
    const { webhook, anonymous } = order;
    const { externalId } = held.claim;
    const [match, rows] = await both(omneo.findProfile(webhook), lookUp(omneo, attempt));
    if (match === null) throw noProfile(webhook);
    const { profileId, matchedBy } = match;
    const expected = { externalId, profileId, definitionId: webhook.definitionId, amount: webhook.amount };
    const found = await omneo.identify(rows, expected);
    if (found.kind === 'other') throw new Problem('id_reused');
    if (found.kind === 'same')
      return { status: 'duplicate', receipt: { rewardId: found.rewardId, matchedBy } };

    if (held.result === 'unconfirmed' && held.believeMissIn > 0) throw unsettled(held.believeMissIn);
    if (anonymous && caller.isGone()) throw abandoned();
    if (this.#parts.isDraining() && isAnswered(caller)) throw leftToRetry();
    const now = this.#parts.clock.now();
    const reward = toReward(webhook, tenant, { profileId, externalId, now, localTimes: this.#localTimes });
    const rewardId = await this.#create(omneo, reward, expected, held.claim);
    return { status: 'created', receipt: { rewardId, matchedBy } };
  }

  async #create(
    omneo: Omneo,
    reward: NewReward,
    expected: ExpectedReward,
    claim: Claim,
  ): Promise<Receipt['rewardId']> {
    const deadline = await this.#outlast(claim);
    try {
      return await omneo.createReward(reward, deadline);
    } catch (error) {
      if (error instanceof UpstreamError && !error.mayHaveHappened) throw error;
      // A bug counts too: it may have struck after the reward was made.
      return await this.#lookAgain(omneo, expected, error);
    }
  }

  /** After a create whose outcome is unknown: the reward's id if it is there, else Doubt. */
  async #lookAgain(omneo: Omneo, expected: ExpectedReward, ambiguous: unknown): Promise<Receipt['rewardId']> {
    try {
      const found = await omneo.identify(await omneo.listRewards(expected.externalId), expected);
      if (found.kind === 'same') return found.rewardId;
    } catch (error) {
      this.#parts.log.debug({ error: errorNames(error) }, 'look-up after an ambiguous create failed');
    }
    throw new Doubt(ambiguous);
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

function lookUp(omneo: Omneo, { order, held }: Attempt): Promise<RewardRows> {
  const { externalId } = held.claim;
  if (held.result !== 'won') return omneo.listRewards(externalId);
  // An external_id of our own that no attempt has used cannot be there.
  return order.anonymous ? Promise.resolve([]) : omneo.listUntried(externalId);
}

/**
 * What two calls to Omneo bring. When one fails the other is waited for all the same: a webhook gives its place back
 * as it ends, and no call may go on without one.
 */
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return [await first, await second];
}

/** A create was sent and nobody knows what came of it. */
export class Doubt extends Error {
  override name = 'Doubt';

  constructor(cause: unknown) {
    super('the outcome of a create is unknown', { cause });
  }
}

function unsettled(believeMissIn: number): Problem {
  return notReady('the outcome of an earlier attempt is still unknown', {
    retryAfter: Math.ceil(believeMissIn / 1000),
  });
}

/** Whether the caller was told to come back, since nothing else is told before an attempt ends. */
function isAnswered(caller: Caller): boolean {
  return !caller.isWaiting() && !caller.isGone();
}

/** A create that begins now may outlast the process, and its retry would then have to wait until that is settled. */
function leftToRetry(): Problem {
  return notReady('this replica is stopping');
}

/** An attempt that nobody waits for any more: its retry may have been issued elsewhere, answered and forgotten. */
function abandoned(): Problem {
  return notReady('the caller hung up');
}
