import { watch, type FSWatcher } from 'node:fs';

type Watched = Readonly<{ stamp: string; watcher: FSWatcher }>;

/** Watches folders, each for itself: recursive watching does not exist on every system. */
export class FolderWatch {
  readonly #watched = new Map<string, Watched>();
  readonly #onChange: () => void;
  readonly #onError: (error: unknown) => void;

  constructor(onChange: () => void, onError: (error: unknown) => void) {
    this.#onChange = onChange;
    this.#onError = onError;
  }

  /**
   * Watches these folders (path to stamp) and no others. True if one of them is new: what happened in it before
   * now has not been seen, so it takes another listing.
   */
  follow(folders: ReadonlyMap<string, string>): boolean {
    for (const [path, { stamp }] of this.#watched) if (folders.get(path) !== stamp) this.#drop(path);
    const fresh = [...folders].filter(([path]) => !this.#watched.has(path));
    return fresh.map(([path, stamp]) => this.#add(path, stamp)).includes(true);
  }

  close(): void {
    for (const path of this.#watched.keys()) this.#drop(path);
  }

  #add(path: string, stamp: string): boolean {
    try {
      const watcher = watch(path, { persistent: false }, this.#onChange);
      watcher.on('error', (error) => {
        this.#drop(path);
        this.#onError(error);
      });
      this.#watched.set(path, { stamp, watcher });
      return true;
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }

  #drop(path: string): void {
    this.#watched.get(path)?.watcher.close();
    this.#watched.delete(path);
  }
}
