import type { Clock } from '../lib/clock.ts';
import type { AttemptNote } from '../ledger/deliveries/deliveryadmin.ts';
import type { Claim } from '../ledger/ledger.ts';
import type { Tenant } from '../tenants/tenant.ts';
import type { ClaimedRequest } from './attempt.ts';
import { type Accepted, Parked } from './delivered.ts';
import { keptUntilNotifiedMs } from './events/notifyfor.ts';
import type { IdempotentRequest } from './idempotentrequest.ts';
import type { LedgerWriter } from './ledgerwriter.ts';
import { type NextStep, nextStep } from './nextstep.ts';
import { type ParkedRoom, isFullOfHeld } from './limits/parkedroom.ts';
import type { Suspensions } from './limits/suspensions.ts';
import { type FailedAttempt, failureNote } from './outcome/attemptnote.ts';
import { UnknownOutcome } from './outcome/unknownoutcome.ts';

/** How far a delivery has come. */
export type Progress = Readonly<{
  /** Attempts, the present one counted. */
  attempts: number;
  /** Since when it is tried, in milliseconds since the epoch: that it was accepted, replayed, or taken after a budget held it. */
  triedSince: number;
  /** Whether its caller is told how this attempt ends, and nobody was told before that it is stored. */
  isNew?: boolean;
  /** A human has let it pass its tenant's budgets. */
  isReleased?: boolean;
}>;

type Parts = Readonly<{
  ledgerWriter: LedgerWriter;
  suspensions: Pick<Suspensions, 'lastSeen'>;
  clock: Pick<Clock, 'now'>;
  random: () => number;
  /** How long what is parked is kept, in milliseconds. */
  parkedMs: number;
  parkedRoom: Pick<ParkedRoom, 'take' | 'has'>;
}>;

/** As far as a log line about it needs it. */
type Named = Pick<IdempotentRequest, 'names'>;

type Held = Readonly<{ request: Named; claim: Claim }>;

/** What becomes of stored webhooks whose attempt failed. The caller needs to know of no failure that may pass by itself. */
export class StoredFailures {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Postpones or parks the delivery after an attempt that failed, and notes that among its events.
   *
   * @throws Parked, or the failure itself if as many are parked, or held, as may be, or LedgerUnavailable: then the end of its lease makes it due
   */
  async record(
    tenant: Tenant,
    { request, held }: Readonly<{ request: Named; held: ClaimedRequest['held'] }>,
    failed: FailedAttempt,
    { attempts, triedSince, isNew = false }: Progress,
  ): Promise<Accepted> {
    const { error } = failed;
    const { random, ledgerWriter } = this.#parts;
    const { claim } = held;
    const cause = error instanceof UnknownOutcome ? error.cause : error;
    const step = nextStep(cause, {
      ...tenant.delivery,
      attempts,
      ageMs: await this.#ageMs(tenant, triedSince),
      isUnconfirmed: held.result === 'unconfirmed',
      random,
    });
    const mayForget = isNew && held.result === 'won' && !(error instanceof UnknownOutcome);
    if (mayForget && !this.#hasRoom(tenant, step)) return this.#forget({ request, claim }, error);
    if ('park' in step) return this.#park(tenant, { request, claim }, step.park, failed);
    if (!(error instanceof UnknownOutcome))
      return { ...(await this.postpone({ request, claim }, step, failureNote(step.wait, failed))), cause };
    const note = failureNote('unconfirmed', failed);
    await ledgerWriter.markUnconfirmed(claim, error.unconfirmed, request.names, note);
    return { ...accepted(claim, 'unconfirmed'), cause };
  }

  /** Whether one more may be stored for this. What waits for the pace would be held after that, once as many are as may be. */
  #hasRoom(tenant: Tenant, step: NextStep): boolean {
    const { parkedRoom } = this.#parts;
    if ('park' in step) return parkedRoom.take(tenant.slug);
    if (step.wait === 'held') return parkedRoom.take(tenant.slug, 'held');
    return step.wait !== 'throttled' || !isFullOfHeld(tenant, parkedRoom);
  }

  /** How long it was tried, in milliseconds. The ledger is asked only if that may be too long: that is hardly ever so. */
  async #ageMs({ slug, delivery }: Tenant, triedSince: number): Promise<number> {
    const { clock, suspensions } = this.#parts;
    const age = clock.now() - triedSince;
    if (age < delivery.giveUpAfterMs) return age;
    return Math.min(age, clock.now() - (await suspensions.lastSeen(slug)));
  }

  /** Makes the delivery due later. That the ledger cannot record it changes nothing: the end of its lease makes it due. */
  async postpone(
    { request, claim }: Held,
    { wait, dueInMs }: Extract<NextStep, { wait: unknown }>,
    note?: AttemptNote,
  ): Promise<Accepted> {
    await this.#parts.ledgerWriter.postpone(claim, { reason: wait, dueInMs }, request.names, note);
    return accepted(claim, wait);
  }

  async #forget({ request, claim }: Held, error: unknown): Promise<never> {
    await this.#parts.ledgerWriter.drop(claim, request.names);
    throw error;
  }

  async #park(
    { slug, klaviyoEvents }: Tenant,
    { request, claim }: Held,
    reason: Extract<NextStep, { park: unknown }>['park'],
    failed: FailedAttempt,
  ): Promise<never> {
    const { error } = failed;
    const { ledgerWriter, parkedMs, parkedRoom } = this.#parts;
    const toOutbox = klaviyoEvents !== undefined && parkedRoom.take(slug, 'unsent');
    const keepMs = toOutbox ? Math.max(parkedMs, keptUntilNotifiedMs) : parkedMs;
    const isUnknown = error instanceof UnknownOutcome;
    const sent = isUnknown ? { attempt: error.unconfirmed.attempt } : {};
    const note = failureNote(reason, failed);
    await ledgerWriter.park(claim, { reason, keepMs, toOutbox, ...sent }, request.names, note);
    throw new Parked(claim.deliveryId ?? '', isUnknown ? error.cause : error);
  }
}

function accepted({ deliveryId = '', externalId }: Claim, reason: NonNullable<Accepted['reason']>): Accepted {
  return { status: 'accepted', deliveryId, externalId, reason };
}
