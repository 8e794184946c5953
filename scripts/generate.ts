/**
 * Generates the TypeScript types of OmneoTenant from its CRD, the single source of the schema, and the code that checks
 * tenants and Secrets: to make it of the schemas at every start would take longer than all else the start does.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { tenantJsonSchema } from './crdschema.ts';
import { secretSchema } from './manifestschemas.ts';
import { validatorModule } from './validators.ts';

const crd = new URL('../crds/omneotenants.omneo.io.yaml', import.meta.url);
const types = new URL('../src/tenants/schema/omneotenant.ts', import.meta.url);
const validators = new URL('../src/tenants/schema/validators.js', import.meta.url);

const banner =
  '/** Generated from crds/omneotenants.omneo.io.yaml by `npm run generate`: change the CRD instead. */';

/** The text of src/tenants/schema/omneotenant.ts as this CRD makes it. */
export function generate(crdText: string): Promise<string> {
  const schema = tenantJsonSchema(crdText) as JSONSchema;
  const { spec, status } = schema.properties ?? {};
  if (spec) spec.title = 'OmneoTenantSpec';
  if (status) status.title = 'OmneoTenantStatus';
  return compile(schema, 'OmneoTenant', {
    bannerComment: banner,
    ignoreMinAndMaxItems: true,
    style: { printWidth: 110, singleQuote: true },
  });
}

/** The text of src/tenants/schema/validators.js as this CRD makes it. */
export function generateValidators(crdText: string): string {
  const code = validatorModule({ validateTenant: tenantJsonSchema(crdText), validateSecret: secretSchema });
  return `${banner}\n${code}`;
}

if (import.meta.main) {
  const text = await readFile(crd, 'utf8');
  await writeFile(types, await generate(text));
  await writeFile(validators, generateValidators(text));
}
