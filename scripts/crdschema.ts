import { parse } from 'yaml';
import type { JsonSchema } from '../src/tenants/schema/schema.ts';
import { metadataSchema } from './manifestschemas.ts';

/** The CRD's schema as plain JSON Schema that knows every field and refuses the others. */
export function tenantJsonSchema(crdText: string): JsonSchema {
  const crd = parse(crdText) as {
    spec: {
      group: string;
      names: { kind: string };
      versions: { name: string; schema: { openAPIV3Schema: JsonSchema } }[];
    };
  };
  const [version] = crd.spec.versions;
  if (!version) throw new Error('The CRD has no version.');
  const schema = closed(version.schema.openAPIV3Schema);
  return {
    ...schema,
    required: ['apiVersion', 'kind', 'metadata', ...(schema.required ?? [])],
    properties: {
      ...schema.properties,
      apiVersion: { ...schema.properties?.['apiVersion'], const: `${crd.spec.group}/${version.name}` },
      kind: { ...schema.properties?.['kind'], const: crd.spec.names.kind },
      metadata: metadataSchema,
    },
  };
}

/** A copy without `x-kubernetes-*`, in which an object has the fields listed and no others. */
function closed(schema: JsonSchema): JsonSchema {
  const copy: JsonSchema = Object.fromEntries(
    Object.entries(schema).filter(([keyword]) => !keyword.startsWith('x-kubernetes-')),
  );
  if (schema.items) copy.items = closed(schema.items);
  if (schema.properties) {
    copy.properties = Object.fromEntries(
      Object.entries(schema.properties).map(([name, property]) => [name, closed(property)]),
    );
    copy.additionalProperties = false;
  }
  return copy;
}
