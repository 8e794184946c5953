import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LedgerUnavailable, type LedgerTimes } from '../../../src/ledger/ledger.ts';
import type { Executor, OpenOptions } from '../../../src/ledger/sqlite/calls.ts';
import { type OpenStore, openStore } from '../../../src/ledger/sqlite/store/openstore.ts';
import { SqliteLedger } from '../../../src/ledger/sqlite/sqlite.ts';
import { startThread } from '../../../src/ledger/sqlite/thread.ts';
import { HandClock } from '../clock.ts';

/** A clock that moves by hand, for a ledger that sets timers: none of them ever rings. */
export class QuietClock extends HandClock {
  override readonly after = (): never => (() => undefined) as never;
}

export const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Runs calls in this thread, so that all that follows from one step has happened before the next. */
export function inThisThread(store: OpenStore): Executor {
  return {
    openedAt: store.openedAt,
    run: (calls) => {
      const outcome = store.run(calls);
      if ('fault' in outcome) return Promise.reject(new LedgerUnavailable(outcome.fault));
      return Promise.resolve(outcome.answers);
    },
    close: () => {
      store.close();
      return Promise.resolve();
    },
  };
}

/** A ledger on a database of its path, in a thread of its own. */
export async function openLedger(
  path: string,
  { times, clock = new QuietClock(1_000_000) }: Readonly<{ times: LedgerTimes; clock?: QuietClock }>,
): Promise<SqliteLedger> {
  const executor = await startThread({ path, times, date: clock.now() });
  return new SqliteLedger({ executor, path, clock, times, log: silent });
}

/** The same, in this thread. */
export function openHere(options: OpenOptions, clock: QuietClock): SqliteLedger {
  const executor = inThisThread(openStore(options));
  return new SqliteLedger({ executor, path: options.path, clock, times: options.times, log: silent });
}

/** A folder of one test's own. */
export async function newFolder(): Promise<Readonly<{ path: string; remove: () => Promise<void> }>> {
  const path = await mkdtemp(join(tmpdir(), 'omneo-gateway-sqlite-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}
