import { stat } from 'node:fs/promises';
import type { Clock } from '../../lib/clock.ts';
import type { Log } from '../../lib/log.ts';
import { Debounce } from './debounce.ts';
import { FaultLog } from './faultlog.ts';
import { codeOf, listFolder, type Listing } from './files.ts';
import { manifestParser, type Parsed } from './manifests.ts';
import { type FileState, merge } from './merge.ts';
import type { OmneoTenant } from '../../tenants/schema/omneotenant.ts';
import { readChanges, type File } from './reading.ts';
import { StartupError } from '../../lib/startup.ts';
import { RegistryWriter } from './registrywriter.ts';
import type { Registry } from '../../tenants/registry.ts';
import type { TenantPolicy } from '../../tenants/resolve.ts';
import type { Check } from '../../tenants/schema/schema.ts';
import { FolderWatch } from './folderwatch.ts';

type FolderOptions = Readonly<{
  dir: string;
  registry: Registry;
  /** `tenantCheck` of the CRD. */
  schema: Check<OmneoTenant>;
  policy: TenantPolicy;
  log: Pick<Log, 'info' | 'warn' | 'error'>;
  clock: Clock;
}>;

/** A change is read when two listings this far apart agree, in milliseconds: by then it is written. */
const settleMs = 75;
/** How long one file that goes on changing may hold up the others, in milliseconds. */
const settleTimeoutMs = 2_000;
/** Between two resyncs, in milliseconds, for what watching misses: network volumes, files behind links, lost watches. */
const resyncMs = 10_000;

/**
 * The embedded source of tenants: a folder of YAML with OmneoTenants and Secrets, followed as it is saved. Each
 * file is served in its last good version, and every change reaches the registry in one step.
 */
export class FolderSource {
  readonly #options: FolderOptions;
  readonly #parse: (text: string) => Parsed;
  readonly #registryWriter: RegistryWriter;
  readonly #watch: FolderWatch;
  readonly #faults: FaultLog;
  /** The rescans that events trigger. */
  readonly #rescans: Debounce;
  #files: ReadonlyMap<string, File> = new Map();
  /** Paths of the files of which every object is served. */
  #whole: ReadonlySet<string> = new Set();
  #passes: Promise<void> = Promise.resolve();
  #stopped = false;
  #ready = false;

  constructor(options: FolderOptions) {
    this.#options = options;
    this.#parse = manifestParser(options.schema);
    this.#registryWriter = new RegistryWriter(options);
    this.#faults = new FaultLog(options);
    this.#rescans = new Debounce({ clock: options.clock, act: () => this.rescan() });
    this.#watch = new FolderWatch(
      () => void this.#rescans.trigger(),
      (error) => {
        options.log.warn(
          { code: codeOf(error) },
          `cannot watch a folder; looking every ${resyncMs / 1000} s instead`,
        );
      },
    );
  }

  /** Resolves when the folder has been read once. */
  async start(): Promise<void> {
    const { dir } = this.#options;
    const found = await stat(dir).catch(() => undefined);
    if (!found?.isDirectory())
      throw new StartupError(`TENANTS_DIR is ${dir}, which is not a folder; create or correct it.`);
    // The clock's sleep keeps no process alive, and before the ports listen nothing else does.
    const alive = setInterval(() => undefined, resyncMs);
    const first = this.#pass().finally(() => {
      clearInterval(alive);
    });
    this.#passes = first.catch(() => undefined); // it is awaited below
    await first.catch((error: unknown) => {
      throw new StartupError(`TENANTS_DIR is ${dir}, which cannot be read (${codeOf(error)}).`, {
        cause: error,
      });
    });
    this.#serve(this.#files); // an empty folder is no news, yet complete
    this.#ready = true;
    void this.#resync();
  }

  /** Whether the folder has been read once. */
  isReady(): boolean {
    return this.#ready;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#watch.close();
    await this.#passes;
  }

  /** Reads the folder after the passes that are under way, and resolves when what it holds is served. */
  rescan(): Promise<void> {
    this.#passes = this.#passes.then(async () => {
      try {
        if (!this.#stopped) await this.#pass();
        this.#faults.readable();
      } catch (error) {
        this.#faults.unreadable(error);
      }
    });
    return this.#passes;
  }

  async #resync(): Promise<void> {
    for (;;) {
      await this.#options.clock.sleep(resyncMs);
      if (this.#stopped) return;
      await this.rescan();
    }
  }

  /** Reads what has changed and serves it, once two listings agree. */
  async #pass(): Promise<void> {
    const { clock } = this.#options;
    const deadline = clock.monotonic() + settleTimeoutMs;
    let first = await this.#list();
    while (this.#isNews(first)) {
      await clock.sleep(settleMs);
      const second = await this.#list();
      const { files, isSettled } = await readChanges({
        dir: this.#options.dir,
        known: this.#files,
        first,
        second,
        parse: this.#parse,
      });
      if (isSettled || clock.monotonic() > deadline) {
        if (!isSettled) void this.#rescans.trigger();
        this.#serve(files);
        return;
      }
      first = second;
    }
  }

  async #list(): Promise<Listing> {
    const listing = await listFolder(this.#options.dir);
    if (!this.#stopped && this.#watch.follow(listing.folders)) void this.#rescans.trigger();
    return listing;
  }

  #isNews({ files }: Listing): boolean {
    const isSame = ([path, stamp]: [string, string]) => this.#files.get(path)?.stamp === stamp;
    return files.size !== this.#files.size || ![...files].every(isSame);
  }

  #serve(files: ReadonlyMap<string, File>): void {
    if (this.#stopped) return;
    const merged = merge(new Map([...files].map(([path, file]) => [path, stateOf(file)])), this.#whole);
    const { faults, served, whole } = merged;
    this.#files = new Map([...files].map(([path, file]) => [path, faults.has(path) ? file : asServed(file)]));
    this.#whole = whole;
    this.#registryWriter.register(merged, served.size === files.size);
    this.#faults.report(this.#files, faults);
  }
}

/** The file with its objects, to be merged with the others. */
function stateOf({ latest, served }: File): FileState {
  const manifests = served?.unpack();
  const last = manifests && { served: manifests };
  if ('fault' in latest) return { latest, ...last };
  return {
    latest: { manifests: manifests && latest.packed === served ? manifests : latest.packed.unpack() },
    ...last,
  };
}

/** The file, of which the latest version is served. */
function asServed(file: File): File {
  const { latest, served } = file;
  return 'fault' in latest || latest.packed === served ? file : { ...file, served: latest.packed };
}
