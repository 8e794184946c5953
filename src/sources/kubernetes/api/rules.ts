/** A `PolicyRule` of rbac.authorization.k8s.io/v1. */
export type Rule = Readonly<{
  apiGroups: readonly string[];
  resources: readonly string[];
  resourceNames?: readonly string[];
  verbs: readonly string[];
}>;

/** Name of the Lease that decides on the leader, unless another is given. */
export const defaultLeaseName = 'omneo-gateway';

/** What the gateway does where tenants live: in the whole cluster, or in each namespace that it watches. */
export const watchRules: readonly Rule[] = Object.freeze([
  { apiGroups: ['omneo.io'], resources: ['omneotenants'], verbs: ['list', 'watch'] },
  { apiGroups: ['omneo.io'], resources: ['omneotenants/status'], verbs: ['patch'] },
  { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
]);

/** What the gateway asks the cluster for its console: whose a token is, and what somebody may do. */
export const reviewRules: readonly Rule[] = Object.freeze([
  { apiGroups: ['authentication.k8s.io'], resources: ['tokenreviews'], verbs: ['create'] },
  { apiGroups: ['authorization.k8s.io'], resources: ['subjectaccessreviews'], verbs: ['create'] },
]);

/** What people need to look at deliveries; the words are the console's. */
export const viewerRules: readonly Rule[] = Object.freeze([
  { apiGroups: ['omneo.io'], resources: ['omneotenants/deliveries'], verbs: ['get', 'list'] },
]);

/** What people need to decide about deliveries as well, and to open webhooks. */
export const operatorRules: readonly Rule[] = Object.freeze([
  {
    apiGroups: ['omneo.io'],
    resources: ['omneotenants/deliveries'],
    verbs: ['get', 'list', 'update', 'delete'],
  },
  { apiGroups: ['omneo.io'], resources: ['omneotenants/payloads'], verbs: ['get'] },
]);

/** What the gateway does in its own namespace. A rule that names objects cannot allow to create them. */
export function homeRules(leaseName: string = defaultLeaseName): readonly Rule[] {
  const lease = { apiGroups: ['coordination.k8s.io'], resources: ['leases'] };
  return Object.freeze([
    { ...lease, verbs: ['create'] },
    { ...lease, resourceNames: [leaseName], verbs: ['get', 'update'] },
  ]);
}
