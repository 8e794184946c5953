import type { Claim, ClaimResult, Doubtful, Entry, Fate, Ledger, Receipt } from '../../src/ledger/ledger.ts';

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
  renew(claim: Claim): Promise<Claim | null> {
    return this.sound.renew(claim);
  }
  settle(claim: Claim, receipt: Receipt, keepMs?: number): Promise<boolean> {
    return this.sound.settle(claim, receipt, keepMs);
  }
  doubt(claim: Claim, doubtful: Doubtful): Promise<void> {
    return this.sound.doubt(claim, doubtful);
  }
  release(claim: Claim): Promise<void> {
    return this.sound.release(claim);
  }
  keep(key: string, externalId: string, fate: Fate): Promise<void> {
    return this.sound.keep(key, externalId, fate);
  }
  tell(key: string, externalId: string, keepMs: number): Promise<void> {
    return this.sound.tell(key, externalId, keepMs);
  }
  check(): Promise<void> {
    return this.sound.check();
  }
  note(name: string, value: number): Promise<void> {
    return this.sound.note(name, value);
  }
  noted(name: string): Promise<number> {
    return this.sound.noted(name);
  }
  close(): Promise<void> {
    return this.sound.close();
  }
}
