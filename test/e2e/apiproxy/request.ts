/** What a request asks of a Kubernetes API, read from its method and path as the API server does. */
import type { IncomingHttpHeaders } from 'node:http';

export type Verb =
  'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'other';

export type ApiRequest = {
  readonly verb: Verb;
  readonly method: string;
  /** The path without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The plural, with the subresource if there is one: `omneotenants/status`. Empty if it is no resource. */
  readonly resource: string;
  readonly group: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
};

type Place = Pick<ApiRequest, 'group' | 'resource' | 'namespace' | 'name'>;

/** Describes a request to a Kubernetes API. */
export function describeRequest(method: string, url: string, headers: IncomingHttpHeaders): ApiRequest {
  const { pathname: path, searchParams: query } = new URL(url, 'https://localhost');
  const place = placeOf(path);
  const verb = place.resource ? verbOf(method, place, query) : 'other';
  return { verb, method, path, query, headers, ...place };
}

const pattern =
  /^\/(?:api\/v1|apis\/(?<group>[^/]+)\/[^/]+)(?:\/namespaces\/(?<namespace>[^/]+)(?=\/))?\/(?<plural>[^/]+)(?:\/(?<name>[^/]+)(?:\/(?<sub>.+))?)?$/;

function placeOf(path: string): Place {
  const parts = pattern.exec(path)?.groups;
  // A namespace's own subresource looks like a resource in it.
  const { group = '', plural = '', sub, namespace, name } = parts ?? {};
  if (namespace && !name && (plural === 'status' || plural === 'finalize')) {
    return { group, resource: `namespaces/${plural}`, namespace: undefined, name: namespace };
  }
  return { group, resource: sub ? `${plural}/${sub}` : plural, namespace, name };
}

function verbOf(method: string, { name }: Place, query: URLSearchParams): Verb {
  switch (method) {
    case 'GET':
      if (query.get('watch') === 'true' || query.get('watch') === '1') return 'watch';
      return name ? 'get' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return name ? 'delete' : 'deletecollection';
    default:
      return 'other';
  }
}
