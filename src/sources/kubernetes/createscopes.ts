import type { Client } from './api/client.ts';
import { Contact } from './informer/contact.ts';
import type { Handler } from './api/known.ts';
import { Outage } from './informer/outage.ts';
import { Reflector } from './informer/reflector.ts';
import { type Resource, secretsIn, tenantsIn } from './api/resources.ts';
import { Scope } from './scope.ts';
import { Scopes } from './scopes.ts';
import { loadByLists } from './informer/secretlists.ts';
import type { SecretStore } from './informer/secretstore.ts';
import type { KubeOptions } from './source.ts';

type Options = KubeOptions &
  Readonly<{
    client: Client;
    tenants: Handler;
    secrets: SecretStore;
    /** Ends what is under way. */
    signal: AbortSignal;
  }>;

/** All that is to be watched: each of the namespaces by itself, or the whole cluster. */
export function createScopes(options: Options): Scopes {
  const { watchNamespaces, clock, log, signal } = options;
  const namespaces = watchNamespaces.length === 0 ? [''] : [...new Set(watchNamespaces)];
  const outage = new Outage(log);
  const scopes = namespaces.map((namespace) => createScope(namespace, { ...options, outage }));
  return new Scopes({ scopes, clock, signal });
}

type Shared = Options & Readonly<{ outage: Outage }>;

function createScope(namespace: string, shared: Shared): Scope {
  const { tenants, secrets, secretLabelSelector } = shared;
  return new Scope({
    namespace,
    tenants: reflect(tenantsIn(namespace), tenants, shared),
    secrets: reflect(secretsIn(namespace, secretLabelSelector), secrets.handler, shared),
    load: ({ resource, size }) => loadByLists({ ...shared, store: secrets, resource, size }),
  });
}

function reflect(resource: Resource, handler: Handler, shared: Shared): Reflector {
  return new Reflector({ ...shared, resource, handler, contact: new Contact(shared, resource) });
}
