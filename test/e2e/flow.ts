/** Decides when the bytes of one direction may go on. */
import { EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

// Small enough that a change of speed is felt at once, large enough not to wake up all the time.
const slicesPerSecond = 20;

/** One direction of a proxy: open, stalled or slow, for all of its connections and at run time. */
export class Flow {
  readonly #changes = new EventEmitter().setMaxListeners(0);
  #bytesPerSecond = Infinity;

  /** Lets this many bytes pass per second and connection from now on: Infinity for all, 0 for none. */
  limit(bytesPerSecond: number): void {
    this.#bytesPerSecond = bytesPerSecond;
    this.#changes.emit('change');
  }

  /** The source's bytes, each when it may pass: for `pipeline`, one call per connection. */
  async *valve(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) yield* this.#slices(chunk);
    // The end of the stream is news too, and is held back like its bytes.
    await this.#opened();
  }

  async *#slices(chunk: Buffer): AsyncGenerator<Buffer> {
    let rest = chunk;
    while (rest.length > 0) {
      await this.#opened();
      const size = Math.max(1, Math.ceil(Math.min(this.#bytesPerSecond / slicesPerSecond, rest.length)));
      yield rest.subarray(0, size);
      rest = rest.subarray(size);
      if (this.#bytesPerSecond !== Infinity) await sleep(1000 * (size / (this.#bytesPerSecond || size)));
    }
  }

  async #opened(): Promise<void> {
    while (this.#bytesPerSecond === 0) await once(this.#changes, 'change');
  }
}
