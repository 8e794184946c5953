import { readFile } from 'node:fs/promises';
import type { Clock } from '../lib/clock.ts';
import { type Log, errorNames } from '../lib/log.ts';
import type { Registry } from '../tenants/registry.ts';

/** What the file is known to say, and whether it can be read now. */
export type Suspension = Readonly<{ isOn: boolean; isReadable: boolean }>;

type Parts = Readonly<{
  path: string;
  clock: Pick<Clock, 'after'>;
  log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** Called when either of the two has changed, and once at the start. */
  onChange: (suspension: Suspension) => void;
}>;

type Followers = Omit<Parts, 'path' | 'onChange'> &
  Readonly<{
    registry: Pick<Registry, 'setSuspended' | 'slugs'>;
    /** Shows it to people. */
    show: (suspension: Suspension) => void;
    /** Called for each tenant that is no longer suspended by the file. */
    resumed: (slug: string) => void;
  }>;

/** The file at this path, which suspends the tenants of a registry; undefined: there is none. */
export function suspendFileOf(path: string | undefined, followers: Followers): SuspendFile | undefined {
  if (path === undefined) return undefined;
  const { registry, show, resumed } = followers;
  const onChange = (suspension: Suspension): void => {
    registry.setSuspended(suspension.isOn);
    show(suspension);
    if (!suspension.isOn) for (const slug of registry.slugs()) resumed(slug);
  };
  return new SuspendFile({ ...followers, path, onChange });
}

/** So often the file is read, in milliseconds: a volume of Kubernetes changes it by links that few watchers follow. */
const everyMs = 1000;

/**
 * The file that suspends every tenant while it says `true`. While it cannot be read, or says neither `true` nor `false`,
 * what it said last counts. Until it has said anything that is `true`: who needs the switch may just be using it.
 */
export class SuspendFile {
  readonly #parts: Parts;
  #last: Suspension | null = null;
  #isStopped = false;
  #cancel: () => void = () => undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Resolves when it was read once; from then on it is followed. */
  async start(): Promise<void> {
    const said = await this.#read();
    if (this.#isStopped) return;
    this.#take(said);
    this.#cancel = this.#parts.clock.after(everyMs, () => void this.start());
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  async #read(): Promise<boolean | string> {
    try {
      const text = (await readFile(this.#parts.path, 'utf8')).trim();
      if (text === 'true' || text === 'false') return text === 'true';
      return 'says neither true nor false';
    } catch (error) {
      return `cannot be read (${errorNames(error)})`;
    }
  }

  #take(said: boolean | string): void {
    const last = this.#last;
    const isReadable = typeof said === 'boolean';
    const isOn = isReadable ? said : (last?.isOn ?? true);
    if (last?.isOn === isOn && last.isReadable === isReadable) return;
    this.#last = { isOn, isReadable };
    this.#parts.onChange(this.#last);
    if (typeof said === 'string') this.#logFault(said, isOn);
    else if (isOn !== (last?.isOn ?? false)) this.#logChange(isOn);
  }

  #logFault(fault: string, isOn: boolean): void {
    const still = isOn ? 'every tenant stays suspended' : 'no tenant is suspended by it';
    this.#parts.log.error({}, `SUSPEND_ALL_FILE ${fault}, so ${still} until it says otherwise`);
  }

  #logChange(isOn: boolean): void {
    if (isOn) this.#parts.log.warn({}, 'SUSPEND_ALL_FILE says true: every tenant is suspended');
    else this.#parts.log.info({}, 'SUSPEND_ALL_FILE says false: tenants are served again');
  }
}
