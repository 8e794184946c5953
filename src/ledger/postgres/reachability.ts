import { type Log, errorNames } from '../../lib/log.ts';

/** One log line when the ledger goes, and one when it is back. One that is missing at the start is LedgerCheck's. */
export class Reachability {
  readonly #log: Log;
  /** Undefined until the first answer. */
  #available: boolean | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Notes how a call ended; null: well. */
  note(error: unknown): void {
    const available = error === null;
    if (available === this.#available || (this.#available === undefined && !available)) return;
    const isFirst = this.#available === undefined;
    this.#available = available;
    if (isFirst) return;
    if (available) this.#log.info({}, 'the ledger is back');
    else this.#log.error({ error: errorNames(error) }, 'the ledger cannot be reached; webhooks get 503');
  }
}
