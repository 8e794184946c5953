import { type Authorizer, type Permission } from '../access/access.ts';

/** Groups of those who sign in, by what they may: where no Kubernetes API can be asked. */
type GroupRoles = Readonly<{ viewers: readonly string[]; operators: readonly string[] }>;

/** What a viewer may. */
const viewing: ReadonlySet<Permission> = new Set(['list', 'get'] as const);

/** Lets operators do everything with every tenant, and viewers see deliveries without their webhooks. */
export function groupAccess({ viewers, operators }: GroupRoles): Authorizer {
  return {
    allows({ groups, signedInBy }, permission) {
      const isOf = (role: readonly string[]): boolean => groups.some((group) => role.includes(group));
      const isAllowed = isOf(operators) || (viewing.has(permission) && isOf(viewers));
      return Promise.resolve(signedInBy === 'session' && isAllowed);
    },
  };
}
