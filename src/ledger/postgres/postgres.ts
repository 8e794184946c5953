import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import {
  type AnswerOutcome,
  type Claim,
  type ClaimResult,
  type Entry,
  type LastAttempt,
  type Ledger,
  type LedgerTimes,
  LedgerUnavailable,
  type Receipt,
  type SettleDetails,
  type Spent,
  type UnconfirmedAttempt,
} from '../ledger.ts';
import type { Reservation, Reserved } from '../budgets/budgets.ts';
import type { AttemptNote } from '../deliveries/deliveryadmin.ts';
import type { DeliveryLedger, NewDelivery } from '../deliveries/deliveries.ts';
import type { LedgerStats } from '../ledgerstats.ts';
import type { Peeked } from '../peek.ts';
import { readReceipt, writeReceipt } from '../receipttext.ts';
import { reservedOf, spentIn } from './budgetrows.ts';
import type { PostgresAddress } from './address.ts';
import { Batch } from './batch.ts';
import type { Database, Parameter, Query, ResultRow, Value } from './database.ts';
import { PostgresDeliveries, noteText } from './deliveries/deliveries.ts';
import { Expiry } from './expiry.ts';
import { Owners, leaseFromNow } from './lease.ts';
import { migrate } from './migrate.ts';
import type { PostgresTimeouts } from './pool.ts';
import { PooledDatabase } from './pooled.ts';
import { statements } from './statements.ts';
import { TableSize } from './tablesize.ts';

type Parts = Readonly<{ database: Database; clock: Clock; times: LedgerTimes }>;

type Options = Readonly<{
  address: PostgresAddress;
  clock: Clock;
  times: LedgerTimes;
  log: Log;
  timeouts?: PostgresTimeouts;
}>;

const defaultTimeouts: PostgresTimeouts = Object.freeze({
  connectMs: 1500,
  answerMs: 2000,
  // A table of many rows may be written anew; one that is given up in the middle would begin from nothing the next time.
  migrateMs: 1_800_000,
});

/** The ledger on a server; nothing is connected yet. */
export function openPostgres({ times, timeouts = defaultTimeouts, ...parts }: Options): PostgresLedger {
  return new PostgresLedger({
    database: new PooledDatabase({ ...parts, timeouts }),
    clock: parts.clock,
    times,
  });
}

/**
 * The durable ledger for several replicas, in PostgreSQL. Each method is a statement or a part of one, so it happens at once or not
 * at all, by the server's clock, and it lasts once it is answered. A call whose answer is lost is harmless: every
 * statement may run twice, or late.
 */
export class PostgresLedger implements Ledger {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #times: LedgerTimes;
  readonly #owners = new Owners();
  readonly #expiry: Expiry;
  readonly #claims: Batch;
  readonly #settles: Batch;
  readonly #reservations: Batch;
  readonly #tableSize: TableSize;
  readonly deliveries: DeliveryLedger;
  /** The schema is there; of many who need it at once one sees to it. */
  #prepared: Promise<void> | undefined;

  constructor({ database, clock, times }: Parts) {
    this.#database = database;
    this.#clock = clock;
    this.#times = times;
    this.#expiry = new Expiry({ query: database.query, clock, random: Math.random });
    const query: Query = (text, values = []) => this.#run(text, values);
    const common = [times.leaseMs, times.settleWindowMs, times.retentionMs];
    this.#claims = new Batch({ query, clock, statement: statements.claim, common });
    this.#settles = new Batch({ query, clock, statement: statements.settle });
    this.#reservations = new Batch({ query, clock, statement: statements.reserve });
    this.deliveries = new PostgresDeliveries({ query, notices: database.notices, clock, times });
    this.#tableSize = new TableSize({ query: database.probe, clock });
  }

  async check(): Promise<void> {
    await this.#run(statements.check, [`check/${this.#owners.next()}`]);
  }

