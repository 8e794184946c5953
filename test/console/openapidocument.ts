/** docs/openapi.yaml, and whether what goes over the wire is as it says. */
import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';

type Schema = Readonly<Record<string, unknown>>;
type Media = Readonly<{ content?: Readonly<Record<string, Readonly<{ schema: Schema }>>>; $ref?: string }>;
type Operation = Readonly<{
  operationId: string;
  parameters?: readonly unknown[];
  requestBody?: Media;
  responses: Readonly<Record<string, Media>>;
}>;

export type OpenApiDocument = Readonly<{
  openapi: string;
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: Readonly<{
    schemas: Readonly<Record<string, Schema>>;
    responses: Readonly<Record<string, Media>>;
  }>;
}>;

const file = new URL('../../docs/openapi.yaml', import.meta.url);

export const document = parse(readFileSync(file, 'utf8')) as OpenApiDocument;

const ajv = new Ajv2020({ strict: false, allErrors: true });
ajv.addFormat('uuid', /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i);
ajv.addSchema({ components: document.components }, 'openapi');

const compiled = new Map<string, ValidateFunction>();

/** A check by a schema of the document, which refers to others of it. */
function checkOf(schema: Schema): ValidateFunction {
  const text = JSON.stringify(schema).replaceAll('"#/', '"openapi#/');
  const check = compiled.get(text) ?? ajv.compile(JSON.parse(text) as Schema);
  compiled.set(text, check);
  return check;
}

/** What was asked and what was answered. */
export type WireExchange = Readonly<{
  method: string;
  /** With its query. */
  target: string;
  /** As JSON; undefined: there is none. */
  sent: unknown;
  status: number;
  contentType: string;
  received: unknown;
}>;

/** Path of the document and operation of a request; undefined: it has none. */
export function operationOf(
  method: string,
  target: string,
): Readonly<{ path: string; operation: Operation }> | undefined {
  const { pathname } = new URL(target, 'http://console');
  // Literal segments go before those that are patterns.
  const paths = Object.keys(document.paths).sort((a, b) => Number(a.includes('{')) - Number(b.includes('{')));
  for (const path of paths) {
    const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    const operation = document.paths[path]?.[method.toLowerCase()];
    if (pattern.test(pathname) && operation !== undefined) return { path, operation };
  }
  return undefined;
}

/** Everything in which an exchange differs from the document: the request too, if it was answered with success. */
export function deviationsOf({
  method,
  target,
  sent,
  status,
  contentType,
  received,
}: WireExchange): string[] {
  const found = operationOf(method, target);
  if (found === undefined)
    return status >= 400 ? problemFaults(contentType, received) : ['no such operation'];
  const { operation } = found;
  const isOk = status < 400;
  const requestSchema = operation.requestBody?.content?.['application/json']?.schema;
  const request = isOk && requestSchema !== undefined ? faultsOf(requestSchema, sent, 'request') : [];
  if (!isOk) return problemFaults(contentType, received);
  const schema = operation.responses[String(status)]?.content?.['application/json']?.schema;
  if (schema === undefined) return [`${operation.operationId} answers no ${status}`];
  const type = /^application\/json(;|$)/.test(contentType) ? [] : [`type ${contentType}`];
  return [...request, ...type, ...faultsOf(schema, received, 'answer')];
}

function problemFaults(contentType: string, received: unknown): string[] {
  const schema = document.components.responses['Problem']?.content?.['application/problem+json']?.schema;
  const type = /^application\/problem\+json(;|$)/.test(contentType) ? [] : [`type ${contentType}`];
  return [...type, ...faultsOf(schema ?? {}, received, 'problem')];
}

/** In which a value differs from a schema of the document. */
export function faultsOf(schema: Schema, value: unknown, what: string): string[] {
  const check = checkOf(schema);
  if (check(value)) return [];
  return (check.errors ?? []).map(({ instancePath, message }) => `${what}${instancePath} ${message ?? ''}`);
}
