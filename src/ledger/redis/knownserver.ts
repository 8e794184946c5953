import { type Log, errorNames } from '../../lib/log.ts';
import { checkKey, entryKey, epochKey, randomName } from './keys.ts';
import { LedgerUnavailable, type LedgerTimes } from '../ledger.ts';
import { type Script, scripts } from './scripts.ts';
import type { ScriptServer } from './server.ts';

type Parts = Readonly<{
  server: ScriptServer;
  times: Pick<LedgerTimes, 'leaseMs' | 'settleWindowMs'>;
  log: Log;
}>;

/** The server as this replica knows it: in which epoch it was last seen, and whether it can be reached. */
export class KnownServer {
  readonly #parts: Parts;
  /** '': none yet. */
  #epoch = '';
  /** Undefined until the first answer. A ledger that is missing at the start is logged by LedgerCheck. */
  #available: boolean | undefined;
  #hasWarned = false;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Writes to the server, and deletes what was written. */
  async check(): Promise<void> {
    await this.#watched(scripts.check, [checkKey], []);
  }

  /** Runs a script on the entry with this key. */
  run(script: Script, key: string, args: readonly string[]): Promise<readonly string[]> {
    return this.#watched(script, [entryKey(key)], args);
  }

  /** Runs one that also attends: it is told the epoch that this replica remembers, and gives the server's. */
  async runInEpoch(script: Script, key: string, args: readonly string[]): Promise<readonly string[]> {
    const keys = [epochKey, entryKey(key)];
    return this.#remember(await this.#watched(script, keys, [...this.#epochArgs(), ...args]));
  }

  /** Notices whether the server was emptied. */
  async attend(): Promise<void> {
    try {
      this.#remember(await this.#watched(scripts.attend, [epochKey], this.#epochArgs()));
    } catch (error) {
      // The next claim attends too.
      if (!(error instanceof LedgerUnavailable)) throw error;
    }
  }

  /** One log line when the server goes, and one when it is back; null: it gave an answer. */
  #heard(error: unknown): void {
    const [before, available] = [this.#available, error === null];
    if (available === before || (before === undefined && !available)) return;
    this.#available = available;
    if (before === undefined) return;
    const { log } = this.#parts;
    if (available) log.info({}, 'the ledger is back');
    else log.error({ error: errorNames(error) }, 'the ledger cannot be reached; webhooks get 503');
  }

  async #watched(
    script: Script,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<readonly string[]> {
    try {
      const reply = await this.#parts.server.run(script, keys, args);
      this.#heard(null);
      return reply;
    } catch (error) {
      this.#heard(error);
      throw error;
    }
  }

  #epochArgs(): readonly string[] {
    return [this.#epoch, randomName(), String(this.#spanMs)];
  }

  get #spanMs(): number {
    const { leaseMs, settleWindowMs } = this.#parts.times;
    return leaseMs + settleWindowMs;
  }

  /** Warns once of a ledger that other settings are in use on. */
  #compare(span: string): void {
    if (this.#hasWarned || Number(span) === this.#spanMs) return;
    this.#hasWarned = true;
    this.#parts.log.warn(
      { longest_ms: Number(span), own_ms: this.#spanMs },
      'another gateway on this ledger has a longer LEASE_MS or SETTLE_WINDOW_MS, which counts for all; give them the same',
    );
  }

  /** Takes the epoch and the longest span off a reply. */
  #remember([epoch = '', span = '', ...reply]: readonly string[]): readonly string[] {
    this.#compare(span);
    if (this.#epoch !== '' && this.#epoch !== epoch) {
      const message = 'the ledger was emptied; nothing new is issued until the settle window has passed';
      this.#parts.log.warn({}, message);
    }
    this.#epoch = epoch;
    return reply;
  }
}
