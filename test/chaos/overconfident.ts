/**
 * A gateway whose ledger takes a create of unknown outcome for one that failed, of credits alone. For the chaos run alone,
 * which has to notice.
 */
import type { ClaimResult, Entry } from '../../src/ledger/ledger.ts';
import { WrappedLedger } from '../ledger/wrapped.ts';
import { startSabotaged } from './sabotaged.ts';

class OverconfidentLedger extends WrappedLedger {
  override async claim(entry: Entry): Promise<ClaimResult> {
    const result = await this.sound.claim(entry);
    if (result.result !== 'unconfirmed' || !entry.key.startsWith('credits/')) return result;
    return { result: 'won', claim: result.claim, claimedAt: result.claimedAt };
  }
}

await startSabotaged((ledger) => new OverconfidentLedger(ledger));
