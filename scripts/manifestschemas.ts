/** The schemas of what is in a manifest and no CRD says. */
import type { JsonSchema } from '../src/tenants/schema/schema.ts';

/** What the API server itself checks of every object's metadata, and a CRD therefore cannot say. */
export const metadataSchema: JsonSchema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', maxLength: 253, pattern: '^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$', example: 'acme' },
    namespace: {
      type: 'string',
      maxLength: 63,
      pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
      example: 'loyalty',
    },
    uid: { type: 'string' },
    resourceVersion: { type: 'string' },
    generation: { type: 'integer' },
    creationTimestamp: { type: 'string' },
    labels: { type: 'object', additionalProperties: { type: 'string' } },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
  },
  additionalProperties: true,
};

const texts: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };

/** A Secret in a file. */
export const secretSchema: JsonSchema = {
  type: 'object',
  required: ['apiVersion', 'kind', 'metadata'],
  properties: {
    apiVersion: { type: 'string', const: 'v1' },
    kind: { type: 'string', const: 'Secret' },
    metadata: metadataSchema,
    type: { type: 'string' },
    immutable: { type: 'boolean' },
    data: texts,
    stringData: texts,
  },
  additionalProperties: false,
};
