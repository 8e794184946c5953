/** Ledgers that are broken in one way each, to see that the property sees it. */
import type { Clock } from '../../../src/lib/clock.ts';
import type { Claim, ClaimResult, Entry, Ledger, LedgerTimes, Receipt } from '../../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../../src/ledger/memory/memory.ts';
import { WrappedLedger } from '../wrapped.ts';

export type MakeLedger = (clock: Clock, times: LedgerTimes) => Ledger;

export const sound: MakeLedger = (clock, times) => new MemoryLedger({ clock, times, maxEntries: 1000 });

/** An owner that was paused past its lease goes on as if nothing had happened. */
class WithoutFencing extends WrappedLedger {
  override async renew(claim: Claim): Promise<Claim | null> {
    return (await this.sound.renew(claim)) ?? claim;
  }
}

/** A create whose outcome is unknown is treated like one that failed. */
class WithoutUnknownOutcome extends WrappedLedger {
  override markUnconfirmed(claim: Claim): Promise<void> {
    return this.sound.release(claim);
  }
}

/** A lease that ran out is treated like a claim that was released. */
class WithoutSuspicion extends WrappedLedger {
  override async claim(entry: Entry): Promise<ClaimResult> {
    const result = await this.sound.claim(entry);
    if (result.result !== 'unconfirmed') return result;
    const { claim, claimedAt } = result;
    return { result: 'won', claim, claimedAt };
  }
}

/** A reward that exists is forgotten. */
class WithoutMemory extends WrappedLedger {
  override async settle(claim: Claim, receipt: Receipt, keepMs?: number): Promise<boolean> {
    const settled = await this.sound.settle(claim, receipt, keepMs);
    await this.sound.recordAnswer(claim.key, claim.externalId, { isSent: true, keepMs: 0 });
    return settled;
  }
}

export const mutations: Readonly<Record<string, MakeLedger>> = {
  'fencing is off': (clock, times) => new WithoutFencing(sound(clock, times)),
  'the settle window is 0 and the look-up lags': (clock, times) =>
    sound(clock, { ...times, settleWindowMs: 0 }),
  'an unknown outcome releases the claim': (clock, times) => new WithoutUnknownOutcome(sound(clock, times)),
  'a lease that ran out is won anew': (clock, times) => new WithoutSuspicion(sound(clock, times)),
  'an issued entry is forgotten': (clock, times) => new WithoutMemory(sound(clock, times)),
};
