import { join } from 'node:path';
import { type MakeLedger, ledgerContract } from '../contract.ts';
import { deliveryAdminContract } from '../deliveryadmincontract.ts';
import { deliveryContract } from '../deliverycontract.ts';
import { outboxContract } from '../outboxcontract.ts';
import { budgetContract } from '../budgetcontract.ts';
import { budgetDeliveryContract } from '../budgetdeliverycontract.ts';
import { QuietClock, newFolder, openLedger } from './bench.ts';

describe('on SQLite', () => {
  let folder: Awaited<ReturnType<typeof newFolder>>;
  let count = 0;

  before(async () => {
    folder = await newFolder();
  });
  after(() => folder.remove());

  const make: MakeLedger = async ({ times }) => {
    count += 1;
    const clock = new QuietClock(1_000_000);
    const ledger = await openLedger(join(folder.path, `${count}.db`), { times, clock });
    const advance = (ms: number): Promise<void> => {
      clock.advance(ms);
      return Promise.resolve();
    };
    return { ledger, advance, now: clock.monotonic, driftMs: 0 };
  };
  ledgerContract('the SQLite ledger', make);
  budgetContract('the SQLite ledger', make);
  budgetDeliveryContract('the SQLite ledger', make);
  deliveryContract('the SQLite ledger', make);
  deliveryAdminContract('the SQLite ledger', make);
  outboxContract('the SQLite ledger', make);
});
