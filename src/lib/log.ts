import type { Writable } from 'node:stream';
import { pino } from 'pino';

/** The part of pino that the gateway uses. */
export type Log = Readonly<
  Record<'debug' | 'info' | 'warn' | 'error', (fields: object, message: string) => void>
>;

/** Where the log's lines go. */
export type Destination = Readonly<{ write: (line: string) => void }>;

/** A log of JSON lines: `time` in ISO 8601, `level` as a word, and only the fields that the caller names. */
export function createLog(level: string, destination: Destination): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination);
}

/**
 * What may be logged of an error and its causes: name and code, but not the message, since libraries put URLs,
 * headers and bodies there. An error of ours whose message never holds any of it says so by `isClean`.
 */
export function errorNames(error: unknown): string {
  const names: string[] = [];
  for (let cause = error; cause instanceof Error && names.length < 5; cause = cause.cause) {
    const code = 'code' in cause && typeof cause.code === 'string' ? `(${cause.code})` : '';
    const isClean = 'isClean' in cause && cause.isClean === true;
    names.push(isClean ? cause.message : `${cause.name}${code}`);
  }
  return names.length === 0 ? typeof error : names.join(' < ');
}

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
    // Each write reports its own failure. Without a listener the first would end the process.
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
