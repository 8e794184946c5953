import { Cluster } from 'ioredis';
import type { Clock } from '../../lib/clock.ts';
import { type Log, errorNames } from '../../lib/log.ts';
import type { LedgerAddress } from './address.ts';
import { judgeServer } from './check.ts';
import { type Client, type Patience, openClient } from './connect.ts';
import { randomName } from './keys.ts';
import { KnownServer } from './knownserver.ts';
import {
  type Claim,
  type ClaimResult,
  type UnconfirmedAttempt,
  type Entry,
  type AnswerOutcome,
  type LastAttempt,
  type Ledger,
  type LedgerTimes,
  LedgerUnavailable,
  type Receipt,
} from '../ledger.ts';
import { readReceipt, writeReceipt } from '../receipttext.ts';
import { ScriptServer } from './server.ts';
import { scripts } from './scripts.ts';

type Options = Readonly<{
  address: LedgerAddress;
  clock: Clock;
  times: LedgerTimes;
  log: Log;
  patience?: Patience;
}>;

const usualPatience: Patience = Object.freeze({ answerMs: 1000, reconnectMs: 1000 });

/** Clocks are taken to run equally fast but for one part in so many; a holder counts its lease shorter by that. */
const drift = 1000;

/**
 * The shared ledger, in Redis or Valkey. Each method is one script, so it happens at once or not at all, by the
 * server's clock. A call whose answer is lost is harmless: every script may run twice, or late.
 */
export class RedisLedger implements Ledger {
  readonly #client: Client;
  readonly #server: ScriptServer;
  readonly #known: KnownServer;
  readonly #clock: Clock;
  readonly #times: LedgerTimes;
  readonly #patience: Patience;
  readonly #log: Log;
  readonly #where: string;
  #isJudged = false;

  constructor({ address, clock, times, log, patience = usualPatience }: Options) {
    this.#clock = clock;
    this.#times = times;
    this.#patience = patience;
    this.#log = log;
    this.#where = String(address);
    this.#client = openClient(address, patience);
    const { tls } = address.reveal();
    const place = { where: this.#where, tls };
    this.#server = new ScriptServer({ client: this.#client, clock, answerMs: patience.answerMs, ...place });
    this.#known = new KnownServer({ server: this.#server, times, log });
    // Each call fails by itself; without a listener the client would print its errors.
    this.#client.on('error', (error) => {
      log.debug({ error: errorNames(error) }, 'ledger connection');
    });
    // Every replica notices a server that was emptied, the ones without webhooks too.
    this.#client.on('ready', () => void this.#known.attend());
  }

  /** As the interface says; connects if need be, and judges the server until it was found to be usable once. */
  async check(): Promise<void> {
    if (!this.#isJudged) await this.#judge();
    await this.#known.check();
  }

  /** Warns of each thing that an operator should change; throws UnusableServer. */
  async #judge(): Promise<void> {
    const infos = await this.#server.ask(readInfos, 4 * this.#patience.answerMs);
    try {
      for (const warning of new Set(infos.flatMap(judgeServer)))
        this.#log.warn({ ledger: this.#where }, warning);
      this.#isJudged = true;
    } catch (error) {
      // No webhook may be kept in a server that will not be used.
      this.#client.disconnect();
      throw error;
    }
  }

  async claim({ key, fingerprint, externalId, madeUp = false }: Entry): Promise<ClaimResult> {
    const { leaseMs, settleWindowMs, retentionMs } = this.#times;
    const owner = randomName();
    const leasedUntil = this.#leaseFromNow();
    const times = [leaseMs, settleWindowMs, retentionMs].map(String);
    // An id of the caller's comes again with each attempt, and may be anything: it is not stored.
    const args = [...times, fingerprint, madeUp ? externalId : '', owner];
    const reply = await this.#known.runInEpoch(scripts.claim, key, args);
    const [result, first, more, known, since] = claimReply(reply);
    const external = first === '' ? externalId : first;
    const claim = (): Claim => Object.freeze({ key, owner, externalId: external, leasedUntil });
    switch (result) {
      case 'won':
        return { result, claim: claim() };
      case 'unconfirmed':
        return {
          result,
          claim: claim(),
          believeMissIn: Number(more),
          attempt: attemptOf(known),
          claimedAt: Number(since),
        };
      case 'issued':
        return { result, receipt: readReceipt(more), externalId: external };
      case 'busy':
      case 'mismatch':
        return { result };
      default:
        throw new LedgerUnavailable('the ledger gave an answer of the wrong form');
    }
  }

  async renew(claim: Claim): Promise<Claim | null> {
    const { leaseMs, retentionMs } = this.#times;
    const leasedUntil = this.#leaseFromNow();
    const args = [String(leaseMs), String(retentionMs), claim.owner];
    const [renewed] = await this.#known.runInEpoch(scripts.renew, claim.key, args);
    return renewed === '1' ? Object.freeze({ ...claim, leasedUntil }) : null;
  }

  async settle({ key, owner }: Claim, receipt: Receipt, keepMs = this.#times.retentionMs): Promise<boolean> {
    const args = [owner, String(keepMs), writeReceipt(receipt)];
    const [settled] = await this.#known.run(scripts.settle, key, args);
    return settled === '1';
  }

  async markUnconfirmed({ key, owner }: Claim, { attempt }: UnconfirmedAttempt): Promise<void> {
    await this.#known.run(scripts.doubt, key, [owner, String(this.#times.retentionMs), attempt]);
  }

  async release({ key, owner }: Claim): Promise<void> {
    await this.#known.run(scripts.release, key, [owner]);
  }

  async recordAnswer(key: string, externalId: string, outcome: AnswerOutcome): Promise<void> {
    const args = [outcome.isSent ? '1' : '0', String(outcome.keepMs), String(this.#times.retentionMs)];
    await this.#known.run(scripts.keep, key, [externalId, ...args]);
  }

  async expectAnswer(key: string, externalId: string, keepMs: number): Promise<void> {
    await this.#known.run(scripts.tell, key, [externalId, String(keepMs)]);
  }

  async recordMax(name: string, value: number): Promise<void> {
    await this.#known.run(scripts.note, noteOf(name), [String(value), String(this.#times.retentionMs)]);
  }

  async readMax(name: string): Promise<number> {
    const [value] = await this.#known.run(scripts.noted, noteOf(name), []);
    return Number(value);
  }

  close(): Promise<void> {
    this.#client.disconnect();
    return Promise.resolve();
  }

  /** Counted from before the request leaves: on the server the lease begins, and so ends, later. */
  #leaseFromNow(): number {
    const { leaseMs } = this.#times;
    return this.#clock.monotonic() + leaseMs - leaseMs / drift;
  }
}

function noteOf(name: string): string {
  return `note/${name}`;
}

function claimReply([result = '', first = '', more = '', known = '', since = '']: readonly string[]) {
  return [result, first, more, known, since] as const;
}

function attemptOf(known: string): LastAttempt {
  return known === 'sent' || known === 'refused' ? known : 'unknown';
}

async function readInfos(client: Client): Promise<readonly string[]> {
  if (['wait', 'end'].includes(client.status)) await client.connect();
  if (!(client instanceof Cluster)) return [await client.info()];
  if (client.status !== 'ready') throw new LedgerUnavailable('the cluster cannot be reached');
  return await Promise.all(client.nodes('master').map((node) => node.info()));
}
