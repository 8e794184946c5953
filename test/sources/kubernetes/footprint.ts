/**
 * Run as a process of its own: keeps some tenants as a replica does, then more of them, and prints what V8's heap
 * holds more for each.
 */
import { getHeapSnapshot } from 'node:v8';
import { systemClock } from '../../../src/lib/clock.ts';
import { desiredStatus } from '../../../src/sources/kubernetes/status/conditions.ts';
import { Controller } from '../../../src/sources/kubernetes/controller.ts';
import { VersionStore } from '../../../src/sources/kubernetes/informer/versionstore.ts';
import { objectOf } from '../../../src/sources/kubernetes/api/object.ts';
import { SecretStore } from '../../../src/sources/kubernetes/informer/secretstore.ts';
import { InitialSync } from '../../../src/sources/kubernetes/initialsync.ts';
import { TenantStore } from '../../../src/sources/kubernetes/tenantstore.ts';
import { Registry } from '../../../src/tenants/registry.ts';
import { schema, secretFields, tenantFields } from './tenants.ts';

const nothing = (): void => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const registry = new Registry();
/** As the API server has them. */
const stored = new Map<string, object>();
const add = nothing;
const secrets = new SecretStore({ refresh: nothing, enqueue: nothing });
/** Fetches what is missing. */
const loader = {
  load: (tenant: string): Promise<void> => {
    for (const secret of secrets.missing(tenant)) secrets.offer(arrive(stored.get(secret) ?? {}));
    return Promise.resolve();
  },
};
const tenants = new TenantStore({ check: schema, secrets, queue: { add }, statuses: { add } });
const controller = new Controller({
  registry,
  policy: { allowInsecure: false, hosts: ['.getomneo.com'], canAcceptDurably: true },
  tenants,
  secrets,
  loader,
  deliveries: { forget: () => undefined },
  initialSync: new InitialSync({ registry, tenants, log }),
  isListed: () => true,
  queue: { add },
  statuses: { add },
  refused: { set: nothing },
  contention: { forget: nothing },
  events: { record: nothing },
  clock: systemClock,
  observe: { reconciled: nothing },
});
const known = {
  secrets: new VersionStore('secrets', secrets.handler, log),
  tenants: new VersionStore('omneotenants', tenants.handler, log),
};
secrets.follow(known.secrets);

/** As it comes from the API server: text. */
function arrive(object: object): ReturnType<typeof objectOf> {
  return objectOf(JSON.parse(JSON.stringify(object)));
}

/** As the watch shows it, and as it is fetched. */
function store(data: Record<string, string>, metadata: Readonly<{ namespace: string; name: string }>): void {
  stored.set(`${metadata.namespace}/${metadata.name}`, { ...secretFields(data), metadata });
  known.secrets.put(arrive({ metadata }));
}

async function addTenant(index: number): Promise<void> {
  const name = `tenant-${index}`;
  const metadata = (kind: '' | 'omneo' | 'klaviyo', resourceVersion: number) => ({
    namespace: 'loyalty',
    name: kind === '' ? name : `${name}-${kind}`,
    uid: `1b4e28ba-2fa1-11d2-883f-${kind.padEnd(7, '0')}${String(index).padStart(5, '0')}`,
    resourceVersion: String(resourceVersion),
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
  });
  const tenant = tenantFields(name);
  known.tenants.put(arrive({ ...tenant, metadata: metadata('', 4 * index) }));
  store({ token: `token-${index}` }, metadata('omneo', 4 * index + 1));
  store({ 'webhook-secret': `webhook-secret-number-${index}` }, metadata('klaviyo', 4 * index + 2));
  const key = `loyalty/${name}`;
  await controller.reconcile(key);
  stored.clear();
  const shown = controller.describe(key);
  if (shown === undefined || !('tenant' in shown.registration.resolution))
    throw new Error(`${key} is not served: ${JSON.stringify(shown)}`);
  const facts = { registration: shown.registration, holder: key, generation: 1, refusedSecret: undefined };
  const status = desiredStatus(facts, undefined, Date.parse('2026-01-01T00:00:00Z'));
  known.tenants.put(arrive({ ...tenant, status, metadata: metadata('', 4 * index + 3) }));
}

/** Objects, strings and arrays of every kind, and their bytes. */
async function heap(): Promise<Readonly<{ objects: number; bytes: number }>> {
  const parts: Buffer[] = [];
  for await (const part of getHeapSnapshot()) parts.push(Buffer.from(part as Uint8Array));
  const { snapshot, nodes } = JSON.parse(Buffer.concat(parts).toString('utf8')) as {
    snapshot: { node_count: number; meta: { node_fields: string[] } };
    nodes: number[];
  };
  const { node_fields: fields } = snapshot.meta;
  const size = fields.indexOf('self_size');
  const bytes = nodes.reduce((sum, value, at) => (at % fields.length === size ? sum + value : sum), 0);
  return { objects: snapshot.node_count, bytes };
}

const count = 2000;
for (let index = 0; index < count; index++) await addTenant(index);
if (secrets.size !== 2 * count) throw new Error(`of ${secrets.size} Secrets something is kept`);
const before = await heap();
for (let index = count; index < 2 * count; index++) await addTenant(index);
const after = await heap();
process.stdout.write(
  JSON.stringify({
    objects: (after.objects - before.objects) / count,
    bytes: (after.bytes - before.bytes) / count,
  }),
);
