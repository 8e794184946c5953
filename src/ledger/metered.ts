import type { Clock } from '../lib/clock.ts';
import type { Ledger } from './ledger.ts';
import { type LedgerOperation, type WrapCall, ledgerWith } from './wrapledger.ts';

/** Called at the end of each call; `unavailable` is one that threw. */
export type ObserveLedger = (
  operation: LedgerOperation,
  result: 'ok' | 'unavailable',
  seconds: number,
) => void;

type Parts = Readonly<{ ledger: Ledger; clock: Pick<Clock, 'monotonic'>; observe: ObserveLedger }>;

/** The same ledger with its calls timed. It has no `stats`. */
export function meteredLedger({ ledger, clock, observe }: Parts): Ledger {
  const timed: WrapCall =
    (operation, call) =>
    async (...args) => {
      const begin = clock.monotonic();
      let result: 'ok' | 'unavailable' = 'unavailable';
      try {
        const answer = await call(...args);
        result = 'ok';
        return answer;
      } finally {
        observe(operation, result, (clock.monotonic() - begin) / 1000);
      }
    };
  return ledgerWith(ledger, timed);
}
