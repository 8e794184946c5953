import type { Log } from '../../lib/log.ts';
import { codeOf } from './files.ts';
import type { Fault } from './manifests.ts';
import type { File } from './reading.ts';

type Options = Readonly<{ dir: string; log: Pick<Log, 'info' | 'warn' | 'error'> }>;

/** Logs what is wrong with a folder and with the files in it: once, and not at every pass. */
export class FaultLog {
  readonly #options: Options;
  #logged = new Map<string, string>();
  #trouble: string | undefined;

  constructor(options: Options) {
    this.#options = options;
  }

  /** One line for each file at fault, once per content; and one when it is good again. */
  report(files: ReadonlyMap<string, Pick<File, 'digest'>>, faults: ReadonlyMap<string, Fault>): void {
    const { log } = this.#options;
    const logged = new Map<string, string>();
    for (const [file, { digest }] of files) {
      const fault = faults.get(file);
      const before = this.#logged.get(file);
      if (fault) {
        const line = `${digest} ${fault.line} ${fault.message}`;
        logged.set(file, line);
        if (line !== before) log.warn({ file, line: fault.line }, `${file}:${fault.line}: ${fault.message}`);
      } else if (before !== undefined) log.info({ file }, `${file} is good again`);
    }
    this.#logged = logged;
  }

  /** The folder cannot be read: one line until it can, or until there is another reason. */
  unreadable(error: unknown): void {
    const code = codeOf(error);
    if (code === this.#trouble) return;
    this.#trouble = code;
    const { dir, log } = this.#options;
    log.error({ code }, `${dir} cannot be read; what it held is served until it can`);
  }

  /** The folder can be read. */
  readable(): void {
    this.#trouble = undefined;
  }
}
