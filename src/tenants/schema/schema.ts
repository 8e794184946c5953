import type { ErrorObject } from 'ajv';
import { closestMatch } from 'leven';

/** What is wrong with a document, in one sentence that names the place and never a value. */
export type Violation = Readonly<{ path: readonly (string | number)[]; message: string }>;

/** Checks that a document is a `T`: returns it with defaults filled in (a copy), or every rule it breaks. */
export type Check<T> = (document: unknown) => Readonly<{ value: T } | { violations: readonly Violation[] }>;

/** The part of JSON Schema that is used here. */
export type JsonSchema = {
  type?: string;
  description?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  additionalProperties?: boolean | JsonSchema;
  required?: string[];
  enum?: unknown[];
  const?: unknown;
  pattern?: string;
  example?: string;
  maxLength?: number;
  [keyword: string]: unknown;
};

/**
 * Whether a document keeps to a schema; fills its defaults in. Which rules the document breaks is left at the function, as
 * ajv's code leaves it.
 */
export type Validate = ((document: unknown) => boolean) & { errors?: readonly ErrorObject[] | null };

/** The check that a validator makes, whose errors name the rule that is broken. */
export function checkBy<T>(isValid: Validate): Check<T> {
  return (document) => {
    const copy: unknown = structuredClone(document);
    return isValid(copy)
      ? { value: copy as T }
      : { violations: unknownFirst(isValid.errors ?? []).map(violationOf) };
  };
}

/** A misspelt field is also a missing one; what it was meant to be helps more. */
function unknownFirst(errors: readonly ErrorObject[]): ErrorObject[] {
  const isUnknown = ({ keyword }: ErrorObject) => keyword === 'additionalProperties';
  return [...errors.filter(isUnknown), ...errors.filter((error) => !isUnknown(error))];
}

function violationOf(error: ErrorObject): Violation {
  const path = pathOf(error);
  const schema = error.parentSchema as JsonSchema;
  return { path, message: `${path.length > 0 ? written(path) : 'The document'} ${complaint(error, schema)}` };
}

/** Where it is wrong; for a field too many or too few, that field. */
function pathOf({ instancePath, params }: ErrorObject): (string | number)[] {
  const steps = instancePath
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  const field: unknown = params['additionalProperty'] ?? params['missingProperty'];
  const path = steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return typeof field === 'string' ? [...path, field] : path;
}

/** `['secretRefs', 0, 'name']` as `secretRefs[0].name`. */
export function written(path: readonly (string | number)[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step.slice(0, 80)}`))
    .join('')
    .replace(/^\./, '');
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'a map of fields',
  array: 'a list',
  string: 'text (put it in quotes)',
  boolean: 'true or false',
  integer: 'a whole number',
  number: 'a number',
};

type Complaint = (params: ErrorObject['params'], schema: JsonSchema) => string;

/** What to say for each keyword, from what the schema says; what the document says stays out of it. */
const complaints: Readonly<Record<string, Complaint>> = {
  additionalProperties: (params, schema) =>
    unknownField(String(params['additionalProperty']), Object.keys(schema.properties ?? {})),
  required: () => 'is missing',
  type: (_, { type = '' }) => `must be ${typeNames[type] ?? type}`,
  enum: (_, schema) => `must be one of ${(schema.enum ?? []).join(', ')}`,
  const: (_, schema) => `must be ${String(schema.const)}`,
  pattern: (_, { example, pattern = '' }) =>
    example === undefined ? `must match ${pattern}` : `must look like ${example} (pattern ${pattern})`,
  minItems: (params) => atLeast(params, 'entries'),
  minLength: (params) => atLeast(params, 'characters'),
  minimum: (params) => `must be at least ${String(params['limit'])}`,
  maximum: (params) => `must be at most ${String(params['limit'])}`,
  maxItems: (params) => `must have at most ${String(params['limit'])} entries`,
  maxLength: (params) => `must have at most ${String(params['limit'])} characters`,
};

function complaint({ keyword, params }: ErrorObject, schema: JsonSchema): string {
  return complaints[keyword]?.(params, schema) ?? `breaks the schema's rule "${keyword}"`;
}

function atLeast({ limit }: ErrorObject['params'], things: string): string {
  return limit === 1 ? 'must not be empty' : `must have at least ${String(limit)} ${things}`;
}

function unknownField(name: string, known: readonly string[]): string {
  const nearest = closestMatch(name, known, { maxDistance: Math.max(2, Math.floor(name.length / 3)) });
  return nearest === undefined
    ? `is not a field; known are ${known.join(', ')}`
    : `is not a field; did you mean ${nearest}?`;
}
