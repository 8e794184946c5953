import { readFileSync, statSync } from 'node:fs';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { StartupError } from '../../lib/startup.ts';
import { type KeyFileVariable, type SealingKeys, readKeys } from './keys.ts';

type Parts = Readonly<{
  path: string;
  /** The setting that names the file; LEDGER_KEY_FILE, unless it says so. */
  variable?: KeyFileVariable;
  clock: Pick<Clock, 'monotonic'>;
  log: Pick<Log, 'info' | 'warn'>;
}>;

/** Where a key file lies, and the setting that says so. */
type Place = Pick<Parts, 'path' | 'variable'>;

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

  /** @throws StartupError, with a sentence that names the setting, for a file that cannot be used. */
  constructor(parts: Parts) {
    this.#parts = parts;
    this.#lookedAt = parts.clock.monotonic();
    this.#stamp = stampOf(parts);
    this.#keys = keysIn(parts);
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
    const { log, variable } = this.#parts;
    // First, so that a change between the two is seen at the next look.
    const stamp = stampOf(this.#parts);
    if (stamp === this.#stamp) return;
    this.#keys = keysIn(this.#parts);
    this.#stamp = stamp;
    const ofSessions = 'the keys that seal sessions were read again';
    const ofWebhooks = 'the keys that seal webhooks were read again';
    log.info({ keys: this.#keys.length }, variable === 'SESSION_KEY_FILE' ? ofSessions : ofWebhooks);
  }
}

/** A system's error about a key file as a sentence of ours; `what` is what cannot be done with it. */
export function keyFileFault(
  { path, variable = 'LEDGER_KEY_FILE' }: Place,
  what: 'read' | 'made',
  error: unknown,
): StartupError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  const remedy = what === 'read' ? 'correct the path or its rights' : 'set it to a file with a key';
  return new StartupError(`${variable}: ${path} cannot be ${what} (${code}); ${remedy}.`, { cause: error });
}

function keysIn(place: Place): SealingKeys {
  const text = orFault(place, () => readFileSync(place.path, 'utf8'));
  return readKeys(text, place.path, place.variable);
}

/** Differs whenever the file was written or replaced, be it within one tick of its times. */
function stampOf(place: Place): string {
  const { dev, ino, size, mtimeNs } = orFault(place, () => statSync(place.path, { bigint: true }));
  return [dev, ino, size, mtimeNs].join(' ');
}

function orFault<T>(place: Place, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw keyFileFault(place, 'read', error);
  }
}
