import { errorNames, type Log } from '../../../lib/log.ts';
import type { KubeObject } from '../api/object.ts';

/** What a reflector notifies. An object that is deleted and created anew arrives as both, in this order. */
export type Handler = Readonly<{ changed: (object: KubeObject) => void; deleted: (key: string) => void }>;

type Version = Readonly<{ uid: string; resourceVersion: string }>;

/**
 * The version of each object in a collection of which the handler was notified, and no more of it. What is new in the
 * next list follows from it. When a handler throws, the reflector goes on, and notifies it again at the next list.
 */
export class VersionStore {
  readonly #resource: string;
  readonly #handler: Handler;
  readonly #log: Log;
  readonly #versions = new Map<string, Version>();

  constructor(resource: string, handler: Handler, log: Log) {
    this.#resource = resource;
    this.#handler = handler;
    this.#log = log;
  }

  /** How many objects there are. */
  get size(): number {
    return this.#versions.size;
  }

  /** The version of the last notification; undefined if there is no such object. */
  versionOf(key: string): string | undefined {
    return this.#versions.get(key)?.resourceVersion;
  }

  /** Notifies of the object unless this version is known; returns false if the handler could not take it. */
  put(object: KubeObject): boolean {
    const { key, uid, resourceVersion } = object;
    const known = this.#versions.get(key);
    if (known?.uid === uid && known.resourceVersion === resourceVersion) return true;
    if (known && known.uid !== uid && !this.remove(key)) return false;
    const isTaken = this.#notify('changed', key, object);
    // What was not taken in has no version, so that the next list brings it again.
    this.#versions.set(key, { uid, resourceVersion: isTaken ? resourceVersion : '' });
    return isTaken;
  }

  /** Notifies that the object is gone if it was known; returns false if the handler could not take it. */
  remove(key: string): boolean {
    if (!this.#versions.has(key)) return true;
    const isTaken = this.#notify('deleted', key);
    if (isTaken) this.#versions.delete(key);
    return isTaken;
  }

  /** Notifies that everything else is gone. */
  keepOnly(keys: ReadonlySet<string>): boolean {
    const gone = [...this.#versions.keys()].filter((key) => !keys.has(key));
    return gone.map((key) => this.remove(key)).every(Boolean);
  }

  #notify(...[what, key, object]: ['changed', string, KubeObject] | ['deleted', string]): boolean {
    try {
      if (what === 'changed') this.#handler.changed(object);
      else this.#handler.deleted(key);
      return true;
    } catch (error) {
      this.#log.error({ resource: this.#resource, object: key, error: errorNames(error) }, 'handler failed');
      return false;
    }
  }
}

/**
 * Whether this version is from before that one, which shows that the server lost its past. Versions of one collection
 * can be compared if they are numbers, which they are unless the API is not Kubernetes'.
 */
export function isOlder(version: string, than: string | undefined): boolean {
  return than !== undefined && /^\d+$/.test(version) && /^\d+$/.test(than) && BigInt(version) < BigInt(than);
}
