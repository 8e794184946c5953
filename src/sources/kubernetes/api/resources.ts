/** A collection to list and watch. */
export type Resource = Readonly<{
  /** Plural name, as in metrics and rules. */
  name: string;
  /** Empty: the whole cluster. */
  namespace: string;
  path: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Of each object no more than its metadata is asked for. */
  metadataOnly?: boolean;
}>;

/** The two types of Secret that are many and large, and that no tenant refers to. */
const otherSecrets = 'type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token';

/** The OmneoTenants of a namespace; of the whole cluster if it is empty. */
export function tenantsIn(namespace: string): Resource {
  const path = `/apis/omneo.io/v1alpha1${inNamespace(namespace)}/omneotenants`;
  return { name: 'omneotenants', namespace, path };
}

/** The Secrets of a namespace, of which anybody may store any amount; of the whole cluster if it is empty. */
export function secretsIn(namespace: string, labelSelector?: string): Resource {
  return {
    name: 'secrets',
    namespace,
    path: `/api/v1${inNamespace(namespace)}/secrets`,
    metadataOnly: true,
    fieldSelector: otherSecrets,
    ...(labelSelector === undefined ? {} : { labelSelector }),
  };
}

/** What to accept in answer to a list or a watch: for metadata alone the API server leaves out all the rest. */
export function acceptOf({ metadataOnly = false }: Resource, asked: 'list' | 'watch'): string {
  const kind = asked === 'list' ? 'PartialObjectMetadataList' : 'PartialObjectMetadata';
  return metadataOnly ? `application/json;as=${kind};g=meta.k8s.io;v=v1` : 'application/json';
}

export function secretPath(namespace: string, name: string): string {
  return `/api/v1${inNamespace(namespace)}/secrets/${encodeURIComponent(name)}`;
}

export function statusPath(namespace: string, name: string): string {
  return `/apis/omneo.io/v1alpha1${inNamespace(namespace)}/omneotenants/${encodeURIComponent(name)}/status`;
}

export function eventPath(namespace: string, name?: string): string {
  const events = `/apis/events.k8s.io/v1${inNamespace(namespace)}/events`;
  return name === undefined ? events : `${events}/${encodeURIComponent(name)}`;
}

export function leasePath(namespace: string, name?: string): string {
  const leases = `/apis/coordination.k8s.io/v1${inNamespace(namespace)}/leases`;
  return name === undefined ? leases : `${leases}/${encodeURIComponent(name)}`;
}

function inNamespace(namespace: string): string {
  return namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
}
