/** The tenants of a trial, and how they change while something is wrong. */
import type { Cluster } from '../cluster.ts';
import { apply, secret, secretOf, tenantWithSecrets, type Manifest } from '../gateway.ts';
import { namespace, type Stage } from './stage.ts';

/** The slug of the tenant that stays as it is, and is served all the time. */
export const kept = 'kept';

/** The slugs of all that there ever are. */
export const names = [kept, 'rotated', 'removed', 'added'] as const;

/** Makes the cluster as it is before anything happens. */
export async function populate(stage: Stage): Promise<void> {
  await remove(stage.cluster, 'added');
  await apply(
    stage.cluster,
    [kept, 'rotated', 'removed'].flatMap((name) => tenantOf(stage, name)),
  );
}

/** One tenant comes, one goes, and one gets another webhook secret. */
export async function change(stage: Stage): Promise<void> {
  await remove(stage.cluster, 'removed');
  await apply(stage.cluster, [...tenantOf(stage, 'added'), webhookSecret('rotated', newSecretOf('rotated'))]);
}

/** A tenant and its Secrets go, and come back at once as other objects of the same names, with another secret. */
export async function recreate(stage: Stage, name: string): Promise<void> {
  await remove(stage.cluster, name);
  await apply(stage.cluster, [...tenantOf(stage, name), webhookSecret(name, newSecretOf(name))]);
}

/** Deletes every tenant and its Secrets. */
export async function clear(cluster: Cluster): Promise<void> {
  await must(cluster, 'delete', 'omneotenants,secrets', '--all', '-n', namespace, '--wait=false');
}

/** The webhook secret by slug of every tenant in the cluster. */
export async function secretsInCluster(cluster: Cluster): Promise<ReadonlyMap<string, string>> {
  const { items } = JSON.parse(
    await must(cluster, 'get', 'omneotenants,secrets', '-n', namespace, '-o', 'json'),
  ) as { items: readonly Manifest[] };
  const named = (kind: string) => items.filter((item) => item.kind === kind);
  const secrets = new Map(named('Secret').map((item) => [nameOf(item), webhookSecretIn(item)]));
  return new Map(
    named('OmneoTenant')
      .map(nameOf)
      .map((name) => [name, secrets.get(`${name}-klaviyo`) ?? '']),
  );
}

/** The webhook secret that a tenant has after it was rotated or recreated. */
export function newSecretOf(name: string): string {
  return `new-${secretOf(name)}`;
}

function tenantOf({ sandbox }: Stage, name: string): Manifest[] {
  return tenantWithSecrets(name, { namespace, baseURL: sandbox.baseURL('acme') });
}

function webhookSecret(name: string, value: string): Manifest {
  return secret(`${name}-klaviyo`, { 'webhook-secret': value }, { namespace });
}

async function remove(cluster: Cluster, name: string): Promise<void> {
  const objects = [`omneotenant/${name}`, `secret/${name}-omneo`, `secret/${name}-klaviyo`];
  await must(cluster, 'delete', ...objects, '-n', namespace, '--wait=false', '--ignore-not-found');
}

function nameOf({ metadata }: Manifest): string {
  return String(metadata['name']);
}

function webhookSecretIn({ data }: Manifest): string {
  const { 'webhook-secret': encoded = '' } = (data ?? {}) as Readonly<Record<string, string>>;
  return Buffer.from(encoded, 'base64').toString();
}

async function must(cluster: Cluster, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await cluster.kubectl(args);
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}
