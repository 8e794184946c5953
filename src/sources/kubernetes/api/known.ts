import { errorNames, type Log } from '../../../lib/log.ts';
import type { KubeObject } from './object.ts';

/** Whoever wants to know. An object that is deleted and created anew arrives as both, in this order. */
export type Handler = Readonly<{ changed: (object: KubeObject) => void; deleted: (key: string) => void }>;

type Version = Readonly<{ uid: string; resourceVersion: string }>;

/**
 * What a handler was told of a collection: of each object which version, and no more. From it follows what is new in
 * the next list. A handler that throws is its own trouble; it is told again another time.
 */
export class Known {
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

  has(key: string): boolean {
    return this.#versions.has(key);
  }

  /** The version that was told of last; undefined if there is no such object. */
  versionOf(key: string): string | undefined {
    return this.#versions.get(key)?.resourceVersion;
  }

  /** Tells of the object unless this version is known; returns false if the handler could not take it. */
  put(object: KubeObject): boolean {
    const { key, uid, resourceVersion } = object;
    const known = this.#versions.get(key);
    if (known?.uid === uid && known.resourceVersion === resourceVersion) return true;
    if (known && known.uid !== uid && !this.remove(key)) return false;
    const isTold = this.#tell(key, () => {
      this.#handler.changed(object);
    });
    // What was not taken in has no version, so that the next list brings it again.
    this.#versions.set(key, { uid, resourceVersion: isTold ? resourceVersion : '' });
    return isTold;
  }

  /** Tells that the object is gone if it was known; returns false if the handler could not take it. */
  remove(key: string): boolean {
    if (!this.has(key)) return true;
    const isTold = this.#tell(key, () => {
      this.#handler.deleted(key);
    });
    if (isTold) this.#versions.delete(key);
    return isTold;
  }

  /** Tells that everything else is gone. */
  keepOnly(keys: ReadonlySet<string>): boolean {
    const gone = [...this.#versions.keys()].filter((key) => !keys.has(key));
    return gone.map((key) => this.remove(key)).every(Boolean);
  }

  #tell(key: string, tell: () => void): boolean {
    try {
      tell();
      return true;
    } catch (error) {
      this.#log.error({ resource: this.#resource, object: key, error: errorNames(error) }, 'handler failed');
      return false;
    }
  }
}
