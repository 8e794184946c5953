import type { Clock } from '../clock.ts';
import { type Log, errorNames } from '../log.ts';
import {
  type Claim,
  type ClaimResult,
  type Ledger,
  LedgerUnavailable,
  type Receipt,
} from '../ledger/ledger.ts';
import type { Omneo } from '../omneo/omneo.ts';
import type { ExpectedReward, NewReward } from '../omneo/rewards.ts';
import { UpstreamError } from '../omneo/upstream.ts';
import type { Tenant } from '../tenants/tenant.ts';
import { type Order, toReward } from './order.ts';
import { Problem } from './problem.ts';

/** What a successful webhook is answered with. */
export type Issued = Readonly<{ status: 'created' | 'duplicate'; externalId: string; receipt: Receipt }>;

/** Whoever sent the webhook and may wait for its answer. */
export type Caller = Readonly<{
  /** Hung up without an answer. */
  isGone: () => boolean;
  /** Is there, and was not told anything yet. */
  isWaiting: () => boolean;
}>;

type Held = Extract<ClaimResult, { claim: Claim }>;

type Attempt = Readonly<{ order: Order; held: Held; caller: Caller }>;

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
  claimed: (result: ClaimResult['result']) => void;
  /** The process is about to end. */
  isDraining: () => boolean;
}>;

/** A webhook without an id that finds its like issued waits this long, in milliseconds: the like may just be being answered. */
const answeringMs = 300;
/** An issued webhook without an id is kept so long, in milliseconds, until it is known whether its answer went out. */
const untilAnsweredMs = 60_000;

/**
 * Issues rewards, each once. Nothing is created without a claim in the ledger, and a create whose outcome is
 * unknown is looked up, never repeated, until the ledger's settle window has passed.
 */
export class Issuer {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Issues the reward, or finds that it was issued. Throws Problem, UpstreamError or LedgerUnavailable. */
  async issue(tenant: Tenant, order: Order, caller: Caller): Promise<Issued> {
    const claimed = await this.#claim(order);
    this.#parts.claimed(claimed.result);
    switch (claimed.result) {
      case 'issued':
        return { status: 'duplicate', externalId: claimed.externalId, receipt: claimed.receipt };
      case 'busy':
        throw new Problem('not_ready', {
          detail: 'Nothing to fix: the same id is being worked on; Klaviyo sends it again.',
        });
      case 'mismatch':
        throw new Problem('id_reused');
      case 'full':
        throw new Problem('overloaded');
      case 'won':
      case 'unconfirmed':
        return await this.#attempt(tenant, { order, held: claimed, caller });
    }
  }

  /**
   * Told whether the answer to a success went out. A webhook that has no id is then done: an equal one is another
   * reward, as soon as it can be no retry. One whose answer did not go out is kept for its retry.
   */
  async answered(order: Order, { status, externalId }: Issued, isOut: boolean): Promise<void> {
    if (!order.anonymous) return;
    // Another attempt was answered, perhaps: a copy that woke up late must not keep the entry from running out.
    if (status === 'duplicate' && !isOut) return;
    const { ledger, repeatMs } = this.#parts;
    // Names the reward, so that a change that is held up cannot hit the next one that is issued under this key.
    const kept = ledger.keep(order.entry.key, externalId, isOut ? repeatMs : undefined);
    await this.#quietly(kept, 'keep');
  }

  /** Claims the order's key; while another copy holds it, waits for that one's result. */
  async #claim({ entry, anonymous }: Order): Promise<ClaimResult> {
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

