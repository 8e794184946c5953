import type { Fault, Manifest, Parsed } from './manifests.ts';

/** A file as it was last read, and what of it is served: the same, or its last good version, if there was one. */
export type FileState = Readonly<{ latest: Parsed; served?: readonly Manifest[] }>;

/** What is served of all files. */
export type Merged = Readonly<{
  /** Every object that is served, each once. */
  manifests: readonly Manifest[];
  /** Those of them that were not served before, or may have been served otherwise. */
  fresh: ReadonlySet<Manifest>;
  /** Paths of the files of which every object is served. */
  whole: ReadonlySet<string>;
  /** For each file the version that is served now; a file that was never good has none. */
  served: ReadonlyMap<string, readonly Manifest[]>;
  faults: ReadonlyMap<string, Fault>;
}>;

/**
 * Decides which version of each file is served. An object may be in one file only: a new version that brings an
 * object which another file already serves is at fault, and its last good version stays. `wholeBefore` is what was `whole`
 * the last time.
 */
export function merge(
  files: ReadonlyMap<string, FileState>,
  wholeBefore: ReadonlySet<string> = new Set(),
): Merged {
  const owners = new Map<string, string>();
  const manifests: Manifest[] = [];
  const [fresh, whole] = [new Set<Manifest>(), new Set<string>()];
  const served = new Map<string, readonly Manifest[]>();
  const faults = new Map<string, Fault>();

  const take = (path: string, version: readonly Manifest[], objects = version): void => {
    served.set(path, version);
    for (const object of objects) owners.set(idOf(object), path);
    manifests.push(...objects);
    if (objects.length === version.length) whole.add(path);
    const isAsBefore = version === files.get(path)?.served && whole.has(path) && wholeBefore.has(path);
    if (!isAsBefore) for (const object of objects) fresh.add(object);
  };
  for (const [path, file] of incumbentsFirst(files)) {
    const fault = 'fault' in file.latest ? file.latest.fault : collision(file.latest.manifests, owners);
    if (fault) faults.set(path, fault);
    if (!fault && 'manifests' in file.latest) take(path, file.latest.manifests);
    else if (file.served) {
      take(
        path,
        file.served,
        file.served.filter((object) => !owners.has(idOf(object))),
      );
    }
  }
  return { manifests, fresh, whole, served, faults };
}

/** Files that go on as they are come before files with something new; within each, by path. */
function incumbentsFirst(files: ReadonlyMap<string, FileState>): [string, FileState][] {
  const rank = ({ latest, served }: FileState) =>
    served && ('fault' in latest || latest.manifests === served) ? 0 : 1;
  return [...files].sort(([a, left], [b, right]) => rank(left) - rank(right) || (a < b ? -1 : 1));
}

function collision(manifests: readonly Manifest[], owners: ReadonlyMap<string, string>): Fault | undefined {
  for (const object of manifests) {
    const owner = owners.get(idOf(object));
    if (owner !== undefined) return { line: object.line, message: `${idOf(object)} is already in ${owner}` };
  }
  return undefined;
}

function idOf({ kind, key }: Manifest): string {
  return `${kind} ${key}`;
}
