/**
 * The thread that has the database: an entry point of its own, so that the event loop never waits for a disk. Messages
 * to it are batches of calls, or `null` for the end; each is answered by one message.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { StartupError } from '../../lib/startup.ts';
import type { LedgerCall, OpenOptions } from './calls.ts';
import type { ThreadAnswer } from './thread.ts';
import { openStore } from './store/openstore.ts';

if (parentPort === null) throw new Error('this file is a thread of the gateway, and runs as nothing else');
const port = parentPort;
const say = (answer: ThreadAnswer): void => {
  port.postMessage(answer);
};

try {
  const store = openStore(workerData as OpenOptions);
  port.on('message', (calls: readonly LedgerCall[] | null) => {
    if (calls !== null) {
      say(store.run(calls));
      return;
    }
    store.close();
    port.close();
  });
  say({ openedAt: store.openedAt });
} catch (error) {
  // An error loses its class on its way out of a thread.
  if (!(error instanceof StartupError)) throw error;
  say({ refusal: error.message });
}
