/** The rules in the CRD's schema, taken from the file itself, and a place to try values on. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { resolve } from '../../src/tenants/resolve.ts';
import type { JsonSchema } from '../../src/tenants/schema/schema.ts';
import { tenantCheck } from '../../src/tenants/schema/tenantcheck.ts';
import { tenant, type Manifest } from './gateway.ts';

export type CelRule = { readonly rule: string; readonly message: string };

const text = readFileSync(new URL('../../crds/omneotenants.omneo.io.yaml', import.meta.url), 'utf8');
const crd = parse(text) as { spec: { versions: [{ schema: { openAPIV3Schema: JsonSchema } }] } };
export const schema = crd.spec.versions[0].schema.openAPIV3Schema;

const keywords = ['pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'minItems', 'maxItems', 'enum'];

/** Every part below `path` with its path; the first entry stands for a list's entries. */
export function parts(part: JsonSchema, path: string): [string, JsonSchema][] {
  const below = Object.entries(part.properties ?? {}).flatMap(([name, child]) =>
    parts(child, `${path}.${name}`),
  );
  return [[path, part], ...below, ...(part.items ? parts(part.items, `${path}.0`) : [])];
}

/** Everything below `spec`. */
export const specParts = parts(schema.properties?.['spec'] ?? {}, 'spec');

/** The rules that a field is bound by, as in `FieldCases`; `required` is the field's own, though its parent says it. */
export function rulesOf(path: string, part: JsonSchema): string[] {
  const parent = path === 'spec' ? schema : new Map(specParts).get(path.replace(/\.[^.]+$/, ''));
  const isRequired = parent?.required?.includes(path.replace(/^.*\./, '')) ?? false;
  return [
    ...keywords.filter((keyword) => part[keyword] !== undefined),
    ...celRules(part).map((_, index) => String(index)),
    ...(isRequired ? ['required'] : []),
  ];
}

export function celRules(part: JsonSchema): readonly CelRule[] {
  return (part['x-kubernetes-validations'] ?? []) as CelRule[];
}

/** A valid OmneoTenant with this value at this path; undefined takes the field away. */
export function tenantWith(path: string, value: unknown): Manifest {
  const credentials = path.includes('.oauth') ? 'oauth' : 'token';
  const secretRefs = [{ name: 'klaviyo' }];
  const rehearsing = { klaviyo: { secretRefs, rehearsalSecretRefs: [{ name: 'rehearsal' }] } };
  const telling = { klaviyo: { secretRefs, events: { secretRef: { name: 'klaviyo' } } } };
  const told = path.includes('.events') ? telling : {};
  const spec = path.includes('.rehearsalSecretRefs') ? rehearsing : told;
  const manifest = tenant('acme', { baseURL: 'https://api.acme.getomneo.com', credentials, spec });
  const steps = path.split('.');
  const last = steps.pop() ?? '';
  let place = manifest as Record<string, unknown>;
  for (const [index, step] of steps.entries()) {
    const isList = (steps[index + 1] ?? last) === '0';
    place = (place[step] ??= isList ? [] : {}) as Record<string, unknown>;
  }
  place[last] = value;
  return manifest;
}

const check = tenantCheck();
const policy = { hosts: ['.getomneo.com'], allowInsecure: true, canAcceptDurably: true };

/** A Secret with every key, each of a value of its own. */
class EveryKey extends Map<string, string> {
  readonly #name: string;

  constructor(name: string) {
    super();
    this.#name = name;
  }

  override get(key: string): string {
    return `a-value-that-is-long-enough-for-${this.#name}/${key}`;
  }
}

/** What the code refuses about this document by itself, as it would behind an API server that let it pass. */
export function complaintOfCode(manifest: Manifest): string | undefined {
  const checked = check(JSON.parse(JSON.stringify(manifest)));
  if ('violations' in checked) return checked.violations.map(({ message }) => message).join('; ');
  const resolution = resolve(checked.value, (name) => new EveryKey(name), policy);
  return 'refusal' in resolution ? resolution.refusal.message : undefined;
}
