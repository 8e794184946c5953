import { ChangeOrderedMap, expire } from './changeorderedmap.ts';
import type { IssuedEntry, StoredEntry, UnconfirmedEntry } from '../storedentry.ts';

/** An entry of which nobody knows yet that its reward exists. */
export type UnsettledEntry = Exclude<StoredEntry, IssuedEntry>;

/** One tenant's unconfirmed entries; those that may make room besides, in order of their last change. */
type Unconfirmed = Readonly<{ keys: Set<string>; findable: ChangeOrderedMap<UnconfirmedEntry> }>;

/** The open entries of the memory ledger, each in order of its last change, and what each tenant has unconfirmed. */
export class UnsettledEntries {
  readonly #entries = new ChangeOrderedMap<UnsettledEntry>();
  readonly #unconfirmed = new Map<string, Unconfirmed>();

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): UnsettledEntry | undefined {
    return this.#entries.get(key);
  }

  /** Stores an entry: as the last one, or in its place if its time is over when it was before. */
  set(key: string, open: UnsettledEntry): void {
    if (this.#entries.get(key)?.expiresAt === open.expiresAt) this.#entries.replace(key, open);
    else this.#entries.set(key, open);
    if (open.state !== 'unconfirmed') {
      this.#unindex(key, open.tenant);
      return;
    }
    const { keys, findable } = this.#unconfirmedOf(open.tenant);
    keys.add(key);
    if (open.isFindable) findable.set(key, open);
  }

  delete(key: string): boolean {
    const open = this.#entries.get(key);
    if (open !== undefined) this.#unindex(key, open.tenant);
    return this.#entries.delete(key);
  }

  /** Forgets what its time is over for. */
  expire(now: number): void {
    expire(this.#entries, now, (key) => this.delete(key));
  }

  /**
   * Whether the tenant may open one more of `most` entries: its unconfirmed ones may take half of what those of the
   * others leave, so that however many tenants are in trouble there is room for the next one.
   */
  hasShareLeft(tenant: string, most: number): boolean {
    const own = this.#unconfirmed.get(tenant)?.keys.size ?? 0;
    if (own === 0) return true;
    let others = -own;
    for (const { keys } of this.#unconfirmed.values()) others += keys.size;
    return own <= (most - others) / 2;
  }

  /** Makes room: forgets an entry that a look-up alone settles by now, of this tenant or of any. False if there is none. */
  dropSettled(now: number, tenant?: string): boolean {
    const tenants = tenant === undefined ? this.#unconfirmed.keys() : [tenant];
    for (const name of tenants) {
      const [key, open] = this.#unconfirmed.get(name)?.findable.oldest() ?? [];
      if (key !== undefined && open !== undefined && open.attemptedAt + open.settleWindowMs <= now)
        return this.delete(key);
    }
    return false;
  }

  #unconfirmedOf(tenant: string): Unconfirmed {
    const known = this.#unconfirmed.get(tenant);
    if (known !== undefined) return known;
    const none = { keys: new Set<string>(), findable: new ChangeOrderedMap<UnconfirmedEntry>() };
    this.#unconfirmed.set(tenant, none);
    return none;
  }

  #unindex(key: string, tenant: string): void {
    const unconfirmed = this.#unconfirmed.get(tenant);
    if (unconfirmed === undefined) return;
    unconfirmed.keys.delete(key);
    unconfirmed.findable.delete(key);
    if (unconfirmed.keys.size === 0) this.#unconfirmed.delete(tenant);
  }
}

/** The issued entries of the memory ledger: each is kept for the retention, or briefly. */
export class IssuedEntries {
  /** Each in order of the last change, which is the order in which they expire; of the brief ones, roughly. */
  readonly #long = new ChangeOrderedMap<IssuedEntry>();
  readonly #brief = new ChangeOrderedMap<IssuedEntry>();

  get size(): number {
    return this.#long.size + this.#brief.size;
  }

  get(key: string): IssuedEntry | undefined {
    return this.#long.get(key) ?? this.#brief.get(key);
  }

  /** Stores it, as the last one; `forLong`: for the whole retention from now. */
  set(key: string, issued: IssuedEntry, forLong: boolean): void {
    this.#long.delete(key);
    this.#brief.delete(key);
    (forLong ? this.#long : this.#brief).set(key, issued);
  }

  /** A key is in one map at most. */
  delete(key: string): void {
    this.#long.delete(key);
    this.#brief.delete(key);
  }

  /** Forgets what its time is over for, as far as it lies behind nothing else. */
  expire(now: number): void {
    expire(this.#long, now);
    expire(this.#brief, now);
  }

  /** Makes room: forgets the oldest, those that are kept briefly last. False if there is none. */
  dropOldest(): boolean {
    const entries = this.#long.size > 0 ? this.#long : this.#brief;
    const oldest = entries.oldest();
    return oldest !== undefined && entries.delete(oldest[0]);
  }
}
