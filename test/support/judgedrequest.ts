/** A request to the console as a test looks at it, with what is wrong with it by docs/openapi.yaml. */
import { document, faultsOf, operationOf } from '../console/openapidocument.ts';

type Schema = Readonly<Record<string, unknown>>;
type Parameter = Readonly<{ name: string; in: string; schema: Schema }>;
type Reference = Readonly<{ $ref: string }>;

export type JudgedRequest = Readonly<{
  operation: string | undefined;
  path: string;
  query: Readonly<Record<string, string>>;
  body: unknown;
  faults: readonly string[];
}>;

/** Judges a request by its operation: each parameter, and the body. */
export function judge(method: string, target: string, body: unknown): JudgedRequest {
  const { pathname, searchParams } = new URL(target, 'http://console');
  const query = Object.fromEntries(searchParams);
  const found = operationOf(method, target);
  const asked = { operation: found?.operation.operationId, path: pathname, query, body };
  if (found === undefined) return { ...asked, faults: ['there is no such operation'] };
  const { parameters = [], requestBody } = found.operation;
  const known = parameters.map((each) => resolved(each as Parameter | Reference));
  const given = { query, path: partsOf(found.path, pathname) };
  const schema = requestBody?.content?.['application/json']?.schema;
  const ofBody = schema === undefined ? { not: { type: ['object', 'null'] } } : schema;
  const bodyFaults = body === undefined && schema === undefined ? [] : faultsOf(ofBody, body, 'body');
  return { ...asked, faults: [...parameterFaults(known, given), ...bodyFaults] };
}

function parameterFaults(
  known: readonly Parameter[],
  given: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string[] {
  const texts = Object.entries(given).flatMap(([where, values]) =>
    Object.entries(values).map(([name, text]) => ({ where, name, text })),
  );
  return texts.flatMap(({ where, name, text }) => {
    const parameter = known.find((each) => each.in === where && each.name === name);
    if (parameter === undefined) return [`${where} ${name} is not known`];
    return faultsOf(parameter.schema, valueOf(text, parameter.schema), name);
  });
}

function resolved(part: Parameter | Reference): Parameter {
  if (!('$ref' in part)) return part;
  const keys = part.$ref.replace('#/', '').split('/');
  return keys.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document) as Parameter;
}

function partsOf(template: string, path: string): Record<string, string> {
  const pattern = new RegExp(`^${template.replaceAll(/{(\w+)}/g, '(?<$1>[^/]+)')}$`);
  return { ...pattern.exec(path)?.groups };
}

/** What the text of a parameter means by the type of its schema. */
function valueOf(text: string, { type }: Schema): unknown {
  return type === 'integer' || type === 'boolean' ? (JSON.parse(text) as unknown) : text;
}
