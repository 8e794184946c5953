import { fieldsOf, textOf } from './json.ts';
import { Restart } from '../informer/restart.ts';

/** An object of the Kubernetes API, as far as every kind of it is alike. */
export type KubeObject = Readonly<{
  /** `<namespace>/<name>` */
  key: string;
  namespace: string;
  name: string;
  uid: string;
  resourceVersion: string;
  /** All of it. Whoever handles the object keeps what it needs, and no more. */
  fields: Readonly<Record<string, unknown>>;
}>;

/** Reads a namespaced object; throws Restart if it is none, since then something was lost on the way. */
export function objectOf(value: unknown): KubeObject {
  const fields = fieldsOf(value);
  const metadata = fieldsOf(fields['metadata']);
  const [namespace, name] = [textOf(metadata['namespace']), textOf(metadata['name'])];
  const [uid, resourceVersion] = [textOf(metadata['uid']), textOf(metadata['resourceVersion'])];
  if (!namespace || !name || !uid || !resourceVersion) throw new Restart('malformed');
  return Object.freeze({ key: `${namespace}/${name}`, namespace, name, uid, resourceVersion, fields });
}