  async #attempt(tenant: Tenant, attempt: Attempt): Promise<Issued> {
    const { ledger, upstream } = this.#parts;
    const { claim } = attempt.held;
    try {
      return await this.#lookThenCreate(upstream(tenant), tenant, attempt);
    } catch (error) {
      if (error instanceof Doubt) {
        await this.#quietly(ledger.doubt(claim), 'doubt');
        throw error.cause;
      }
      await this.#quietly(ledger.release(claim), 'release');
      throw error;
    }
  }

  async #lookThenCreate(omneo: Omneo, tenant: Tenant, attempt: Attempt): Promise<Issued> {
    const { order, held, caller } = attempt;
    const { webhook, anonymous } = order;
    const { externalId } = held.claim;
    // An external_id of our own that no attempt has used cannot be there.
    const unused = anonymous && held.result === 'won';
    const [match, rows] = await Promise.all([
      omneo.findProfile(webhook),
      unused ? [] : omneo.listRewards(externalId),
    ]);
    if (match === null) throw new Problem('profile_not_found');
    const { profileId, matchedBy } = match;
    const expected = { externalId, profileId, definitionId: webhook.definitionId, amount: webhook.amount };
    const found = await omneo.identify(rows, expected);
    if (found.kind === 'other') throw new Problem('id_reused');
    if (found.kind === 'same')
      return await this.#settle('duplicate', attempt, { rewardId: found.rewardId, matchedBy });

    if (held.result === 'unconfirmed' && held.believeMissIn > 0) throw unsettled(held.believeMissIn);
    if (anonymous && caller.isGone()) throw abandoned();
    if (this.#parts.isDraining() && isAnswered(caller)) throw leftToRetry();
    const reward = toReward(webhook, tenant, { profileId, externalId, now: this.#parts.clock.now() });
    const rewardId = await this.#create(omneo, reward, expected, held.claim);
    return await this.#settle('created', attempt, { rewardId, matchedBy });
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
    if (claim.leasedUntil >= clock.monotonic() + createMs) return clock.monotonic() + createMs;
    const renewed = await ledger.renew(claim);
    const deadline = clock.monotonic() + createMs;
    if (renewed === null || renewed.leasedUntil < deadline) {
      throw new Problem('not_ready', {
        detail: 'Nothing to fix: this attempt took too long; Klaviyo sends it again.',
      });
    }
    return deadline;
  }

  async #settle(
    status: Issued['status'],
    { order, held: { claim }, caller }: Attempt,
    receipt: Receipt,
  ): Promise<Issued> {
    const { ledger, repeatMs } = this.#parts;
    // A caller who was told nothing, or to come back, comes back: then it has to find this.
    const keepMs = order.anonymous && caller.isWaiting() ? Math.max(repeatMs, untilAnsweredMs) : undefined;
    // The reward exists, whatever the ledger says now: an entry left pending is looked up and found.
    await this.#quietly(ledger.settle(claim, receipt, keepMs), 'settle');
    return { status, externalId: claim.externalId, receipt };
  }

  /** For changes that the ledger makes up for by itself, when the claim's lease ends. */
  async #quietly(change: Promise<unknown>, name: string): Promise<void> {
    try {
      await change;
    } catch (error) {
      if (!(error instanceof LedgerUnavailable)) throw error;
      this.#parts.log.warn(
        { change: name, error: errorNames(error) },
        'ledger change failed; its lease will end it',
      );
    }
  }
}

/** A create was sent and nobody knows what came of it. */
class Doubt extends Error {
  override name = 'Doubt';

  constructor(cause: unknown) {
    super('the outcome of a create is unknown', { cause });
  }
}

function unsettled(believeMissIn: number): Problem {
  return new Problem('not_ready', {
    detail: 'Nothing to fix: the outcome of an earlier attempt is still unknown; Klaviyo sends it again.',
    retryAfter: Math.ceil(believeMissIn / 1000),
  });
}

/** Whether the caller was told to come back, since nothing else is told before an attempt ends. */
function isAnswered(caller: Caller): boolean {
  return !caller.isWaiting() && !caller.isGone();
}

/** A create that begins now may outlast the process, and its retry would then have to wait until that is settled. */
function leftToRetry(): Problem {
  return new Problem('not_ready', {
    detail: 'Nothing to fix: this replica is stopping; Klaviyo sends it again.',
  });
}

/** An attempt that nobody waits for any more: its retry may have been issued elsewhere, answered and forgotten. */
function abandoned(): Problem {
  return new Problem('not_ready', { detail: 'Nothing to fix: the caller hung up; Klaviyo sends it again.' });
}
