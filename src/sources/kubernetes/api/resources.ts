/** A collection to list and watch. */
export type Resource = Readonly<{
  /** Plural name, as in metrics and rules. */
  name: string;
  path: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Of each object no more than its metadata is asked for. */
  metadataOnly?: boolean;
}>;

type Scope = Readonly<{
  /** Empty: the whole cluster. */
  namespaces: readonly string[];
  secretLabelSelector?: string | undefined;
}>;

/** The two types of Secret that are many and large, and that no tenant refers to. */
const otherSecrets = 'type!=helm.sh/release.v1,type!=kubernetes.io/service-account-token';

/** The collections of OmneoTenants: one, or one for each namespace. */
export function tenantResources({ namespaces }: Scope): readonly Resource[] {
  return within(namespaces).map((scope) => ({
    name: 'omneotenants',
    path: `/apis/omneo.io/v1alpha1${scope}/omneotenants`,
  }));
}

/** The collections of Secrets, of which anybody may store any amount: one, or one for each namespace. */
export function secretResources({ namespaces, secretLabelSelector }: Scope): readonly Resource[] {
  return within(namespaces).map((scope) => ({
    name: 'secrets',
    path: `/api/v1${scope}/secrets`,
    metadataOnly: true,
    fieldSelector: otherSecrets,
    ...(secretLabelSelector === undefined ? {} : { labelSelector: secretLabelSelector }),
  }));
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

function within(namespaces: readonly string[]): readonly string[] {
  return namespaces.length === 0 ? [''] : [...new Set(namespaces)].map(inNamespace);
}

function inNamespace(namespace: string): string {
  return `/namespaces/${encodeURIComponent(namespace)}`;
}
