/** The environment of a container's process. */
import type { V1EnvVar, V1Secret } from '@kubernetes/client-node';
import type { Api } from './api.ts';
import type { Pod } from './pod.ts';

export type Variables = Readonly<Record<string, string>>;

/** Names of Services in URLs, which no DNS of ours knows. */
const service = /\b([a-z0-9-]+)\.([a-z0-9-]+)\.svc:(\d+)/;

export type Lookup = (namespace: string, service: string, port: number) => Promise<number>;

/** An argument with the variables that it names as $(NAME); $$ is a $, and an unknown name stays as it is. */
export function expand(text: string, variables: Variables): string {
  return text.replaceAll(/\$\$|\$\(([^)]+)\)/g, (whole, name?: string) =>
    name === undefined ? '$' : (variables[name] ?? whole),
  );
}

/** The variables of the Pod, with what they refer to and with its Services where they can be reached. */
export async function environmentOf(pod: Pod, api: Api, lookup: Lookup): Promise<Variables> {
  if (pod.container.envFrom) throw new Error(`${pod.name}: envFrom is not what our node can do`);
  const variables: Record<string, string> = {};
  for (const variable of pod.container.env ?? []) {
    const value = await valueOf(variable, pod, api);
    const reached = await reachable(value, lookup);
    // As in Kubernetes, those before are known, and what comes from elsewhere stays as it is.
    variables[variable.name] = variable.valueFrom ? reached : expand(reached, variables);
  }
  return variables;
}

async function reachable(value: string, lookup: Lookup): Promise<string> {
  const [found, name, namespace, port] = service.exec(value) ?? [];
  if (found === undefined || !name || !namespace) return value;
  return value.replace(found, `127.0.0.1:${await lookup(namespace, name, Number(port))}`);
}

async function valueOf({ name, value, valueFrom }: V1EnvVar, pod: Pod, api: Api): Promise<string> {
  if (!valueFrom) return value ?? '';
  const { fieldRef, secretKeyRef } = valueFrom;
  if (fieldRef?.fieldPath === 'metadata.name') return pod.name;
  if (fieldRef?.fieldPath === 'metadata.namespace') return pod.namespace;
  if (secretKeyRef?.name === undefined) throw new Error(`${name} comes from what our node cannot read`);
  const secret = await api.get<V1Secret>(`/api/v1/namespaces/${pod.namespace}/secrets/${secretKeyRef.name}`);
  const data = secret.data?.[secretKeyRef.key];
  if (data === undefined) throw new Error(`Secret ${secretKeyRef.name} has no key ${secretKeyRef.key}`);
  return Buffer.from(data, 'base64').toString();
}
