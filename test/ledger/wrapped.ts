import type { Claim, ClaimResult, Entry, Fate, Ledger, Receipt } from '../../src/ledger/ledger.ts';

/** A ledger that hands everything on; what is to go differently is overridden. */
export class WrappedLedger implements Ledger {
  protected readonly sound: Ledger;

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
  doubt(claim: Claim): Promise<void> {
    return this.sound.doubt(claim);
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
  close(): Promise<void> {
    return this.sound.close();
  }
}
