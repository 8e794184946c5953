import { systemClock } from '../lib/clock.ts';
import { knownSecrets, type Registered, registeredAs, type Registration, winner } from './registration.ts';
import { DeletedTenants, type Grace } from './deletedtenants.ts';
import { type Resolution, type SecretDigest, suspendedAsAll } from './tenant.ts';

/** Which registration held a slug, and which one does now. */
export type Change = Readonly<{
  slug: string;
  before: Registered | undefined;
  after: Registered | undefined;
}>;

const noGrace: Grace = Object.freeze({ graceMs: 0, clock: systemClock });

/**
 * Slug to Resolution, as the gateway serves it. Sources (a folder, the Kubernetes API) write, the gateway reads;
 * every write is one synchronous step, so a reader sees the state before it or after it. Several OmneoTenants may
 * claim a slug: the winner is served, and the next one is promoted when it goes.
 */
export class Registry {
  /** The winner of each slug. */
  readonly #bySlug = new Map<string, Registered>();
  /** Others that claim it; hardly a slug has any. */
  readonly #losers = new Map<string, readonly Registered[]>();
  #byKey = new Map<string, Registered>();
  readonly #deleted: DeletedTenants;
  readonly #onChanged: ((change: Change) => void)[] = [];
  readonly #onLoaded: (() => void)[] = [];
  #complete: boolean | undefined;
  #isSuspended = false;

  constructor(grace = noGrace) {
    this.#deleted = new DeletedTenants(grace);
  }

  /**
   * Whether every slug that the source names is known. Until it is, an unknown slug is "not ready" and not
   * "unknown": Klaviyo retries the first and drops the second for good.
   */
  get complete(): boolean {
    return this.#complete === true;
  }

  /** The source has registered all that it knows at present. */
  setComplete(complete: boolean): void {
    this.#complete = complete;
    for (const listener of this.#onLoaded.splice(0)) listener();
  }

  /** What the winner of this slug resolved to, or what is left of that while every tenant is suspended. */
  get(slug: string): Resolution | undefined {
    const resolution = this.#bySlug.get(slug)?.resolution;
    return resolution !== undefined && this.#isSuspended ? suspendedAsAll(resolution) : resolution;
  }

  /** Suspends every tenant, whatever its spec says, or none but those whose spec says so. Nobody is told of a change. */
  setSuspended(isSuspended: boolean): void {
    this.#isSuspended = isSuspended;
  }

  /** The webhook secrets of the tenant that had this slug, if it was deleted a short while ago. */
  deletedSecrets(slug: string): readonly SecretDigest[] {
    return this.#deleted.get(slug)?.secrets ?? [];
  }

  /** Key of the OmneoTenant that is served under this slug. */
  holder(slug: string): string | undefined {
    return this.#bySlug.get(slug)?.key;
  }

  /** Every OmneoTenant that claims this slug, the winner among them. */
  claims(slug: string): readonly Registration[] {
    return this.#claims(slug);
  }

  /** What the OmneoTenant `<namespace>/<name>` is registered as. */
  registration(key: string): Registration | undefined {
    return this.#byKey.get(key);
  }

  slugs(): readonly string[] {
    return [...this.#bySlug.keys()];
  }

  /** Calls `listener` once, when the source has registered all that it found at the start. */
  onLoaded(listener: () => void): void {
    if (this.#complete === undefined) this.#onLoaded.push(listener);
    else listener();
  }

  /** Calls `listener` after every write, with each slug that it concerned. */
  onChanged(listener: (change: Change) => void): void {
    this.#onChanged.push(listener);
  }

  /** Calls `listener` with each slug that nobody claims any more. */
  onRemoved(listener: (slug: string) => void): void {
    this.onChanged(({ slug, after }) => {
      if (after === undefined) listener(slug);
    });
  }

  /** Returns it as it is kept. */
  put(registration: Registration): Registration {
    const old = this.#byKey.get(registration.key);
    const kept = this.#keep(registration);
    this.#byKey.set(kept.key, kept);
    const left = old && old.slug !== kept.slug ? [this.#withdraw(old)] : [];
    this.#announce([...left, this.#settle(kept.slug, [...this.#othersThan(kept), kept])]);
    return kept;
  }

  delete(key: string): void {
    const old = this.#byKey.get(key);
    if (!old) return;
    this.#byKey.delete(key);
    this.#announce([this.#withdraw(old)]);
  }

  /** Puts these in the place of everything that was registered. */
  replace(registrations: Iterable<Registration>): void {
    const byKey = new Map<string, Registered>();
    for (const each of registrations) byKey.set(each.key, this.#keep(each));
    const bySlug = Map.groupBy(byKey.values(), ({ slug }) => slug);
    const slugs = new Set([...bySlug.keys(), ...this.#bySlug.keys()]);
    this.#byKey = byKey;
    this.#announce([...slugs].map((slug) => this.#settle(slug, bySlug.get(slug) ?? [])));
  }

  #keep(registration: Registration): Registered {
    const { key, slug } = registration;
    const old = this.#byKey.get(key);
    const deleted = this.#deleted.get(slug);
    const former = old ? knownSecrets(old) : deleted?.key === key ? deleted.secrets : [];
    return registeredAs(registration, old, former);
  }

  #withdraw(registration: Registered): Change {
    return this.#settle(registration.slug, this.#othersThan(registration));
  }

  #claims(slug: string): readonly Registered[] {
    const first = this.#bySlug.get(slug);
    return first ? [first, ...(this.#losers.get(slug) ?? [])] : [];
  }

  #othersThan({ key, slug }: Registered): readonly Registered[] {
    return this.#claims(slug).filter((claim) => claim.key !== key);
  }

  #settle(slug: string, claims: readonly Registered[]): Change {
    const before = this.#bySlug.get(slug);
    const after = winner(claims);
    if (after) this.#bySlug.set(slug, after);
    else this.#bySlug.delete(slug);
    if (claims.length > 1)
      this.#losers.set(
        slug,
        claims.filter((claim) => claim !== after),
      );
    else this.#losers.delete(slug);
    return { slug, before, after };
  }

  #announce(changes: readonly Change[]): void {
    for (const change of changes) {
      this.#remember(change);
      for (const listener of this.#onChanged) listener(change);
    }
  }

  #remember({ slug, before, after }: Change): void {
    if (after) this.#deleted.remove(slug);
    else if (before) this.#deleted.add(slug, { key: before.key, secrets: knownSecrets(before) });
  }
}
