import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { StartupError } from '../../lib/startup.ts';
import { type SealingKeys, readKeys } from './keys.ts';

type Parts = Readonly<{ path: string; clock: Pick<Clock, 'monotonic'>; log: Pick<Log, 'info' | 'warn'> }>;

/** How long the file is not looked at again, in milliseconds. */
const lookEveryMs = 60_000;

/**
 * A file of keys, which may change while the gateway runs. It is looked at when keys are asked for, at most once a minute:
 * so nobody uses older ones than that, and nothing has to be stopped. The file is small and local, so it is read at once.
 */
export class KeyFile {
  readonly #parts: Parts;
  #keys: SealingKeys;
  /** What the file looked like when these keys were read. */
  #stamp: string;
  #lookedAt: number;
  #isFaulty = false;

  /** @throws StartupError, with a sentence that names LEDGER_KEY_FILE, for a file that cannot be used. */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.#lookedAt = parts.clock.monotonic();
    this.#stamp = stampOf(parts.path);
    this.#keys = keysIn(parts.path);
  }

  /** The keys that count now. A file that became unusable leaves those that it held before. */
  readonly keys = (): SealingKeys => {
    const now = this.#parts.clock.monotonic();
    if (now - this.#lookedAt >= lookEveryMs) {
      this.#lookedAt = now;
      this.#look();
    }
    return this.#keys;
  };

  #look(): void {
    try {
      this.#readIfChanged();
      this.#isFaulty = false;
    } catch (error) {
      if (!(error instanceof StartupError)) throw error;
      // Said once, and not at every look.
      if (!this.#isFaulty)
        this.#parts.log.warn(
          { error: error.message },
          'the key file cannot be used; its last keys stay in use',
        );
      this.#isFaulty = true;
    }
  }

  #readIfChanged(): void {
    const { path, log } = this.#parts;
    // First, so that a change between the two is seen at the next look.
    const stamp = stampOf(path);
    if (stamp === this.#stamp) return;
    this.#keys = keysIn(path);
    this.#stamp = stamp;
    log.info({ keys: this.#keys.length }, 'the keys that seal webhooks were read again');
  }
}

/** A system's error about a key file as a sentence of ours; `what` is what cannot be done with it. */
export function keyFileFault(path: string, what: 'read' | 'made', error: unknown): StartupError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const remedy = what === 'read' ? 'correct the path or its rights' : 'set it to a file with a key';
  return new StartupError(`LEDGER_KEY_FILE: ${path} cannot be ${what} (${code}); ${remedy}.`, {
    cause: error,
  });
}

function keysIn(path: string): SealingKeys {
  return readKeys(
    orFault(path, () => readFileSync(path, 'utf8')),
    path,
  );
}

/** Differs whenever the file was written or replaced, be it within one tick of its times. */
function stampOf(path: string): string {
  const { dev, ino, size, mtimeNs } = orFault(path, () => statSync(path, { bigint: true }));
  return [dev, ino, size, mtimeNs].join(' ');
}

function orFault<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw keyFileFault(path, 'read', error);
  }
}
