/** A request to the API server. */
type Request = Readonly<{ method: string; path: string; query: Readonly<Record<string, unknown>> }>;

type Permission = Readonly<{ verb: string; resource: string; group: string; namespace: string }>;

const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch' };

/**
 * What an operator has to change for this request to succeed, in words; undefined where that does not follow from the
 * status. It names no object, so that one fault of thousands of tenants has one text.
 */
export function adviceFor(status: number, request: Request): string | undefined {
  const permission = permissionOf(request);
  const { verb, resource, group, namespace } = permission;
  switch (status) {
    case 400:
      if (request.query['labelSelector'] === undefined) return undefined;
      return 'the API server does not take SECRET_LABEL_SELECTOR for a label selector; correct it';
    case 401:
      return 'the API server does not accept the credentials; see to the ServiceAccount, or to KUBECONFIG';
    case 403:
      return `the gateway may not ${describe(permission)}; grant it, as examples/cluster/rbac.yml does`;
    case 404:
      if (group === 'omneo.io' && ['list', 'watch'].includes(verb))
        return 'the cluster does not know OmneoTenants; kubectl apply --server-side -f crds/';
      if (resource === 'leases' && verb === 'create')
        return `there is no namespace ${namespace} for the Lease; create it, or correct POD_NAMESPACE`;
      return undefined;
    default:
      return undefined;
  }
}

function describe({ verb, resource, group, namespace }: Permission): string {
  const kind = group === '' ? resource : `${resource}.${group}`;
  return `${verb} ${kind} in ${namespace === '' ? 'all namespaces' : `namespace ${namespace}`}`;
}

function permissionOf({ method, path, query }: Request): Permission {
  const [, group = '', namespace = '', resource = '', name, subresource] =
    /^\/apis?\/(?:([^/]+)\/)??v[^/]+(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(
      path,
    ) ?? [];
  const reading = query['watch'] === 'true' ? 'watch' : name === undefined ? 'list' : 'get';
  return {
    verb: verbs[method] ?? reading,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    group,
    namespace: decodeURIComponent(namespace),
  };
}
