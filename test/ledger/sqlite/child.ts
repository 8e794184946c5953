/**
 * A process that issues one id after another on a ledger, several at a time, and prints each once it is settled:
 * `node child.ts <path> <first>`. It is meant to be killed.
 */
import { argv, stdout } from 'node:process';
import { systemClock } from '../../../src/lib/clock.ts';
import { StartupError } from '../../../src/lib/startup.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/sqlite.ts';
import { startThread } from '../../../src/ledger/sqlite/thread.ts';
import { claimOf, entryOf, times } from '../contract.ts';
import { silent } from './bench.ts';

const [, , path = '', first = '0'] = argv;
try {
  const executor = await startThread({ path, times, date: Date.now() });
  const ledger = new SqliteLedger({ executor, path, clock: systemClock, times, log: silent });
  stdout.write('open\n');
  let next = Number(first);
  const issue = async (): Promise<never> => {
    for (;;) {
      next += 1;
      const id = next;
      const claim = claimOf(await ledger.claim(entryOf(String(id))));
      await ledger.settle(claim, { resourceId: id, matchedBy: 'klaviyo' });
      stdout.write(`${id}\n`);
    }
  };
  await Promise.all(Array.from({ length: 20 }, issue));
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  stdout.write(`${error.message}\n`);
}
