import { slugOf } from '../../tenants/resolve.ts';
import type { OmneoTenant } from '../../tenants/schema/omneotenant.ts';
import type { Registration } from '../../tenants/registration.ts';
import type { Check } from '../../tenants/schema/schema.ts';
import { secretKeysOf } from '../../tenants/secrets.ts';
import { fieldsOf, type KubeObject, stringOf } from './api/object.ts';
import type { SecretStore } from './informer/secretstore.ts';
import type { Handler } from './informer/versionstore.ts';
import type { Queue } from './queue.ts';

/** What is kept of an OmneoTenant: its spec, if it is valid, or what is wrong with it, and its status as it is shown. */
export type TenantObject = Readonly<{
  key: string;
  namespace: string;
  name: string;
  uid: string;
  resourceVersion: string;
  generation: number;
  spec: Readonly<{ valid: OmneoTenant } | { invalid: Registration }>;
  status: unknown;
}>;

const kind = { apiVersion: 'omneo.io/v1alpha1', kind: 'OmneoTenant' } as const;

/**
 * An OmneoTenant as it is kept: a valid spec and the status as JSON, of which each takes a quarter of what its objects do.
 * They are read again when the tenant or one of its Secrets changes, and for no webhook.
 */
class KeptTenant implements TenantObject {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation: number;
  readonly #spec: string | Readonly<{ invalid: Registration }>;
  readonly #status: string | undefined;

  constructor(
    { key, namespace, name, uid, generation, spec }: Omit<TenantObject, 'status'>,
    shown: KubeObject,
  ) {
    this.key = key;
    this.namespace = namespace;
    this.name = name;
    this.uid = uid;
    this.generation = generation;
    this.resourceVersion = shown.resourceVersion;
    this.#spec = 'invalid' in spec ? spec : textOf(spec.valid);
    this.#status = JSON.stringify(shown.fields['status']);
  }

  get spec(): TenantObject['spec'] {
    if (typeof this.#spec !== 'string') return this.#spec;
    const { namespace, name, uid } = this;
    const { metadata, spec } = JSON.parse(this.#spec) as Pick<OmneoTenant, 'metadata' | 'spec'>;
    return { valid: { ...kind, metadata: { ...metadata, namespace, name, uid }, spec } };
  }

  get status(): unknown {
    return this.#status === undefined ? undefined : (JSON.parse(this.#status) as unknown);
  }
}

/** Without what is kept of every OmneoTenant, valid or not. */
function textOf({ metadata: { creationTimestamp }, spec }: OmneoTenant): string {
  return JSON.stringify({ metadata: { creationTimestamp }, spec });
}

type Options = Readonly<{
  check: Check<OmneoTenant>;
  secrets: Pick<SecretStore, 'setReferences' | 'forget'>;
  /** OmneoTenants that have to be reconciled. */
  queue: Pick<Queue, 'add'>;
  /** OmneoTenants whose status may have to change. */
  statuses: Pick<Queue, 'add'>;
}>;

const noSecrets = new Map<string, never>();

/** The OmneoTenants as the watch has shown them last; what changes is enqueued. */
export class TenantStore {
  readonly #options: Options;
  readonly #tenants = new Map<string, TenantObject>();
  readonly handler: Handler;

  constructor(options: Options) {
    this.#options = options;
    this.handler = Object.freeze({
      changed: (object: KubeObject) => {
        this.#changed(object);
      },
      deleted: (key: string) => {
        this.#deleted(key);
      },
    });
  }

  get size(): number {
    return this.#tenants.size;
  }

  get(key: string): TenantObject | undefined {
    return this.#tenants.get(key);
  }

  all(): readonly TenantObject[] {
    return [...this.#tenants.values()];
  }

  /** A status was written: the tenant looks like this until the watch shows something newer. */
  written(object: KubeObject, basedOn: TenantObject): void {
    if (this.#tenants.get(basedOn.key) === basedOn)
      this.#tenants.set(basedOn.key, new KeptTenant(basedOn, object));
  }

  #changed(object: KubeObject): void {
    const { check, secrets, queue, statuses } = this.#options;
    const { key, namespace, uid, fields } = object;
    const old = this.#tenants.get(key);
    const { generation } = fieldsOf(fields['metadata']);
    if (old && isSameSpec(old, { uid, generation })) {
      this.#tenants.set(key, new KeptTenant(old, object));
      statuses.add(key);
      return;
    }
    const tenant = tenantObjectOf(object, check);
    const { spec } = tenant;
    this.#tenants.set(key, tenant);
    const keys = 'valid' in spec ? secretKeysOf(spec.valid) : noSecrets;
    secrets.setReferences(key, namespace, keys);
    queue.add(key);
  }

  #deleted(key: string): void {
    this.#tenants.delete(key);
    this.#options.secrets.forget(key);
    this.#options.queue.add(key);
  }
}

/** Reads an OmneoTenant as the API shows it; one that an old API server let pass is checked here. */
export function tenantObjectOf(object: KubeObject, check: Check<OmneoTenant>): TenantObject {
  const { key, namespace, name, uid, resourceVersion, fields } = object;
  const { generation, creationTimestamp } = fieldsOf(fields['metadata']);
  const checked = check({
    ...kind,
    metadata: { namespace, name, uid, creationTimestamp },
    spec: fields['spec'],
  });
  const violations = 'value' in checked ? moved(checked.value, slugShown(object)) : checked.violations;
  const createdAt = Date.parse(stringOf(creationTimestamp));
  const read = {
    ...{ key, namespace, name, uid, resourceVersion },
    generation: typeof generation === 'number' ? generation : 0,
    spec:
      'value' in checked && violations.length === 0
        ? { valid: checked.value }
        : { invalid: invalidRegistration(object, createdAt, violations) },
  };
  return new KeptTenant(read, object);
}

/** Whether these are one object with one spec. */
export function isSameSpec(a: TenantObject, b: { uid: string; generation: unknown }): boolean {
  return a.uid === b.uid && a.generation === b.generation && a.generation !== 0;
}

/** Name of the Secret that holds what the gateway shows to Omneo. */
export function credentialsSecret({ spec }: TenantObject): string {
  if ('invalid' in spec) return '';
  const { oauth, token } = spec.valid.spec.omneo.credentials;
  return (oauth ?? token)?.secretRef.name ?? '';
}

type Violations = readonly Readonly<{ message: string }>[];

/** The slug that this very object has had so far; '' if it is new. */
function slugShown({ fields }: KubeObject): string {
  return stringOf(fieldsOf(fields['status'])['slug']);
}

/** The CRD's rule that a slug stays: webhooks that Klaviyo posts to the old one must not be refused for good. */
function moved(tenant: OmneoTenant, before: string): Violations {
  if (before === '' || before === slugOf(tenant)) return [];
  return [{ message: `the slug is immutable: restore spec.slug to ${before}` }];
}

function invalidRegistration(object: KubeObject, createdAt: number, violations: Violations): Registration {
  const { key, name, fields } = object;
  const slug = slugShown(object) || stringOf(fieldsOf(fields['spec'])['slug']);
  const message = `${violations
    .map((violation) => violation.message)
    .join('; ')
    .slice(0, 2000)}.`;
  const refusal = Object.freeze({ condition: 'Accepted', reason: 'Invalid', message } as const);
  return Object.freeze({
    key,
    slug: slug === '' ? slugOf({ metadata: { name }, spec: {} } as OmneoTenant) : slug,
    createdAt: Number.isNaN(createdAt) ? 0 : createdAt,
    resolution: Object.freeze({ webhookSecrets: Object.freeze([]), hasUnreadSecret: true, refusal }),
  });
}
