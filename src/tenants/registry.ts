import { isDeepStrictEqual } from 'node:util';
import type { Resolution } from './tenant.ts';

/** One OmneoTenant's claim to a slug, and what serving it would mean. */
export type Registration = Readonly<{
  /** `<namespace>/<name>` */
  key: string;
  slug: string;
  /** `metadata.creationTimestamp` in milliseconds since the epoch. */
  createdAt: number;
  resolution: Resolution;
}>;

/** Of one slug, hardly ever more than one: the winner first. */
type Claims = readonly [winner: Registration, ...others: Registration[]];

/**
 * Slug to Resolution, as the gateway serves it. Sources (a folder, the Kubernetes API) write, the gateway reads;
 * every write is one synchronous step, so a reader sees the state before it or after it. Several OmneoTenants may
 * claim a slug: the winner is served, and the next one is promoted when it goes.
 */
export class Registry {
  #bySlug = new Map<string, Claims>();
  #byKey = new Map<string, Registration>();
  #complete = false;
  readonly #onRemoved: ((slug: string) => void)[] = [];

  /**
   * Whether every slug that the source names is known. Until it is, an unknown slug is "not ready" and not
   * "unknown": Klaviyo retries the first and drops the second for good.
   */
  get complete(): boolean {
    return this.#complete;
  }

  setComplete(complete: boolean): void {
    this.#complete = complete;
  }

  /** What the winner of this slug resolved to. */
  get(slug: string): Resolution | undefined {
    return this.#bySlug.get(slug)?.[0].resolution;
  }

  /** Key of the OmneoTenant that is served under this slug. */
  holder(slug: string): string | undefined {
    return this.#bySlug.get(slug)?.[0].key;
  }

  /** Every OmneoTenant that claims this slug, the winner among them. */
  claims(slug: string): readonly Registration[] {
    return this.#bySlug.get(slug) ?? [];
  }

  /** What the OmneoTenant `<namespace>/<name>` is registered as. */
  registration(key: string): Registration | undefined {
    return this.#byKey.get(key);
  }

  slugs(): readonly string[] {
    return [...this.#bySlug.keys()];
  }

  /** Calls `listener` with each slug that nobody claims any more. */
  onRemoved(listener: (slug: string) => void): void {
    this.#onRemoved.push(listener);
  }

  put(registration: Registration): void {
    const old = this.#byKey.get(registration.key);
    const kept = keepIdentity(old, registration);
    this.#byKey.set(kept.key, kept);
    this.#settle(kept.slug, [...this.#othersThan(kept), kept]);
    if (old && old.slug !== kept.slug) this.#withdraw(old);
  }

  delete(key: string): void {
    const old = this.#byKey.get(key);
    if (!old) return;
    this.#byKey.delete(key);
    this.#withdraw(old);
  }

  /** Puts these in the place of everything that was registered. */
  replace(registrations: Iterable<Registration>): void {
    const before = this.#bySlug;
    const byKey = new Map<string, Registration>();
    for (const each of registrations) byKey.set(each.key, keepIdentity(this.#byKey.get(each.key), each));
    const bySlug = new Map<string, Registration[]>();
    for (const each of byKey.values()) {
      const claims = bySlug.get(each.slug);
      if (claims) claims.push(each);
      else bySlug.set(each.slug, [each]);
    }
    this.#byKey = byKey;
    this.#bySlug = new Map();
    for (const [slug, claims] of bySlug) this.#settle(slug, claims);
    for (const slug of before.keys()) if (!this.#bySlug.has(slug)) this.#announceRemoval(slug);
  }

  #withdraw(registration: Registration): void {
    const others = this.#othersThan(registration);
    this.#settle(registration.slug, others);
    if (others.length === 0) this.#announceRemoval(registration.slug);
  }

  #othersThan({ key, slug }: Registration): readonly Registration[] {
    return this.claims(slug).filter((claim) => claim.key !== key);
  }

  #settle(slug: string, claims: readonly Registration[]): void {
    const first = winner(claims);
    if (first) this.#bySlug.set(slug, [first, ...claims.filter((claim) => claim !== first)]);
    else this.#bySlug.delete(slug);
  }

  #announceRemoval(slug: string): void {
    for (const listener of this.#onRemoved) listener(slug);
  }
}

/** Who is served: the oldest claim, then the alphabetically first key (the precedence rule of Gateway API). */
export function winner(registrations: Iterable<Registration>): Registration | undefined {
  let first: Registration | undefined;
  for (const each of registrations) if (!first || precedes(each, first)) first = each;
  return first;
}

function precedes(a: Registration, b: Registration): boolean {
  return a.createdAt === b.createdAt ? a.key < b.key : a.createdAt < b.createdAt;
}

/**
 * A tenant that did not change keeps its object: tokens and clients hang on it, and a new object for the same
 * tenant would throw them away. Two Confidentials are equal if their digests are.
 */
function keepIdentity(old: Registration | undefined, next: Registration): Registration {
  if (!old || old.resolution === next.resolution) return next;
  if (!isDeepStrictEqual(old.resolution, next.resolution)) return next;
  return Object.freeze({ ...next, resolution: old.resolution });
}
