import { Ajv } from 'ajv';
import standalone from 'ajv/dist/standalone/index.js';
import type { JsonSchema } from '../src/tenants/schema/schema.ts';

/** How a schema becomes a function. Messages are made of the broken rule, which `verbose` puts beside each error. */
export const ajvOptions = {
  strict: false,
  allErrors: true,
  verbose: true,
  messages: false,
  useDefaults: true,
  validateFormats: false,
} as const;

/** A module of JavaScript that exports a validator for each of these schemas, by its name. */
export function validatorModule(schemas: Readonly<Record<string, JsonSchema>>): string {
  const ajv = new Ajv({ ...ajvOptions, code: { source: true, esm: true, lines: true } });
  for (const [name, schema] of Object.entries(schemas)) ajv.addSchema(undescribed(schema), name);
  const names = Object.fromEntries(Object.keys(schemas).map((name) => [name, name]));
  return withImports(standalone.default(ajv, names));
}

/** A copy without descriptions, which no check reads. A field that is called so is a schema, and stays. */
function undescribed(schema: JsonSchema): JsonSchema {
  const isDescription = (key: string, value: unknown) => key === 'description' && typeof value === 'string';
  const text = JSON.stringify(schema, (key, value: unknown) =>
    isDescription(key, value) ? undefined : value,
  );
  return JSON.parse(text) as JsonSchema;
}

/** What ajv's code needs of ajv it asks `require` for, which a module of JavaScript does not have. */
function withImports(code: string): string {
  const required = /^const (\w+) = require\("([^"]+)"\)/gm;
  const imports = [...code.matchAll(required)].map(
    ([, name = '', path = '']) => `import ${name}Module from "${path}.js";\n`,
  );
  return imports.join('') + code.replace(required, 'const $1 = $1Module');
}
