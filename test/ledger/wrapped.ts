import type { Reservation, Reserved } from '../../src/ledger/budgets/budgets.ts';
import type { AttemptNote } from '../../src/ledger/deliveries/deliveryadmin.ts';
import type {
  Claim,
  ClaimResult,
  UnconfirmedAttempt,
  Entry,
  AnswerOutcome,
  Ledger,
  Spent,
} from '../../src/ledger/ledger.ts';

/** A ledger that hands everything on; what is to go differently is overridden. */
export class WrappedLedger implements Ledger {
  protected readonly sound: Ledger;

  /** What everything is handed on to. */
  get inner(): Ledger {
    return this.sound;
  }

  constructor(ledger: Ledger) {
    this.sound = ledger;
  }

  claim(entry: Entry): Promise<ClaimResult> {
    return this.sound.claim(entry);
  }
  peek(key: string): ReturnType<Ledger['peek']> {
    return this.sound.peek(key);
  }
  renew(claim: Claim): Promise<Claim | null> {
    return this.sound.renew(claim);
  }
  reserve(claim: Claim, reservation: Reservation): Promise<Reserved> {
    return this.sound.reserve(claim, reservation);
  }
  spent(budgets: readonly string[]): Promise<readonly Spent[]> {
    return this.sound.spent(budgets);
  }
  settle(...settled: Parameters<Ledger['settle']>): Promise<boolean> {
    return this.sound.settle(...settled);
  }
  markUnconfirmed(claim: Claim, unconfirmed: UnconfirmedAttempt, note?: AttemptNote): Promise<void> {
    return this.sound.markUnconfirmed(claim, unconfirmed, note);
  }
  release(claim: Claim): Promise<void> {
    return this.sound.release(claim);
  }
  recordAnswer(key: string, externalId: string, outcome: AnswerOutcome): Promise<void> {
    return this.sound.recordAnswer(key, externalId, outcome);
  }
  expectAnswer(key: string, externalId: string, keepMs: number): Promise<void> {
    return this.sound.expectAnswer(key, externalId, keepMs);
  }
  check(): Promise<void> {
    return this.sound.check();
  }
  recordMax(name: string, value: number, keepMs?: number): Promise<void> {
    return this.sound.recordMax(name, value, keepMs);
  }
  readMax(name: string): Promise<number> {
    return this.sound.readMax(name);
  }
  close(): Promise<void> {
    return this.sound.close();
  }
}
