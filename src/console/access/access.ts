import type { IncomingMessage } from 'node:http';

/**
 * What may be done with the deliveries of a tenant: the verbs of `omneotenants/deliveries`, and `payload`, which is `get`
 * of `omneotenants/payloads`. Replaying is `update`, discarding and erasing are `delete`.
 */
export const permissions = ['list', 'get', 'update', 'delete', 'payload'] as const;
export type Permission = (typeof permissions)[number];

/** Who makes a request, as authorization is asked for. */
export type Identity = Readonly<{
  user: string;
  groups: readonly string[];
  /** Of a user of Kubernetes. */
  uid?: string;
  extra?: Readonly<Record<string, readonly string[]>>;
  signedInBy: 'token' | 'session';
  /** Of a session: what a request that changes something has to bring. */
  csrfToken?: string;
}>;

/** Finds out who makes a request, by one kind of credentials. */
export interface Authenticator {
  /**
   * Who it is; undefined: the request brings no credentials of this kind.
   *
   * @throws ConsoleProblem `unauthenticated` for credentials that do not hold, `too_many_requests`, or `unavailable`
   */
  identify(request: Pick<IncomingMessage, 'headers' | 'method' | 'socket'>): Promise<Identity | undefined>;
}

/** Decides what an identity may do. Fails closed. */
export interface Authorizer {
  /**
   * Whether it may do that with the deliveries of tenants in this namespace.
   *
   * @throws ConsoleProblem `unavailable`
   */
  allows(identity: Identity, permission: Permission, namespace: string): Promise<boolean>;
}
