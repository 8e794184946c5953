/** Generates the TypeScript types of OmneoTenant from its CRD, the single source of the schema. */
import { readFile, writeFile } from 'node:fs/promises';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { tenantJsonSchema } from '../src/tenants/schema.ts';

const crd = new URL('../crds/omneotenants.omneo.io.yaml', import.meta.url);
const types = new URL('../src/tenants/omneotenant.ts', import.meta.url);

/** The text of src/tenants/omneotenant.ts as this CRD makes it. */
export function generate(crdText: string): Promise<string> {
  const schema = tenantJsonSchema(crdText) as JSONSchema;
  const { spec, status } = schema.properties ?? {};
  if (spec) spec.title = 'OmneoTenantSpec';
  if (status) status.title = 'OmneoTenantStatus';
  return compile(schema, 'OmneoTenant', {
    bannerComment:
      '/** Generated from crds/omneotenants.omneo.io.yaml by `npm run generate`: change the CRD instead. */',
    ignoreMinAndMaxItems: true,
    style: { printWidth: 110, singleQuote: true },
  });
}

if (import.meta.main) await writeFile(types, await generate(await readFile(crd, 'utf8')));
