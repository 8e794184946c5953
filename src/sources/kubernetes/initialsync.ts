import type { Log } from '../../lib/log.ts';
import type { Registry } from '../../tenants/registry.ts';
import type { TenantStore } from './tenantstore.ts';

type Options = Readonly<{
  registry: Pick<Registry, 'complete' | 'setComplete'>;
  tenants: Pick<TenantStore, 'size'>;
  log: Pick<Log, 'info'>;
}>;

/**
 * The first reconcile of every OmneoTenant that is listed. When it is over, what can be served is served; and if
 * everything was listed, the registry is complete.
 */
export class InitialSync {
  readonly #options: Options;
  /** Whether everything is listed. */
  isWhole = false;
  /** Whether everything was listed and reconciled once. */
  isOver = false;
  #outstanding: Set<string> | undefined;
  /** Those of them whose Secrets could not be fetched: they are known, and not ready. */
  readonly #failing = new Set<string>();
  #isTimedOut = false;
  #isReady = false;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Whether all that was listed is reconciled; stays true. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** These are to be reconciled. `isWhole`: that is everything. */
  begin(keys: readonly string[], isWhole: boolean): void {
    this.isWhole = isWhole;
    this.#outstanding = new Set(keys);
    this.#settle();
  }

  reconciled(key: string): void {
    this.#outstanding?.delete(key);
    this.#failing.delete(key);
    this.#settle();
  }

  /** The Secrets of this OmneoTenant could not be fetched. */
  failed(key: string): void {
    if (this.#outstanding?.has(key) === true) this.#failing.add(key);
    this.#settle();
  }

  /** From now on it is over without tenants whose Secrets cannot be fetched, unless that is all of them. */
  timeOut(): void {
    this.#isTimedOut = true;
    this.#settle();
  }

  #settle(): void {
    if (this.#outstanding === undefined) return;
    const left = this.#outstanding.size;
    const { tenants } = this.#options;
    const isOverWithout = this.#isTimedOut && left === this.#failing.size && left < tenants.size;
    if (left > 0 && !isOverWithout) return;
    this.#isReady = true;
    if (this.isWhole) this.#complete();
  }

  #complete(): void {
    const { registry, tenants, log } = this.#options;
    this.isOver = true;
    if (registry.complete) return;
    registry.setComplete(true);
    log.info({ tenants: tenants.size }, 'every OmneoTenant is known');
  }
}
