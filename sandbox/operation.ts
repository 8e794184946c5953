/** What can be called, by the names that faults, counters and logs use. */
export const operations = [
  'token',
  'verify',
  'search-id',
  'profiles',
  'profiles.get',
  'identities',
  'rewards.list',
  'rewards.create',
  'rewards.get',
  'rewards.delete',
  'definitions',
  'definitions.get',
  'benefits.list',
  'benefits.create',
  'benefits.get',
  'benefits.delete',
  'benefit-definitions',
  'benefit-definitions.get',
  'benefit-definitions.handle',
  'credits.list',
  'credits.create',
  'credits.get',
  'credits.delete',
  'credit-definitions',
  'credit-definitions.get',
  'interactions.list',
  'interactions.create',
  'interactions.get',
  'interactions.delete',
  'attributes.list',
  'attributes.set',
  'attributes.get',
  'attributes.delete',
  'unknown',
] as const;

export type Operation = (typeof operations)[number];

/** Operations that answer pages of rows and take filters. */
export const isList = (operation: Operation) =>
  operation === 'profiles' ||
  operation === 'identities' ||
  operation.endsWith('.list') ||
  operation === 'definitions' ||
  operation === 'benefit-definitions' ||
  operation === 'credit-definitions';

type Route = { method: string; pattern: RegExp; operation: Operation };

// Order matters: "definitions" would pass for an id.
const routes: Route[] = [
  { method: 'POST', pattern: /^\/auth\/token$/, operation: 'token' },
  { method: 'GET', pattern: /^\/auth\/verify$/, operation: 'verify' },
  { method: 'POST', pattern: /^\/profiles\/search-id$/, operation: 'search-id' },
  { method: 'GET', pattern: /^\/profiles$/, operation: 'profiles' },
  { method: 'GET', pattern: /^\/profiles\/([^/]+)$/, operation: 'profiles.get' },
  { method: 'GET', pattern: /^\/profiles\/([^/]+)\/attributes\/custom$/, operation: 'attributes.list' },
  {
    method: 'PUT',
    pattern: /^\/profiles\/([^/]+)\/attributes\/custom\/([^/]+)$/,
    operation: 'attributes.set',
  },
  {
    method: 'GET',
    pattern: /^\/profiles\/([^/]+)\/attributes\/custom\/([^/]+)$/,
    operation: 'attributes.get',
  },
  {
    method: 'DELETE',
    pattern: /^\/profiles\/([^/]+)\/attributes\/custom\/([^/]+)$/,
    operation: 'attributes.delete',
  },
  { method: 'GET', pattern: /^\/identities$/, operation: 'identities' },
  { method: 'GET', pattern: /^\/rewards\/definitions$/, operation: 'definitions' },
  { method: 'GET', pattern: /^\/rewards\/definitions\/([^/]+)$/, operation: 'definitions.get' },
  { method: 'GET', pattern: /^\/rewards$/, operation: 'rewards.list' },
  { method: 'POST', pattern: /^\/rewards$/, operation: 'rewards.create' },
  { method: 'GET', pattern: /^\/rewards\/([^/]+)$/, operation: 'rewards.get' },
  { method: 'DELETE', pattern: /^\/rewards\/([^/]+)$/, operation: 'rewards.delete' },
  {
    method: 'GET',
    pattern: /^\/benefits\/definitions\/handle\/([^/]+)$/,
    operation: 'benefit-definitions.handle',
  },
  { method: 'GET', pattern: /^\/benefits\/definitions$/, operation: 'benefit-definitions' },
  { method: 'GET', pattern: /^\/benefits\/definitions\/([^/]+)$/, operation: 'benefit-definitions.get' },
  { method: 'GET', pattern: /^\/benefits$/, operation: 'benefits.list' },
  { method: 'POST', pattern: /^\/benefits$/, operation: 'benefits.create' },
  { method: 'GET', pattern: /^\/benefits\/([^/]+)$/, operation: 'benefits.get' },
  { method: 'DELETE', pattern: /^\/benefits\/([^/]+)$/, operation: 'benefits.delete' },
  { method: 'GET', pattern: /^\/credits\/definitions$/, operation: 'credit-definitions' },
  { method: 'GET', pattern: /^\/credits\/definitions\/([^/]+)$/, operation: 'credit-definitions.get' },
  { method: 'GET', pattern: /^\/credits$/, operation: 'credits.list' },
  { method: 'POST', pattern: /^\/credits$/, operation: 'credits.create' },
  { method: 'GET', pattern: /^\/credits\/([^/]+)$/, operation: 'credits.get' },
  { method: 'DELETE', pattern: /^\/credits\/([^/]+)$/, operation: 'credits.delete' },
  { method: 'GET', pattern: /^\/interactions$/, operation: 'interactions.list' },
  { method: 'POST', pattern: /^\/interactions$/, operation: 'interactions.create' },
  { method: 'GET', pattern: /^\/interactions\/([^/]+)$/, operation: 'interactions.get' },
  { method: 'DELETE', pattern: /^\/interactions\/([^/]+)$/, operation: 'interactions.delete' },
];

export type Target = { tenant: string; operation: Operation; id: string; name: string };

/** Finds tenant, operation, id and a name below it (or "") in a path such as `/acme/api/v3/rewards/7`. */
export function targetOf(method: string, path: string): Target {
  const [, tenant = '', rest = ''] = /^\/([^/]+)\/api\/v3(\/.*)$/.exec(path) ?? [];
  for (const route of routes) {
    const match = route.method === method ? route.pattern.exec(rest) : null;
    if (match) return { tenant, operation: route.operation, id: match[1] ?? '', name: match[2] ?? '' };
  }
  return { tenant, operation: 'unknown', id: '', name: '' };
}
