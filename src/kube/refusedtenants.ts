import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import { fieldsOf, textOf } from './json.ts';
import type { Board } from './leader.ts';

type Options = Readonly<{
  /** Of this replica; part of an annotation's name. */
  replica: string;
  clock: Clock;
  log: Log;
  /** Whether Omneo refuses this tenant's credentials may look different now. */
  changed: (tenant: string) => void;
}>;

type Report = { text: string; at: number; tenants: ReadonlySet<string> };

const prefix = 'refused.omneo.io/';
/** An object's annotations may have 256 KiB in all. */
const maxTenants = 100;
/** A replica repeats what it says, so that the word of one that is gone can be dropped. */
const repeatMs = 30_000;
const forgetMs = 120_000;

/**
 * The tenants whose credentials Omneo refuses. The replica that a webhook went to learns of it, and the leader has to
 * write it down: so each replica says on the lease what it knows, and the leader adds it up.
 */
export class RefusedTenants implements Board {
  readonly #options: Options;
  readonly #own = new Set<string>();
  readonly #others = new Map<string, Report>();
  #said = { tenants: '[]', at: -Infinity, text: '' };

  constructor(options: Options) {
    this.#options = options;
  }

  has(tenant: string): boolean {
    if (this.#own.has(tenant)) return true;
    return [...this.#others.values()].some(({ tenants }) => tenants.has(tenant));
  }

  /** What this replica learned itself. */
  set(tenant: string, refused: boolean): void {
    if (this.#own.has(tenant) === refused) return;
    if (refused) this.#own.add(tenant);
    else this.#own.delete(tenant);
    if (refused && this.#own.size === maxTenants + 1) {
      const message =
        'Omneo refuses more tenants than the leader can be told of; the statuses of some stay Ready';
      this.#options.log.warn({ most: maxTenants }, message);
    }
    this.#options.changed(tenant);
  }

  /** Takes in what the other replicas say. */
  read = (annotations: Readonly<Record<string, string>>): void => {
    const before = new Set([...this.#others.values()].flatMap(({ tenants }) => [...tenants]));
    const now = this.#options.clock.monotonic();
    for (const replica of this.#others.keys()) if (!(replica in annotations)) this.#others.delete(replica);
    for (const [replica, text] of Object.entries(annotations)) {
      if (!replica.startsWith(prefix) || replica === this.#name()) continue;
      const known = this.#others.get(replica);
      if (known?.text !== text) this.#others.set(replica, { text, at: now, tenants: tenantsIn(text) });
      else if (now - known.at > forgetMs) known.tenants = new Set();
    }
    const after = new Set([...this.#others.values()].flatMap(({ tenants }) => [...tenants]));
    for (const tenant of new Set([...before, ...after])) {
      if (before.has(tenant) !== after.has(tenant)) this.#options.changed(tenant);
    }
  };

  /** Adds what this replica says. The leader says nothing, since it listens to itself, and clears up. */
  write = (
    annotations: Readonly<Record<string, string>>,
    isLeader: boolean,
  ): Readonly<Record<string, string>> => {
    const kept = Object.entries(annotations).filter(
      ([name]) => name !== this.#name() && !(isLeader && this.#isGone(name)),
    );
    const own = isLeader ? [] : [[this.#name(), this.#say()] as const].filter(([, text]) => text !== '');
    return Object.fromEntries([...kept, ...own]);
  };

  #name(): string {
    return prefix + this.#options.replica;
  }

  #isGone(name: string): boolean {
    return name.startsWith(prefix) && this.#others.get(name)?.tenants.size === 0;
  }

  #say(): string {
    if (this.#own.size === 0) return '';
    const now = this.#options.clock.monotonic();
    const tenants = JSON.stringify([...this.#own].sort().slice(0, maxTenants));
    if (tenants !== this.#said.tenants || now - this.#said.at > repeatMs) {
      const text = `{"at":${Math.round(this.#options.clock.now() / 1000)},"tenants":${tenants}}`;
      this.#said = { tenants, at: now, text };
    }
    return this.#said.text;
  }
}

function tenantsIn(text: string): ReadonlySet<string> {
  try {
    const { tenants } = fieldsOf(JSON.parse(text));
    return new Set(Array.isArray(tenants) ? tenants.map(textOf) : []);
  } catch {
    return new Set(); // somebody else's annotation
  }
}