  async claim({ key, tenant, fingerprint, externalId, ...entry }: Entry): Promise<ClaimResult> {
    const owner = this.#owners.next();
    const leasedUntil = leaseFromNow(this.#clock, this.#times);
    // An id of the caller's comes again with each attempt, and may be anything: it is not stored.
    const generatedId = entry.isGenerated === true ? externalId : null;
    const columns = columnsOf(entry.delivery);
    const row = await this.#claims.ask(key, owner, fingerprint, generatedId, tenant, ...columns);
    if (row === undefined) throw new LedgerUnavailable('the ledger gave an answer of the wrong form');
    const first = textOf(row, 'external_id') ?? externalId;
    const deliveryId = textOf(row, 'delivery_id');
    const stored = deliveryId === undefined ? {} : { deliveryId };
    const claim = Object.freeze({ key, owner, externalId: first, leasedUntil, ...stored });
    return resultOf(row, claim);
  }

  async peek(key: string): Promise<Peeked> {
    const [row] = await this.#run(statements.peek, [key]);
    return row === undefined ? { state: 'none' } : peekedIn(row);
  }

  async renew(claim: Claim): Promise<Claim | null> {
    const { leaseMs, retentionMs } = this.#times;
    const leasedUntil = leaseFromNow(this.#clock, this.#times);
    const renewed = await this.#run(statements.renew, [claim.key, claim.owner, leaseMs, retentionMs]);
    return renewed.length === 1 ? Object.freeze({ ...claim, leasedUntil }) : null;
  }

  async reserve({ key, owner }: Claim, { charges, keepMs }: Reservation): Promise<Reserved> {
    return reservedOf(await this.#reservations.ask(key, owner, JSON.stringify(charges), keepMs));
  }

  async spent(budgets: readonly string[]): Promise<readonly Spent[]> {
    return (await this.#run(statements.spent, [budgets])).map(spentIn);
  }

  async settle(
    { key, owner }: Claim,
    receipt: Receipt,
    keepMs = this.#times.retentionMs,
    { note, toOutbox = false }: SettleDetails = {},
  ): Promise<boolean> {
    const receiptText = writeReceipt(receipt);
    const row = await this.#settles.ask(key, owner, keepMs, receiptText, noteText(note), toOutbox);
    return row !== undefined;
  }

  async markUnconfirmed(
    { key, owner }: Claim,
    { attempt }: UnconfirmedAttempt,
    note?: AttemptNote,
  ): Promise<void> {
    const values = [key, owner, this.#times.retentionMs, attempt, noteText(note)];
    await this.#run(statements.markUnconfirmed, values);
  }

  async release({ key, owner, deliveryId }: Claim): Promise<void> {
    await this.#run(statements.release, [key, owner]);
    if (deliveryId !== undefined) this.#database.notices.send();
  }

  async recordAnswer(key: string, externalId: string, { isSent, keepMs }: AnswerOutcome): Promise<void> {
    const values = [key, externalId, isSent, keepMs, this.#times.retentionMs];
    await this.#run(statements.recordAnswer, values);
  }

  async expectAnswer(key: string, externalId: string, keepMs: number): Promise<void> {
    await this.#run(statements.expectAnswer, [key, externalId, keepMs]);
  }

  async recordMax(name: string, value: number, keepMs = this.#times.retentionMs): Promise<void> {
    await this.#run(statements.recordMax, [name, value, keepMs]);
  }

  async readMax(name: string): Promise<number> {
    const [row] = await this.#run(statements.readMax, [name]);
    return Number(row?.['value'] ?? 0);
  }

  async stats(): Promise<LedgerStats> {
    const { connections } = this.#database;
    // Statements of webhooks go first.
    const sizeBytes = connections.waiting > 0 ? this.#tableSize.last : await this.#tableSize.read();
    return { connections, ...(sizeBytes !== undefined && { sizeBytes }) };
  }

  async close(): Promise<void> {
    this.#expiry.stop();
    await this.#database.close();
  }

  async #run(text: string, values: readonly Parameter[]): Promise<readonly ResultRow[]> {
    await (this.#prepared ??= this.#prepare());
    return this.#database.query(text, values);
  }

  async #prepare(): Promise<void> {
    try {
      await migrate(this.#database);
      this.#expiry.start();
    } catch (error) {
      this.#prepared = undefined;
      throw error;
    }
  }
}

/** The values of a webhook that is stored with its claim, as the statement takes them. */
function columnsOf(delivery: NewDelivery | undefined): readonly Value[] {
  if (delivery === undefined) return Array<null>(8).fill(null);
  const { id, action, webhook, summary, digests, separateInMs = null } = delivery;
  return [id, action, webhook, summary, digests.id, digests.person, digests.email, separateInMs];
}

function resultOf(row: ResultRow, claim: Claim): ClaimResult {
  const { result } = row;
  const { deliveryId, externalId } = claim;
  const claimedAt = Number(row['claimed_at']);
  switch (result) {
    case 'won':
      return { result, claim, claimedAt };
    case 'unconfirmed':
      return {
        result,
        claim,
        missConclusiveIn: Number(row['miss_conclusive_in']),
        attempt: textOf(row, 'attempt') as LastAttempt,
        claimedAt,
      };
    case 'issued':
      return { result, receipt: readReceipt(textOf(row, 'receipt') ?? ''), externalId };
    case 'busy':
      return deliveryId === undefined ? { result } : { result, accepted: { deliveryId, externalId } };
    case 'accepted':
      return { result, accepted: { deliveryId: deliveryId ?? '', externalId } };
    case 'mismatch':
      return { result };
    default:
      throw new LedgerUnavailable('the ledger gave an answer of the wrong form');
  }
}

function peekedIn(row: ResultRow): Peeked {
  const state = textOf(row, 'state') as Peeked['state'];
  return state === 'issued' ? { state, receipt: readReceipt(textOf(row, 'receipt') ?? '') } : { state };
}

function textOf(row: ResultRow, name: string): string | undefined {
  const value = row[name];
  return typeof value === 'string' ? value : undefined;
}
