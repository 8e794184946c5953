import { once } from 'node:events';
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { StartupError } from '../../lib/startup.ts';
import { LedgerUnavailable } from '../ledger.ts';
import type { Executor, OpenOptions } from './calls.ts';
import type { BatchOutcome } from './store/openstore.ts';

/** What the thread says: once how its start went, then what came of each batch, in their order. */
export type ThreadAnswer = Readonly<{ openedAt: number }> | Readonly<{ refusal: string }> | BatchOutcome;

type Opened = Extract<ThreadAnswer, { openedAt: number } | { refusal: string }>;

/**
 * Starts the thread that has the database. A bug in it ends the process, as any other would: the next one goes on from
 * what is on disk.
 *
 * @throws StartupError, with the sentence that the thread was refused with.
 */
export async function startThread(options: OpenOptions): Promise<Executor> {
  // In the bundle it is a file beside the one that this is in; both have one extension.
  const file = new URL(`./worker${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(file, { workerData: options });
  const [opened] = (await once(worker, 'message')) as [Opened];
  if ('refusal' in opened) throw new StartupError(opened.refusal);
  let answered: ((outcome: BatchOutcome) => void) | undefined;
  worker.on('message', (outcome: BatchOutcome) => answered?.(outcome));
  return {
    openedAt: opened.openedAt,
    run: async (calls) => {
      const outcome = await new Promise<BatchOutcome>((resolve) => {
        answered = resolve;
        worker.postMessage(calls);
      });
      if ('fault' in outcome) throw new LedgerUnavailable(outcome.fault);
      return outcome.answers;
    },
    close: async () => {
      const ended = once(worker, 'exit');
      worker.postMessage(null);
      await ended;
    },
  };
}
