/** Tenants and Secrets of the tests, as manifests. */
import type { Cluster } from './cluster.ts';

export type Manifest = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
};

export type TenantOptions = {
  readonly namespace?: string;
  /** Of the sandbox. */
  readonly baseURL: string;
  readonly credentials?: 'oauth' | 'token';
  /** Laid over the spec. */
  readonly spec?: Readonly<Record<string, unknown>>;
};

/** The webhook secret of a tenant of the tests. */
export const secretOf = (name: string): string => `${name}-webhook-secret-of-the-tests`;

/** An OmneoTenant that refers to the Secrets `<name>-omneo` and `<name>-klaviyo`. */
export function tenant(name: string, options: TenantOptions): Manifest {
  const { namespace = 'loyalty', baseURL, credentials = 'token', spec } = options;
  const secretRef = { name: `${name}-omneo` };
  return {
    apiVersion: 'omneo.io/v1alpha1',
    kind: 'OmneoTenant',
    metadata: { name, namespace },
    spec: {
      omneo: { baseURL, credentials: { [credentials]: { secretRef } } },
      klaviyo: { secretRefs: [{ name: `${name}-klaviyo` }] },
      ...spec,
    },
  };
}

/** A Secret in plain text. */
export function secret(name: string, stringData: Readonly<Record<string, string>>, metadata = {}): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace: 'loyalty', ...metadata },
    stringData,
  };
}

/** A tenant and its two Secrets, with the credentials of the sandbox's sample tenant "acme". */
export function tenantWithSecrets(name: string, options: TenantOptions): Manifest[] {
  const { namespace = 'loyalty' } = options;
  const credentials = {
    client_id: 'acme-client',
    client_secret: 'acme-client-secret',
    token: 'acme-static-token',
  };
  return [
    secret(`${name}-omneo`, credentials, { namespace }),
    secret(`${name}-klaviyo`, { 'webhook-secret': secretOf(name) }, { namespace }),
    tenant(name, options),
  ];
}

/** `kubectl apply --server-side` with all of these; an Error if one is refused. */
export async function apply(cluster: Cluster, manifests: readonly Manifest[]): Promise<void> {
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: manifests });
  const { code, stderr } = await cluster.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], {
    input,
  });
  if (code !== 0) throw new Error(`kubectl apply: ${stderr}`);
}
