/**
 * A gateway whose ledger does not fence: whoever once held a claim goes on to create, however long it was paused.
 * For the chaos run alone, which has to notice.
 */
import type { Claim, ClaimResult, Entry } from '../../src/ledger/ledger.ts';
import { WrappedLedger } from '../ledger/wrapped.ts';
import { startSabotaged } from './sabotaged.ts';

class UnfencedLedger extends WrappedLedger {
  override async claim(entry: Entry): Promise<ClaimResult> {
    const result = await this.sound.claim(entry);
    return 'claim' in result ? { ...result, claim: { ...result.claim, leasedUntil: Infinity } } : result;
  }

  override renew(claim: Claim): Promise<Claim> {
    return Promise.resolve({ ...claim, leasedUntil: Infinity });
  }
}

await startSabotaged((ledger) => new UnfencedLedger(ledger));
