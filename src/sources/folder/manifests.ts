import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Document } from 'yaml';
import type { OmneoTenant } from '../../tenants/schema/omneotenant.ts';
import type { Check, Violation } from '../../tenants/schema/schema.ts';
import { type Secret, secretCheck } from '../../tenants/schema/secretcheck.ts';
import { decode, type SecretData } from '../../tenants/secrets.ts';

/** One object of a file, under the key `<namespace>/<name>`, and the line on which it begins. */
export type Manifest = Readonly<{ key: string; line: number }> &
  (Readonly<{ kind: 'OmneoTenant'; tenant: OmneoTenant }> | Readonly<{ kind: 'Secret'; data: SecretData }>);

/** What is wrong with a file; the message names fields and never a value. */
export type Fault = Readonly<{ line: number; message: string }>;

export type Parsed = Readonly<{ manifests: readonly Manifest[] } | { fault: Fault }>;

type Checks = Readonly<{ tenant: Check<OmneoTenant>; secret: Check<Secret> }>;

/** A parser of YAML files that hold OmneoTenants and Secrets; a file is taken as a whole or not at all. */
export function manifestParser(tenant: Check<OmneoTenant>): (text: string) => Parsed {
  const checks: Checks = { tenant, secret: secretCheck() };
  return (text) => parseManifests(text, checks);
}

function parseManifests(text: string, checks: Checks): Parsed {
  const lines = new LineCounter();
  const manifests = new Map<string, Manifest>();
  for (const document of parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })) {
    const read = readDocument(document, checks);
    if ('violations' in read) return { fault: faultOf(read.violations, document, lines) };
    if (read.manifest === undefined) continue;
    const manifest = { ...read.manifest, line: lineAt(document, [], lines) };
    const id = `${manifest.kind} ${manifest.key}`;
    const twin = manifests.get(id);
    if (twin) {
      return {
        fault: { line: manifest.line, message: `${id} is already in this file, on line ${twin.line}` },
      };
    }
    manifests.set(id, manifest);
  }
  return { manifests: [...manifests.values()] };
}

type Place = Violation & Readonly<{ offset?: number }>;
type Unplaced<M = Manifest> = M extends unknown ? Omit<M, 'line'> : never;
type Read = Readonly<{ manifest: Unplaced | undefined } | { violations: readonly Place[] }>;

function readDocument(document: Document.Parsed, checks: Checks): Read {
  const [flaw] = [...document.errors, ...document.warnings];
  // The parser's own message may quote the file, which holds Secrets; its code does not.
  if (flaw) return violation(`is not valid YAML (${words(flaw.code)})`, [], flaw.pos[0]);
  let object: unknown;
  try {
    object = document.toJS();
  } catch {
    return violation('is not valid YAML (an alias without an anchor, or too many aliases)');
  }
  if (object === null) return { manifest: undefined };
  switch (kindOf(object)) {
    case 'OmneoTenant':
      return readTenant(object, checks);
    case 'Secret':
      return readSecret(object, checks);
    default:
      return violation('kind must be OmneoTenant or Secret; nothing else is read here', ['kind']);
  }
}

function kindOf(object: unknown): unknown {
  return typeof object === 'object' && object !== null && 'kind' in object ? object.kind : undefined;
}

function readTenant(object: unknown, { tenant }: Checks): Read {
  const checked = tenant(object);
  if ('violations' in checked) return checked;
  const { namespace = 'default', name } = checked.value.metadata;
  const placed = { ...checked.value, metadata: { ...checked.value.metadata, namespace } };
  return { manifest: { kind: 'OmneoTenant', key: `${namespace}/${name}`, tenant: placed } };
}

function readSecret(object: unknown, { secret }: Checks): Read {
  const checked = secret(object);
  if ('violations' in checked) return checked;
  const { metadata, data = {}, stringData = {} } = checked.value;
  for (const [key, value] of Object.entries(data)) {
    if (!isBase64(value))
      return violation(`data.${key} is not base64; encode it or use stringData`, ['data', key]);
  }
  return {
    manifest: {
      kind: 'Secret',
      key: `${metadata.namespace ?? 'default'}/${metadata.name}`,
      data: new Map([...decode(data), ...Object.entries(stringData)]),
    },
  };
}

/** As Kubernetes has it: padded, and line breaks do not count. */
function isBase64(text: string): boolean {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text.replace(/[\r\n]/g, ''));
}

function violation(message: string, path: Place['path'] = [], offset?: number): Read {
  return { violations: [{ path, message, ...(offset !== undefined && { offset }) }] };
}

/** `BAD_INDENT` as `bad indent`. */
function words(code: string): string {
  return code.toLowerCase().replaceAll('_', ' ');
}

function faultOf(violations: readonly Place[], document: Document.Parsed, lines: LineCounter): Fault {
  const { path = [], offset } = violations[0] ?? {};
  const line = offset === undefined ? lineAt(document, path, lines) : lines.linePos(offset).line;
  return { line, message: violations.map(({ message }) => message).join('; ') };
}

/** The line of the field at `path`, or of what there is on the way to it. */
function lineAt(document: Document.Parsed, path: Place['path'], lines: LineCounter): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? document.range[0];
  for (const step of path) {
    let key: unknown;
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      [key, node] = [pair?.key, pair?.value];
    } else if (isSeq(node)) {
      key = node = node.items[Number(step)];
    }
    if (!hasRange(key)) break;
    offset = key.range[0];
  }
  return lines.linePos(offset).line;
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
