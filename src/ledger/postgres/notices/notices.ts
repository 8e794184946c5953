import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../lib/clock.ts';
import { type Log, errorNames } from '../../../lib/log.ts';
import { Listeners } from '../../deliveries/listeners.ts';
import type { Notices, Query } from '../database.ts';
import { statements } from '../statements.ts';
import { NoticeListener } from './listener.ts';

/** Notices of so many milliseconds go as one: all commits that send any wait for one lock. */
const togetherMs = 20;
/** As the statement names it. */
const channel = 'omneo_gateway_due';

type Parts = Readonly<{
  query: Query;
  connection: ConstructorParameters<typeof NoticeListener>[1]['connection'];
  clock: Pick<Clock, 'after'>;
  log: Pick<Log, 'debug'>;
}>;

/** Notices by NOTIFY and LISTEN. One that is lost is made up for by whoever asks the ledger now and then. */
export class PostgresNotices implements Notices {
  readonly #parts: Parts;
  readonly #listeners = new Listeners();
  readonly #listener: NoticeListener;
  /** The server sends a notice to everybody, its sender too, who knows it. */
  readonly #sender = randomUUID();
  #isPlanned = false;

  constructor(parts: Parts) {
    this.#parts = parts;
    const onNotice = (sender: string): void => {
      if (sender !== this.#sender) this.#listeners.tell();
    };
    this.#listener = new NoticeListener(channel, { ...parts, onNotice });
  }

  /** This process hears of it at once, the others soon. */
  send(): void {
    this.#listeners.tell();
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    this.#parts.clock.after(togetherMs, () => {
      this.#isPlanned = false;
      this.#notify().catch((error: unknown) => {
        this.#parts.log.debug({ error: errorNames(error) }, 'the ledger took no notice');
      });
    });
  }

  /** Connects when somebody listens for the first time. */
  onNotice(listener: () => void): () => void {
    const isFirst = this.#listeners.isEmpty;
    const remove = this.#listeners.add(listener);
    if (isFirst) void this.#listener.start();
    return remove;
  }

  close(): void {
    this.#listener.close();
  }

  async #notify(): Promise<void> {
    await this.#parts.query(statements.notify, [this.#sender]);
  }
}
