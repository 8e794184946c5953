import type { Clock } from '../lib/clock.ts';
import type { DeliveryLedger, Parking, WaitingReason } from '../ledger/deliveries/deliveries.ts';
import type { AttemptNote } from '../ledger/deliveries/deliveryadmin.ts';
import {
  type Claim,
  type UnconfirmedAttempt,
  type AnswerOutcome,
  type Ledger,
  LedgerUnavailable,
  type Receipt,
  type SettleDetails,
} from '../ledger/ledger.ts';
import { type Log, errorNames } from '../lib/log.ts';
import { type IdempotentRequest, namesWith } from './idempotentrequest.ts';

/** How often, and for how long, a change is made again that the ledger could not record. In milliseconds. */
export type Retry = Readonly<{ everyMs: number; forMs: number }>;

/** Whether the ledger has recorded what was made; `settled` resolves when it has, or the tries are over. */
export type Recorded = Readonly<{ isRecorded: boolean; settled: Promise<void> }>;

/** What was made, for how long that is remembered (absent: the whole retention), and what is recorded of a delivery. */
type Settlement = Readonly<{ receipt: Receipt; keepMs?: number | undefined }> & SettleDetails;

/** What a webhook was answered with; what is not done yet has no receipt. */
type Answered = Readonly<{ externalId: string; receipt?: Receipt; settled?: Promise<void> }>;

/** What a log line about a change names. */
type Names = Readonly<Record<string, Receipt['resourceId'] | null>>;

type LedgerWriterParts = Readonly<{ ledger: Ledger; clock: Clock; log: Log; retry: Retry }>;

/**
 * Records in the ledger how a claim ended. A ledger that is away fails no webhook here: the end of the lease makes up
 * for a mark or a release that is lost, and that something exists is recorded again until it is acknowledged. Every
 * change may be made twice, or late: it is fenced by its owner, or names what was made.
 */
export class LedgerWriter {
  readonly #parts: LedgerWriterParts;

  constructor(parts: LedgerWriterParts) {
    this.#parts = parts;
  }

  /**
   * Records that what was asked for exists. Resolves after one try: it is there whatever the ledger says.
   */
  async settle(
    claim: Claim,
    { receipt, keepMs, ...details }: Settlement,
    request: Pick<IdempotentRequest, 'names' | 'webhook'>,
  ): Promise<Recorded> {
    const settle = (): Promise<unknown> => this.#parts.ledger.settle(claim, receipt, keepMs, details);
    const error = await failureOf(settle);
    if (error === undefined) return { isRecorded: true, settled: Promise.resolve() };
    const change = { name: 'settle', make: settle, names: namesWith(request, receipt.resourceId) };
    return { isRecorded: false, settled: this.#again(change, error) };
  }

  /** Keeps what was issued once it is settled, as `Ledger.recordAnswer` does; `keepMs` counts from this call on. */
  async recordAnswer(
    request: IdempotentRequest,
    { externalId, receipt, settled }: Answered,
    { isSent, keepMs }: AnswerOutcome,
  ): Promise<void> {
    const { ledger, clock } = this.#parts;
    const until = clock.monotonic() + keepMs;
    await settled;
    const keep = (): Promise<unknown> => {
      const left = Math.max(0, Math.ceil(until - clock.monotonic()));
      return ledger.recordAnswer(request.entry.key, externalId, { isSent, keepMs: left });
    };
    const error = await failureOf(keep);
    const change = {
      name: 'recordAnswer',
      make: keep,
      names: namesWith(request, receipt?.resourceId ?? null),
    };
    if (error) await this.#again(change, error);
  }

  /** A create was sent and its outcome is unknown. */
  async markUnconfirmed(
    claim: Claim,
    unconfirmed: UnconfirmedAttempt,
    names: IdempotentRequest['names'],
    note?: AttemptNote,
  ): Promise<void> {
    const mark = (): Promise<unknown> => this.#parts.ledger.markUnconfirmed(claim, unconfirmed, note);
    this.#leave('markUnconfirmed', await failureOf(mark), names);
  }

  /** The delivery is due again later. */
  async postpone(
    claim: Claim,
    { reason, dueInMs }: Readonly<{ reason: WaitingReason; dueInMs: number }>,
    names: IdempotentRequest['names'],
    note?: AttemptNote,
  ): Promise<void> {
    const postpone = (): Promise<unknown> => this.#deliveries.postpone(claim, reason, dueInMs, note);
    this.#leave('postpone', await failureOf(postpone), names);
  }

  /** A human decides about the delivery. */
  async park(
    claim: Claim,
    parking: Parking,
    names: IdempotentRequest['names'],
    note?: AttemptNote,
  ): Promise<void> {
    const park = (): Promise<unknown> => this.#deliveries.park(claim, parking, note);
    this.#leave('park', await failureOf(park), names);
  }

  /** The delivery is forgotten: its caller is told how it ended. */
  async drop(claim: Claim, names: IdempotentRequest['names']): Promise<void> {
    this.#leave('drop', await failureOf(() => this.#deliveries.drop(claim)), names);
  }

  /** Nothing came of the claim. */
  async release(claim: Claim, names: IdempotentRequest['names']): Promise<void> {
    this.#leave('release', await failureOf(() => this.#parts.ledger.release(claim)), names);
  }

  /** A claim is of a delivery only if the ledger keeps deliveries. */
  get #deliveries(): DeliveryLedger {
    const { deliveries } = this.#parts.ledger;
    if (deliveries === undefined) throw new Error('this ledger keeps no deliveries');
    return deliveries;
  }

  #leave(name: string, error: LedgerUnavailable | undefined, names: Names): void {
    if (error) this.#warn({ name, names }, error, 'ledger change failed; its lease will end it');
  }

  async #again(change: Change, first: LedgerUnavailable): Promise<void> {
    const { clock, retry } = this.#parts;
    this.#warn(change, first, 'ledger change failed; it is made again');
    const over = clock.monotonic() + retry.forMs;
    for (;;) {
      await clock.sleep(retry.everyMs);
      const error = await failureOf(change.make);
      if (error === undefined) return;
      if (clock.monotonic() >= over) {
        this.#warn(change, error, 'ledger change failed for too long; it is given up');
        return;
      }
    }
  }

  #warn({ name, names }: Pick<Change, 'name' | 'names'>, error: LedgerUnavailable, message: string): void {
    this.#parts.log.warn({ ...names, change: name, error: errorNames(error) }, message);
  }
}

type Change = Readonly<{ name: string; make: () => Promise<unknown>; names: Names }>;

async function failureOf(change: () => Promise<unknown>): Promise<LedgerUnavailable | undefined> {
  try {
    await change();
    return undefined;
  } catch (error) {
    if (!(error instanceof LedgerUnavailable)) throw error;
    return error;
  }
}
