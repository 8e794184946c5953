/** Generates what the chart repeats of other files: its schema and table of values, the CRD and the RBAC rules. */
import { readFile, writeFile } from 'node:fs/promises';
import { isMap, isScalar, parse, parseDocument, stringify, type Pair, type YAMLMap } from 'yaml';
import {
  homeRules,
  operatorRules,
  reviewRules,
  type Rule,
  viewerRules,
  watchRules,
} from '../src/sources/kubernetes/api/rules.ts';

type Schema = Readonly<{ [key: string]: unknown }>;

/** One key of values.yaml. */
export type Value = Readonly<{
  /** As in --set: image.tag. */
  path: string;
  description: string;
  initial: unknown;
  schema: Schema;
  /** The keys below, unless what is below is free. */
  children?: readonly Value[];
}>;

const root = new URL('../', import.meta.url);
const chart = 'charts/omneo-gateway';
const mark = { start: '<!-- values: generated from values.yaml -->', end: '<!-- end of values -->' };

/** The keys of values.yaml, as their comments describe them. Throws for one without a comment. */
export function valuesOf(text: string): readonly Value[] {
  const { contents, errors } = parseDocument(text);
  if (errors.length > 0 || !isMap(contents))
    throw new Error(`values.yaml is not a map: ${String(errors[0])}`);
  return childrenOf(contents, '');
}

function childrenOf(map: YAMLMap, prefix: string): readonly Value[] {
  return map.items.map((pair, index) => {
    const { key } = pair;
    if (!isScalar(key)) throw new Error(`values.yaml: a key below ${prefix} is not a text`);
    // The parser gives the comment above the first key of an inner map to the map.
    const comment = key.commentBefore ?? (index === 0 ? map.commentBefore : undefined) ?? '';
    return valueOf(pair, prefix + String(key.value), comment);
  });
}

function valueOf({ value }: Pair, path: string, comment: string): Value {
  const [paragraph = ''] = comment.split('\n\n').slice(-1);
  const lines = paragraph.split('\n').map((line) => line.trim());
  const isSchema = (line: string): boolean => line.startsWith('@schema ');
  const description = lines.filter((line) => !isSchema(line)).join(' ');
  if (description === '') throw new Error(`values.yaml: ${path} has no comment that says what it is for`);
  const said = lines
    .filter(isSchema)
    .map((line) => parse(line.slice('@schema '.length)) as Schema)
    .reduce((all, each) => ({ ...all, ...each }), {});
  const initial = isMap(value) || !isScalar(value) ? toJS(value) : value.value;
  const isFree = 'additionalProperties' in said;
  if (isMap(value) && !isFree) {
    const children = childrenOf(value, `${path}.`);
    const { properties, ...closed } = objectSchema(children);
    // What a comment adds are keys without a default.
    const all = { ...properties, ...(said['properties'] as Schema | undefined) };
    return { path, description, initial, schema: { description, ...closed, properties: all }, children };
  }
  return { path, description, initial, schema: { description, ...typeOf(initial, said), ...said } };
}

function toJS(node: unknown): unknown {
  return parse(stringify(node));
}

function typeOf(initial: unknown, said: Schema): Schema {
  if ('type' in said || 'enum' in said) return {};
  if (Array.isArray(initial)) return { type: 'array' };
  if (typeof initial === 'number') return { type: Number.isInteger(initial) ? 'integer' : 'number' };
  return { type: typeof initial };
}

function objectSchema(children: readonly Value[]): Schema & Readonly<{ properties: Schema }> {
  const properties = Object.fromEntries(
    children.map(({ path, schema }) => [path.split('.').at(-1) ?? '', schema]),
  );
  return { type: 'object', additionalProperties: false, properties };
}

/**
 * Keys that the schema allows and values.yaml must not have. The `condition` of a parent chart reads `enabled`; a default
 * would count as an answer to it, and override the parent's `tags`.
 */
const keysOfParents = {
  enabled: {
    description: 'For the condition of a parent chart; the chart itself does not read it.',
    type: 'boolean',
  },
};

/** The text of values.schema.json. */
export function schemaText(values: readonly Value[]): string {
  const { properties, ...rest } = objectSchema(values);
  const all = { ...keysOfParents, ...properties };
  const schema = { $schema: 'http://json-schema.org/draft-07/schema#', ...rest, properties: all };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Every value that has no described ones below. */
export function leavesOf(values: readonly Value[]): readonly Value[] {
  return values.flatMap((value) => (value.children ? leavesOf(value.children) : [value]));
}

function tableText(values: readonly Value[]): string {
  const rows = leavesOf(values).map(({ path, description, initial }) => {
    const cells = [`\`${path}\``, `\`${JSON.stringify(initial)}\``, description];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return ['| value | default | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}

/** The README with its table of values made anew. */
export function readmeText(readme: string, values: readonly Value[]): string {
  const [before, rest = ''] = readme.split(mark.start);
  const [, after] = rest.split(mark.end);
  if (before === undefined || after === undefined) throw new Error(`README.md lacks ${mark.start}`);
  return `${before}${mark.start}\n\n${tableText(values)}\n\n${mark.end}${after}`;
}

/** The CRD as a template that the release installs and, by default, leaves behind. */
export function crdTemplate(crdText: string): string {
  if (crdText.includes('{{'))
    throw new Error('The CRD has {{ in it, which a template would not leave alone.');
  const head = /^metadata:\n {2}name: .*\n/m;
  if (!head.test(crdText)) throw new Error('The CRD has no metadata that begin with a name.');
  const keep = `  labels:
    {{- include "omneo-gateway.labels" . | nindent 4 }}
  {{- if .Values.crds.keep }}
  annotations:
    helm.sh/resource-policy: keep
  {{- end }}
`;
  return `{{- /* Generated from crds/omneotenants.omneo.io.yaml by scripts/chart.ts: change that instead. */}}
{{- if and .Values.crds.enabled (eq (include "omneo-gateway.source" .) "cluster") }}
${crdText.replace(head, (metadata) => metadata + keep)}{{- end }}
`;
}

function define(name: string, rules: readonly Rule[]): string {
  return `{{- define "omneo-gateway.${name}" -}}\n${stringify(rules, { aliasDuplicateObjects: false })}{{- end }}\n`;
}

/** The rules of src/sources/kubernetes/api/rules.ts as templates. */
export function rulesTemplate(): string {
  const lease = '{{ include "omneo-gateway.leaseName" . | quote }}';
  return `{{/* Generated from src/sources/kubernetes/api/rules.ts by scripts/chart.ts: change that instead. */}}
${define('watchRules', watchRules)}
${define('homeRules', homeRules(lease)).replace(`'${lease}'`, lease)}
${define('reviewRules', reviewRules)}
${define('viewerRules', viewerRules)}
${define('operatorRules', operatorRules)}`;
}

/** Every generated file by its path below the repository. */
export async function generateChart(): Promise<ReadonlyMap<string, string>> {
  const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');
  const values = valuesOf(await read(`${chart}/values.yaml`));
  return new Map([
    [`${chart}/values.schema.json`, schemaText(values)],
    [`${chart}/README.md`, readmeText(await read(`${chart}/README.md`), values)],
    [`${chart}/templates/crd.yaml`, crdTemplate(await read('crds/omneotenants.omneo.io.yaml'))],
    [`${chart}/templates/_rules.tpl`, rulesTemplate()],
  ]);
}

if (import.meta.main) {
  for (const [path, text] of await generateChart()) await writeFile(new URL(path, root), text);
}
