import { hash } from 'node:crypto';
import { defaultLeaseName } from '../api/rules.ts';
import type { Clock } from '../../../lib/clock.ts';
import type { Log } from '../../../lib/log.ts';
import { between } from '../../../lib/backoff.ts';
import { meaningOf, type Status } from './conditions.ts';
import { fieldsOf, type KubeObject, stringOf } from '../api/object.ts';
import type { TenantObject } from '../tenantstore.ts';

type Options = Readonly<{ clock: Clock; random: () => number; log: Pick<Log, 'warn'>; fieldManager: string }>;

/** What this replica wrote last for a tenant. */
type Written = Readonly<{
  uid: string;
  /** Of the meaning of the status. */
  digest: string;
  at: number;
  /** How often in a row it was found rewritten. */
  losses: number;
  /** When it may be written again, once it was found rewritten. */
  dueAt?: number;
}>;

/** What was left alone for so long counts as settled. */
const calmMs = 10 * 60_000;
const maxWaitMs = 5 * 60_000;
/** A single rewrite may be a slip, or the last word of a leader that was. */
const warnAfter = 3;

/**
 * Statuses that somebody else rewrites though nothing about the tenant changed, as a second install with other settings
 * does: the first time it is put right at once, then later and later, so that two of them do not write without end.
 */
export class Contention {
  readonly #options: Options;
  readonly #written = new Map<string, Written>();
  readonly #warned = new Set<string>();

  constructor(options: Options) {
    this.#options = options;
  }

  /** Whether this very status was written already, and is shown no more; and in how many milliseconds it may be again. */
  check({ key, uid }: TenantObject, status: Status): Readonly<{ isRepeated: boolean; waitMs: number }> {
    const written = this.#written.get(key);
    if (written?.uid !== uid || written.digest !== digestOf(status)) return { isRepeated: false, waitMs: 0 };
    const now = this.#options.clock.monotonic();
    const dueAt = written.dueAt ?? this.#lost(key, written, now);
    return { isRepeated: true, waitMs: Math.max(0, dueAt - now) };
  }

  /** It was written, and looks like this now. */
  wrote({ key, uid }: TenantObject, status: Status, answer: KubeObject): void {
    const losses = this.#written.get(key)?.losses ?? 0;
    const digest = digestOf(status);
    const isRepeated = this.#written.get(key)?.digest === digest;
    const at = this.#options.clock.monotonic();
    this.#written.set(key, { uid, digest, at, losses: isRepeated ? losses : 0 });
    if (isRepeated && losses >= warnAfter) this.#warn(answer);
  }

  forget(key: string): void {
    this.#written.delete(key);
  }

  /** Another replica may have written meanwhile, which is no contention. */
  clear(): void {
    this.#written.clear();
  }

  #lost(key: string, written: Written, now: number): number {
    const losses = now - written.at > calmMs ? 1 : written.losses + 1;
    const waitMs = losses === 1 ? 0 : Math.min(maxWaitMs, 1000 * 2 ** losses);
    const dueAt = now + between(waitMs, 1.2 * waitMs, this.#options.random);
    this.#written.set(key, { ...written, losses, dueAt });
    return dueAt;
  }

  /** Once for each other manager: there may be thousands of tenants. */
  #warn({ key, fields }: KubeObject): void {
    const manager = otherManager(fields, this.#options.fieldManager) ?? 'unknown';
    if (this.#warned.has(manager)) return;
    this.#warned.add(manager);
    this.#options.log.warn(
      { object: key, manager, own: this.#options.fieldManager },
      'somebody else rewrites the status of OmneoTenants; let one install alone watch a namespace',
    );
  }
}

/** By it the API server keeps installs with different Leases apart in what they write; at most 128 characters. */
export function fieldManagerOf(leaseName: string): string {
  return leaseName === defaultLeaseName ? defaultLeaseName : `omneo-gateway/${leaseName}`.slice(0, 128);
}

function digestOf(status: Status): string {
  return hash('sha1', JSON.stringify(meaningOf(status)), 'base64');
}

/** Who else wrote to the status last, as far as the object shows; managers that wrote to nothing else are not meant. */
function otherManager(fields: KubeObject['fields'], own: string): string | undefined {
  const { managedFields } = fieldsOf(fields['metadata']);
  const others = (Array.isArray(managedFields) ? managedFields : [])
    .map(fieldsOf)
    .filter(({ subresource, manager }) => subresource === 'status' && manager !== own)
    .sort((a, b) => stringOf(b['time']).localeCompare(stringOf(a['time'])));
  const name = stringOf(others[0]?.['manager']);
  return name === '' ? undefined : name;
}
