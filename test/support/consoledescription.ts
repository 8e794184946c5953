/** docs/openapi.yaml as a judge: whether requests and answers are as it says. */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { readText } from './pages.ts';

type Schema = Readonly<Record<string, unknown>>;
type Parameter = Readonly<{ name: string; in: string; schema: Schema }>;
type Content = Readonly<Record<string, Readonly<{ schema: Schema }>>>;
type Reference = Readonly<{ $ref: string }>;
type Operation = Readonly<{
  operationId: string;
  parameters?: readonly (Parameter | Reference)[];
  requestBody?: Readonly<{ content: Content }>;
  responses: Readonly<Record<string, Readonly<{ content: Content }> | Reference>>;
}>;
type Description = Readonly<{
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: Readonly<{ schemas: Readonly<Record<string, Schema>> }>;
}>;

/** A request that was made, with what is wrong with it by the description. */
export type JudgedRequest = Readonly<{
  operation: string | undefined;
  path: string;
  query: Readonly<Record<string, string>>;
  body: unknown;
  faults: readonly string[];
}>;

const formats = {
  uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
  'date-time': (text: string) => /^\d{4}-.*T.*Z$/.test(text) && !Number.isNaN(Date.parse(text)),
};

/** What the file says, ready to judge by. */
export class ConsoleDescription {
  readonly #api: Description;
  readonly #ajv = new Ajv2020({ strict: false, formats, coerceTypes: false, allErrors: true });

  static async read(): Promise<ConsoleDescription> {
    return new ConsoleDescription(parse(await readText('docs/openapi.yaml')) as Description);
  }

  private constructor(api: Description) {
    this.#api = api;
    this.#ajv.addSchema(api, 'api');
  }

  /** One of the schemas that the file names. */
  schema(name: string): Schema {
    return this.#api.components.schemas[name] ?? {};
  }

  /** A request, with all that is wrong with it. */
  judge(method: string, url: URL, body: unknown): JudgedRequest {
    const query = Object.fromEntries(url.searchParams);
    const [operation, template] = this.#find(method, url.pathname);
    const asked = { operation: operation?.operationId, path: url.pathname, query, body };
    if (operation === undefined) return { ...asked, faults: ['there is no such operation'] };
    const values = { query, path: partsOf(template, url.pathname) };
    return {
      ...asked,
      faults: [...this.#parameterFaults(operation, values), ...this.#bodyFaults(operation, body)],
    };
  }

  /** What is wrong with an answer of an operation. */
  answerFaults(operationId: string, status: number, body: unknown): string[] {
    const operation = this.#operations().find(([each]) => each.operationId === operationId)?.[0];
    const answer = this.#resolved(operation?.responses[status] ?? operation?.responses['default']);
    const [content] = Object.values((answer as { content?: Content } | undefined)?.content ?? {});
    return content === undefined ? ['there is no such answer'] : this.#faults(content.schema, body);
  }

  #operations(): [operation: Operation, template: string, method: string][] {
    return Object.entries(this.#api.paths).flatMap(([template, methods]) =>
      Object.entries(methods).map(([method, operation]): [Operation, string, string] => [
        operation,
        template,
        method,
      ]),
    );
  }

  #find(method: string, path: string): [operation: Operation | undefined, template: string] {
    const fitting = this.#operations().filter(
      ([, template, verb]) => verb === method.toLowerCase() && patternOf(template).test(path),
    );
    // A path without a parameter is meant before one with.
    const [operation, template = ''] =
      fitting.sort(([, one], [, other]) => one.split('{').length - other.split('{').length)[0] ?? [];
    return [operation, template];
  }

  #parameterFaults(
    { parameters = [] }: Operation,
    values: Readonly<Record<string, Readonly<Record<string, string>>>>,
  ): string[] {
    const known = parameters.map((each) => this.#resolved(each) as Parameter);
    const names = known.map((each) => `${each.in} ${each.name}`);
    const given = Object.entries(values).flatMap(([where, each]) =>
      Object.entries(each).map(([name, value]) => ({ key: `${where} ${name}`, value })),
    );
    return given.flatMap(({ key, value }) => {
      const parameter = known[names.indexOf(key)];
      if (parameter === undefined) return [`${key} is not known`];
      return this.#faults(parameter.schema, valueOf(value, parameter.schema)).map(
        (fault) => `${key}: ${fault}`,
      );
    });
  }

  #bodyFaults({ requestBody }: Operation, body: unknown): string[] {
    const schema = requestBody?.content['application/json']?.schema;
    if (schema === undefined) return body === undefined ? [] : ['a body that is not asked for'];
    return this.#faults(schema, body);
  }

  #faults(schema: Schema, value: unknown): string[] {
    const check: ValidateFunction = this.#ajv.compile(rooted(schema) as Schema);
    if (check(value)) return [];
    return (check.errors ?? []).map(({ instancePath, message = '' }) => `${instancePath} ${message}`);
  }

  #resolved(part: unknown): unknown {
    const reference = (part as Partial<Reference> | undefined)?.$ref;
    if (reference === undefined) return part;
    const keys = reference.replace('#/', '').split('/');
    return keys.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], this.#api);
  }
}

/** References of a part of the file as those of the whole. */
function rooted(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as unknown;
}

function patternOf(template: string): RegExp {
  return new RegExp(`^${template.replaceAll(/{(\w+)}/g, '(?<$1>[^/]+)')}$`);
}

function partsOf(template: string, path: string): Record<string, string> {
  return { ...patternOf(template).exec(path)?.groups };
}

/** What the text of a parameter means by the type of its schema. */
function valueOf(text: string, { type }: Schema): unknown {
  return type === 'integer' || type === 'boolean' ? (JSON.parse(text) as unknown) : text;
}
