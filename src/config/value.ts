import { PostgresAddress } from '../ledger/postgres/address.ts';
import { SqliteAddress } from '../ledger/sqlite/address.ts';
import { StartupError } from '../lib/startup.ts';

/** The text of a setting as a value. Each throws StartupError that goes on after the variable's name: "must be …". */
type Parse<T> = (text: string) => T;

/** A whole number in decimal digits, between two bounds that are allowed too. */
export function whole(least: number, most: number): Parse<number> {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new StartupError(`must be a whole number from ${least} to ${most}`);
    }
    return value;
  };
}

/** A port; undefined: none is to be opened. */
export function portOrOff(text: string): number | undefined {
  return text === 'off' ? undefined : whole(0, 65535)(text);
}

/** One of a few words. */
export function oneOf<const T extends string>(...allowed: T[]): Parse<T> {
  return (text) => {
    const found = allowed.find((candidate) => candidate === text);
    if (found === undefined) throw new StartupError(`must be one of ${allowed.join(', ')}`);
    return found;
  };
}

/** The status of an answer that accepts a webhook. */
export function acceptedStatus(text: string): 200 | 202 {
  return oneOf('202', '200')(text) === '202' ? 202 : 200;
}

export function flag(text: string): boolean {
  return oneOf('true', 'false')(text) === 'true';
}

export function text(text: string): string {
  return text;
}

/** What `parse` makes of a text; `undefined` of none. */
export function optional<T>(parse: Parse<T>): Parse<T | undefined> {
  return (text) => (text === '' ? undefined : parse(text));
}

/** Names of hosts, or suffixes that begin with a dot. */
export function hostSuffixes(text: string): readonly string[] {
  const hosts = list(text);
  if (hosts.length === 0 || !hosts.every((host) => /^\.?[a-z0-9]([-.a-z0-9]*[a-z0-9])?$/.test(host))) {
    throw new StartupError('must be a comma list of host names, or of suffixes that begin with a dot');
  }
  return hosts;
}

/** An address with no path, as a browser names it: in lower case, and without the port that goes without saying. */
export function origin(text: string): string {
  const url = webURL(text);
  if (url?.pathname !== '/' || url.search + url.hash !== '' || text.includes('?') || text.includes('#'))
    throw new StartupError('must be a URL with a host and no path, such as https://console.example');
  return url.origin;
}

/** As `origin`, and by https unless it is this machine. */
export function apiOrigin(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' && !isLoopback(url.hostname))
    throw new StartupError('must be an https URL, since keys are sent there');
  return origin(text);
}

/** As the provider writes it, since its metadata have to say the same to the letter. */
export function issuerURL(text: string): string {
  if (webURL(text) === null || /[?#]/.test(text))
    throw new StartupError('must be a URL without a query, such as https://login.example/realms/shop');
  return text;
}

function webURL(text: string): URL | null {
  const url = URL.parse(text);
  const isWeb = url?.protocol === 'https:' || url?.protocol === 'http:';
  return isWeb && url.username + url.password === '' ? url : null;
}

/** The address of a collector. */
export function collectorURL(text: string): string {
  if (webURL(text) === null)
    throw new StartupError('must be a URL such as http://collector:4318, without user and password');
  return text;
}

/** A number from 0 to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value <= 1)) throw new StartupError('must be a number from 0 to 1');
  return value;
}

/** A comma list of key=value with % escapes in the values. */
export function keyValues(text: string): Readonly<Record<string, string>> {
  return Object.fromEntries(list(text).map(keyValue));
}

function keyValue(pair: string): [key: string, value: string] {
  const [, key = '', escaped = ''] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
  const value = unescaped(escaped.trim());
  if (key.trim() === '' || value === undefined)
    throw new StartupError('must be a comma list of key=value, with % escapes in the values');
  return [key.trim(), value];
}

/** Undefined for a % that escapes nothing. */
function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // A URIError: it throws nothing else.
  }
}

/** Scopes, each once, with the one without which nobody would say who it is. */
export function scopes(text: string): readonly string[] {
  const names = list(text);
  // The signs of RFC 6749, section 3.3.
  if (!names.includes('openid') || !names.every((name) => /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name)))
    throw new StartupError('must be a comma list of scopes with openid among them');
  return [...new Set(names)];
}

/** Names of groups, each once. */
export function groupNames(text: string): readonly string[] {
  return [...new Set(list(text))];
}

/** A URL that paths can be put behind, without a slash at its end. */
export function publicURL(text: string): string {
  const url = URL.parse(text);
  const isPlain = url !== null && `${url.origin}${url.pathname}` === url.href;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (isPlain && isSafe) return url.href.replace(/\/+$/, '');
  throw new StartupError('must be an https URL without user, query and fragment');
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

export function ledgerURL(text: string): 'memory:' | SqliteAddress | PostgresAddress {
  if (SqliteAddress.isMeant(text)) return SqliteAddress.parse(text);
  if (PostgresAddress.isMeantBy(text)) return PostgresAddress.parse(text);
  if (text === 'memory:') return text;
  if (/^rediss?[:+]/i.test(text))
    throw new StartupError(
      'names a Redis, which may lose what it acknowledged: use sqlite:<path> or postgres://… instead, as docs/operating.md describes',
    );
  throw new StartupError('must be memory:, sqlite:<path> or postgres://user[:password]@host[:port]/database');
}

/** A DNS subdomain by RFC 1123, as the names of most Kubernetes objects are. */
export function objectName(text: string): string {
  if (/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/.test(text)) return text;
  throw new StartupError('must be a name of lower-case letters, digits, hyphens and dots');
}

/** A DNS label by RFC 1123. */
export function namespace(text: string): string {
  if (isLabel(text)) return text;
  throw new StartupError(`must be the name of a namespace: ${labelForm}`);
}

/** Namespaces, each once; none for an empty text, which means all of them. */
export function namespaces(text: string): readonly string[] {
  const names = list(text);
  // A list of commas alone must not open the whole cluster.
  if ((names.length === 0 && text !== '') || !names.every(isLabel)) {
    throw new StartupError(`must be a comma list of names of namespaces, each ${labelForm}`);
  }
  return [...new Set(names)];
}

const labelForm = 'of at most 63 lower-case letters, digits and hyphens, with a letter or digit at both ends';

function isLabel(text: string): boolean {
  return /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(text);
}

function list(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
