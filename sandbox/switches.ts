import { type TokenOddity, tokenOddities } from './tokenoddities.ts';

/** How the sandbox resolves what Omneo's documentation leaves open. The defaults are the worst case. */
export type Switches = {
  /** true: a second reward with a known external_id is refused with 422; false: it is accepted. */
  uniqueExternalId: boolean;
  /** true: external_id is part of a reward's body. */
  showExternalId: boolean;
  /** Whether filter[external_id] finds the very id, or every id that it is a part of. */
  externalIdFilter: 'exact' | 'partial';
  /** Milliseconds after its commit until a list or filter sees a reward. */
  lookupLagMs: number;
  /** Calls a minute and tenant (token calls are free) before 429; null: no limit. */
  throttlePerMinute: number | null;
  /** Rows a page when the caller does not say. */
  pageSize: number;
  /** How search-id says that nobody was found: a 404 in JSON, in HTML or without a body, or 200 with empty data. */
  searchIdMiss: '404' | 'html404' | 'empty404' | 'null' | 'array' | 'object';
  /** Whether search-id answers its hit as an object or as a list of one. */
  searchIdShape: 'object' | 'list';
  /** Whether amounts are "10.00" or 10. */
  numbersAs: 'string' | 'number';
  /** true: every body begins with a byte order mark. */
  byteOrderMark: boolean;
  /** How every body is compressed, though nobody asked for it; cutGzip lacks its end, which the length does not tell. */
  contentEncoding: 'identity' | 'gzip' | 'deflate' | 'rawDeflate' | 'br' | 'cutGzip';
  /** What is odd about the answers of the token endpoint. */
  tokenOddities: readonly TokenOddity[];
};

const defaults: Switches = {
  uniqueExternalId: false,
  showExternalId: false,
  externalIdFilter: 'exact',
  lookupLagMs: 0,
  throttlePerMinute: null,
  pageSize: 15,
  searchIdMiss: '404',
  searchIdShape: 'object',
  numbersAs: 'string',
  byteOrderMark: false,
  contentEncoding: 'identity',
  tokenOddities: [],
};

const isFlag = (value: unknown) => typeof value === 'boolean';
const isOneOf =
  (...words: string[]) =>
  (value: unknown) =>
    typeof value === 'string' && words.includes(value);
const isCount = (minimum: number) => (value: unknown) =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum;

const checks: Record<keyof Switches, (value: unknown) => boolean> = {
  uniqueExternalId: isFlag,
  showExternalId: isFlag,
  externalIdFilter: isOneOf('exact', 'partial'),
  lookupLagMs: isCount(0),
  throttlePerMinute: (value) => value === null || isCount(0)(value),
  pageSize: isCount(1),
  searchIdMiss: isOneOf('404', 'html404', 'empty404', 'null', 'array', 'object'),
  searchIdShape: isOneOf('object', 'list'),
  numbersAs: isOneOf('string', 'number'),
  byteOrderMark: isFlag,
  contentEncoding: isOneOf('identity', 'gzip', 'deflate', 'rawDeflate', 'br', 'cutGzip'),
  tokenOddities: (value) => Array.isArray(value) && value.every(isOneOf(...tokenOddities)),
};

const isSwitch = (name: string): name is keyof Switches => Object.hasOwn(checks, name);

/** A full set of switches: the defaults with the given ones laid over them. Throws one sentence if one is wrong. */
export function switchesFrom(given: object, base: Switches = defaults): Switches {
  const known = Object.entries(given).filter(([, value]) => value !== undefined);
  for (const [name, value] of known) {
    if (!isSwitch(name)) throw new Error(`There is no option ${name}.`);
    if (!checks[name](value)) throw new Error(`The option ${name} cannot be ${JSON.stringify(value)}.`);
  }
  return { ...base, ...Object.fromEntries(known) };
}
