/** An object of the Kubernetes API, as far as every kind of it is alike. */
export type KubeObject = Readonly<{
  /** `<namespace>/<name>` */
  key: string;
  namespace: string;
  name: string;
  uid: string;
  resourceVersion: string;
  /** All of it. A handler keeps what it needs of the object, and no more. */
  fields: Readonly<Record<string, unknown>>;
}>;

/** What was read is no object: something was lost on the way. */
export class MalformedObject extends Error {
  override name = 'MalformedObject';
}

/** Reads a namespaced object; throws MalformedObject if it is none. */
export function objectOf(value: unknown): KubeObject {
  const fields = fieldsOf(value);
  const { namespace, name, uid, resourceVersion } = stringsOf(fields['metadata']);
  if (!namespace || !name || !uid || !resourceVersion) throw new MalformedObject();
  return Object.freeze({ key: [namespace, name].join('/'), namespace, name, uid, resourceVersion, fields });
}

/** The fields of a JSON object; none if it is something else. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Readonly<Record<string, unknown>>) : {};
}

/** A string, or the empty one if it is something else. */
export function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Those of the fields that hold a string. */
export function stringsOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(fieldsOf(value)).filter(([, text]) => typeof text === 'string');
  return Object.fromEntries(entries) as Record<string, string>;
}
