import type { Clock } from '../lib/clock.ts';
import type {
  AnswerOutcome,
  Claim,
  ClaimResult,
  Entry,
  Ledger,
  Receipt,
  UnconfirmedAttempt,
} from './ledger.ts';

/** A method of the ledger, as metrics name it. */
export type LedgerOperation =
  | 'claim'
  | 'renew'
  | 'settle'
  | 'mark_unconfirmed'
  | 'release'
  | 'record_answer'
  | 'expect_answer'
  | 'check'
  | 'record_max'
  | 'read_max';

/** Called at the end of each call; `unavailable` is one that threw. */
export type ObserveLedger = (
  operation: LedgerOperation,
  result: 'ok' | 'unavailable',
  seconds: number,
) => void;

type Parts = Readonly<{ ledger: Ledger; clock: Pick<Clock, 'monotonic'>; observe: ObserveLedger }>;

/** A ledger whose calls are timed, for those who issue by it. It has no `stats`: those are asked of the ledger itself. */
export class MeteredLedger implements Ledger {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  claim(entry: Entry): Promise<ClaimResult> {
    return this.#timed('claim', (ledger) => ledger.claim(entry));
  }

  renew(claim: Claim): Promise<Claim | null> {
    return this.#timed('renew', (ledger) => ledger.renew(claim));
  }

  settle(claim: Claim, receipt: Receipt, keepMs?: number): Promise<boolean> {
    return this.#timed('settle', (ledger) => ledger.settle(claim, receipt, keepMs));
  }

  markUnconfirmed(claim: Claim, unconfirmed: UnconfirmedAttempt): Promise<void> {
    return this.#timed('mark_unconfirmed', (ledger) => ledger.markUnconfirmed(claim, unconfirmed));
  }

  release(claim: Claim): Promise<void> {
    return this.#timed('release', (ledger) => ledger.release(claim));
  }

  recordAnswer(key: string, externalId: string, outcome: AnswerOutcome): Promise<void> {
    return this.#timed('record_answer', (ledger) => ledger.recordAnswer(key, externalId, outcome));
  }

  expectAnswer(key: string, externalId: string, keepMs: number): Promise<void> {
    return this.#timed('expect_answer', (ledger) => ledger.expectAnswer(key, externalId, keepMs));
  }

  check(): Promise<void> {
    return this.#timed('check', (ledger) => ledger.check());
  }

  recordMax(name: string, value: number): Promise<void> {
    return this.#timed('record_max', (ledger) => ledger.recordMax(name, value));
  }

  readMax(name: string): Promise<number> {
    return this.#timed('read_max', (ledger) => ledger.readMax(name));
  }

  close(): Promise<void> {
    return this.#parts.ledger.close();
  }

  async #timed<T>(operation: LedgerOperation, call: (ledger: Ledger) => Promise<T>): Promise<T> {
    const { ledger, clock, observe } = this.#parts;
    const begin = clock.monotonic();
    const end = (result: 'ok' | 'unavailable'): void => {
      observe(operation, result, (clock.monotonic() - begin) / 1000);
    };
    try {
      const answer = await call(ledger);
      end('ok');
      return answer;
    } catch (error) {
      end('unavailable');
      throw error;
    }
  }
}
