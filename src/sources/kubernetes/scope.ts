import type { Reflector } from './informer/reflector.ts';

type Options = Readonly<{
  /** Empty: the whole cluster. */
  namespace: string;
  tenants: Reflector;
  secrets: Reflector;
  /** Loads what tenants refer to of Secrets that are listed. */
  load: (secrets: Reflector) => Promise<void>;
}>;

/** One of the namespaces that are watched, or the whole cluster: OmneoTenants and the Secrets beside them. */
export class Scope {
  readonly #options: Options;
  #isListed = false;

  constructor(options: Options) {
    this.#options = options;
  }

  get namespace(): string {
    return this.#options.namespace;
  }

  /** Whether all of it was listed once; stays true. */
  get isListed(): boolean {
    return this.#isListed;
  }

  covers(namespace: string): boolean {
    return this.namespace === '' || this.namespace === namespace;
  }

  /** The version of a Secret, as far as is known; undefined if there is none. */
  versionOf(secret: string): string | undefined {
    return this.#options.secrets.versionOf(secret);
  }

  /**
   * Begins to follow it, and resolves when all of it was listed once. Secrets are listed when it is known who refers to
   * them, so that the others pass by. If it is stopped before that, it stays where it is.
   */
  async list(): Promise<void> {
    const { tenants, secrets, load } = this.#options;
    tenants.start();
    await tenants.synced;
    secrets.start();
    await secrets.synced;
    await load(secrets);
    this.#isListed = true;
  }

  async stop(): Promise<void> {
    await Promise.all([this.#options.tenants.stop(), this.#options.secrets.stop()]);
  }
}
