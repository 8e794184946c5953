import type { Clock } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/log.ts';
import { fieldsOf, stringOf, stringsOf } from '../api/object.ts';
import type { SharedAnnotations } from '../election/leader.ts';

type Options = Readonly<{
  /** Of this replica; part of an annotation's name. */
  replica: string;
  clock: Clock;
  log: Log;
  /** Whether Omneo refuses this tenant's credentials may look different now. */
  changed: (tenant: string) => void;
}>;

/** Refused tenants, each with the names of the fields that Omneo rejects as one text, empty if it names none. */
type Refused = ReadonlyMap<string, string>;
type Report = { text: string; at: number; tenants: Refused };

const prefix = 'refused.omneo.io/';
/** An object's annotations may have 256 KiB in all. */
const maxTenants = 100;
/** Most characters of the names of one tenant: an annotation has room for a hundred. */
const maxNames = 100;
/** A replica writes its annotation again and again, so that the one of a replica that is gone can be dropped. */
const repeatMs = 30_000;
const forgetMs = 120_000;

/**
 * The tenants whose credentials Omneo refuses. The replica that a webhook went to learns of it, and the leader writes
 * the status: so each replica shares what it knows in an annotation of the lease, and the leader reads all of them.
 */
export class RefusedTenants implements SharedAnnotations {
  readonly #options: Options;
  readonly #own = new Map<string, string>();
  readonly #others = new Map<string, Report>();
  #shared = { content: '', at: -Infinity, text: '' };

  constructor(options: Options) {
    this.#options = options;
  }

  has(tenant: string): boolean {
    return this.#own.has(tenant) || this.#reported().has(tenant);
  }

  /** Names of the fields that Omneo rejects, as one text; empty if it names none. */
  rejectedFields(tenant: string): string {
    return this.#own.get(tenant) || (this.#reported().get(tenant) ?? '');
  }

  /** What this replica learned itself; `fields` are those that Omneo rejects. */
  set(tenant: string, refused: boolean, fields: readonly string[] = []): void {
    if (this.#own.has(tenant) === refused) return;
    if (refused) this.#own.set(tenant, textOfNames(fields));
    else this.#own.delete(tenant);
    if (refused && this.#own.size === maxTenants + 1) {
      const message =
        'Omneo refuses more tenants than the annotation has room for; the statuses of some stay Ready';
      this.#options.log.warn({ most: maxTenants }, message);
    }
    this.#options.changed(tenant);
  }

  /** Takes in the annotations of the other replicas. */
  read = (annotations: Readonly<Record<string, string>>): void => {
    const before = this.#reported();
    const now = this.#options.clock.monotonic();
    for (const replica of this.#others.keys()) if (!(replica in annotations)) this.#others.delete(replica);
    for (const [replica, text] of Object.entries(annotations)) {
      if (!replica.startsWith(prefix) || replica === this.#name()) continue;
      const known = this.#others.get(replica);
      if (known?.text !== text) this.#others.set(replica, { text, at: now, tenants: tenantsIn(text) });
      else if (now - known.at > forgetMs) known.tenants = new Map();
    }
    const after = this.#reported();
    for (const tenant of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(tenant) !== after.get(tenant)) this.#options.changed(tenant);
    }
  };

  /** Adds the annotation of this replica. The leader needs none, and removes those of replicas that are gone. */
  write = (
    annotations: Readonly<Record<string, string>>,
    isLeader: boolean,
  ): Readonly<Record<string, string>> => {
    const kept = Object.entries(annotations).filter(
      ([name]) => name !== this.#name() && !(isLeader && this.#isGone(name)),
    );
    const own = isLeader ? [] : [[this.#name(), this.#text()] as const].filter(([, text]) => text !== '');
    return Object.fromEntries([...kept, ...own]);
  };

  /** What the other replicas share; an annotation that names fields goes before one that names none. */
  #reported(): Refused {
    const reports = [...this.#others.values()].flatMap(({ tenants }) => [...tenants]);
    return new Map(reports.sort(([, one], [, other]) => one.length - other.length));
  }

  #name(): string {
    return prefix + this.#options.replica;
  }

  #isGone(name: string): boolean {
    return name.startsWith(prefix) && this.#others.get(name)?.tenants.size === 0;
  }

  #text(): string {
    if (this.#own.size === 0) return '';
    const now = this.#options.clock.monotonic();
    const content = this.#content();
    if (content !== this.#shared.content || now - this.#shared.at > repeatMs) {
      const text = `{"at":${Math.round(this.#options.clock.now() / 1000)},${content.slice(1)}`;
      this.#shared = { content, at: now, text };
    }
    return this.#shared.text;
  }

  #content(): string {
    const tenants = [...this.#own].sort(([one], [other]) => (one < other ? -1 : 1)).slice(0, maxTenants);
    const named = tenants.filter(([, fields]) => fields !== '');
    return JSON.stringify({
      tenants: tenants.map(([tenant]) => tenant),
      // The name that replicas of other versions know.
      ...(named.length > 0 && { complaints: Object.fromEntries(named) }),
    });
  }
}

function tenantsIn(text: string): Refused {
  try {
    const { tenants, complaints: rejectedFields } = fieldsOf(JSON.parse(text));
    const named = stringsOf(rejectedFields);
    const keys = Array.isArray(tenants) ? tenants.map(stringOf) : [];
    return new Map(keys.map((key) => [key, textOfNames((named[key] ?? '').split(', '))]));
  } catch {
    return new Map(); // somebody else's annotation
  }
}

/** As many of the names as there is room for; what is no name is left out. */
function textOfNames(names: readonly string[]): string {
  const fitting: string[] = [];
  for (const name of names.filter((each) => /^[a-z][a-z0-9_.]{0,63}$/.test(each)))
    if ([...fitting, name].join(', ').length <= maxNames) fitting.push(name);
  return fitting.join(', ');
}
