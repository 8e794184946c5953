import type { Clock } from '../../lib/clock.ts';
import { pause } from './api/deadline.ts';
import type { Scope } from './scope.ts';

type Options = Readonly<{ scopes: readonly Scope[]; clock: Clock; signal: AbortSignal }>;

/** How long the tenants of namespaces that are listed wait for those that are not, in milliseconds. */
const patienceMs = 30_000;

/** All that is watched. */
export class Scopes {
  readonly #options: Options;
  #lists: readonly Promise<void>[] = [];

  constructor(options: Options) {
    this.#options = options;
  }

  get isWhole(): boolean {
    return this.unlisted.length === 0;
  }

  /** Names of the namespaces that were never listed as a whole. */
  get unlisted(): readonly string[] {
    return this.#options.scopes.filter(({ isListed }) => !isListed).map(({ namespace }) => namespace);
  }

  isListed(namespace: string): boolean {
    return this.#options.scopes.some((scope) => scope.covers(namespace) && scope.isListed);
  }

  versionOf(secret: string): string | undefined {
    for (const scope of this.#options.scopes) {
      const version = scope.versionOf(secret);
      if (version !== undefined) return version;
    }
    return undefined;
  }

  /** Begins to follow all; `listed` is called after each list that ends. */
  start(listed: () => void): void {
    this.#lists = this.#options.scopes.map((scope) => scope.list().then(listed));
  }

  /**
   * Resolves when everything is listed, or after a while when something is: one namespace that is gone, or that may not be
   * read, must not keep the tenants of all others waiting.
   */
  async enough(): Promise<void> {
    const { clock, signal } = this.#options;
    const all = Promise.all(this.#lists);
    const early = new AbortController();
    void all.then(() => {
      early.abort();
    });
    await pause(clock, patienceMs, AbortSignal.any([signal, early.signal]));
    await Promise.race(this.#lists);
  }

  async stop(): Promise<void> {
    await Promise.all(this.#options.scopes.map((scope) => scope.stop()));
  }
}
