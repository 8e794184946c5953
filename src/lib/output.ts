import type { Writable } from 'node:stream';

/** Where the log's lines go. */
export type Destination = Readonly<{ write: (line: string) => void }>;

/** At most so much waits for a slow reader: some seconds of lines under load. In bytes; this turn's lines count as characters. */
const usualMaxBytes = 4 * 1024 * 1024;
/** How long the end of the process waits for the reader, in milliseconds. */
const defaultTimeoutMs = 1_000;

/**
 * Lines on their way to a stream. What is logged in one turn of the event loop leaves in one write at its end, before
 * anything else comes in; one for each line took a sixth of a webhook's time. A reader that reads no further, or is gone,
 * keeps nobody waiting: what it has no room for is dropped and counted.
 */
export class Output implements Destination {
  readonly #stream: Writable;
  readonly #maxBytes: number;
  #turn = '';
  #lines = 0;
  #dropped = 0;

  constructor(stream: Writable, maxBytes = usualMaxBytes) {
    this.#stream = stream;
    this.#maxBytes = maxBytes;
    // The callback of each write gets its failure; without a listener the first would end the process.
    stream.on('error', () => undefined);
  }

  /** How many lines were dropped. */
  get dropped(): number {
    return this.#dropped;
  }

  readonly write = (line: string): void => {
    if (this.#stream.writableLength + this.#turn.length + line.length > this.#maxBytes) {
      this.#dropped += 1;
      return;
    }
    if (this.#turn === '') setImmediate(this.flush);
    this.#turn += line;
    this.#lines += 1;
  };

  /** Hands on what this turn has logged so far. */
  readonly flush = (): void => {
    const [turn, lines] = [this.#turn, this.#lines];
    [this.#turn, this.#lines] = ['', 0];
    if (turn === '') return;
    this.#stream.write(turn, (error) => {
      if (error) this.#dropped += lines;
    });
  };

  /** Calls `then` once, when everything was read: at once if it was, and after a while in any case. */
  finish(then: () => void, timeoutMs = defaultTimeoutMs): void {
    this.flush();
    if (this.#stream.writableLength === 0) {
      then();
      return;
    }
    let isOver = false;
    const end = (): void => {
      clearTimeout(late);
      if (!isOver) then();
      isOver = true;
    };
    const late = setTimeout(end, timeoutMs);
    // Nothing, behind all that waits.
    this.#stream.write('', end);
  }
}

/**
 * Standard output. A process that is killed from outside loses the lines of its last turn, and one that crashes those
 * that its reader was too slow for.
 */
export function standardOutput(): Output {
  const output = new Output(process.stdout);
  process.once('exit', output.flush);
  return output;
}
