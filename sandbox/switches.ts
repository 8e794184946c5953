import { type Filtering, type Storing, filterings, storings } from './externalids.ts';
import { type RefusalWords, refusalWords } from './refusals.ts';
import { type TokenOddity, tokenOddities } from './tokenoddities.ts';

/** How the sandbox resolves what Omneo's documentation leaves open. The defaults are the worst case. */
export type Switches = {
  /** true: a second reward with a known external_id is refused with 422; false: it is accepted. */
  uniqueExternalId: boolean;
  /** true: external_id is part of a reward's body. */
  showExternalId: boolean;
  /**
   * Whom filter[external_id] finds: the very id; every id that it is a part of; those of a comma list; ids that differ
   * in letter case or accents; by the first 16 characters; equal numbers; by LIKE; without blanks and
   * invisible characters at its ends; nobody.
   */
  externalIdFilter: Filtering;
  /** How an external_id is kept: as sent, in one case, trimmed, with a prefix, its first 16 characters, in NFC. */
  externalIdStored: Storing;
  /** In which words a create is refused whose fields are wrong: by field, or in some that name none that was sent. */
  refusalWords: 'fields' | RefusalWords;
  /** Whether lists leave out rewards that are spent, over or dated ahead. */
  listsOnlyValid: boolean;
  /** Whether an interaction shows its meta, by which alone one can be told from another. */
  showMeta: boolean;
  /** Milliseconds after its commit until a list or filter sees a reward. */
  lookupLagMs: number;
  /** Calls a minute and tenant (token calls are free) before 429; null: no limit. */
  throttlePerMinute: number | null;
  /** How long the minute of that limit is, in milliseconds: a shorter one lets hours pass in minutes. */
  throttleMinuteMs: number;
  /** Rows a page when the caller does not say. */
  pageSize: number;
  /** Whether a profile takes any attribute, or only those that are defined. What is defined is of its type either way. */
  attributesOnDemand: boolean;
  /** How it is refused to set an attribute that is not defined: by its fields, or as not found. */
  unknownAttribute: '422' | '404';
  /**
   * How search-id says that nobody was found: a 404 in JSON that names the profile or (`notFound`) only says "Not
   * Found", a 404 in HTML or without a body, or 200 with empty data.
   */
  searchIdMiss: '404' | 'notFound' | 'html404' | 'empty404' | 'null' | 'array' | 'object';
  /** Whether search-id answers its hit as an object or as a list of one. */
  searchIdShape: 'object' | 'list';
  /** How filter[email] compares: a byte-exact column, one that ignores case, one that ignores accents too, or LIKE. */
  emailFilter: 'bytes' | 'caseless' | 'accentBlind' | 'partial';
  /** How search-id and filter[identifier] compare an identifier. */
  identifierFilter: 'bytes' | 'caseless';
  /** Whether a profile that GET /identities includes shows its own identities. */
  includedIdentities: boolean;
  /** Whether amounts are "10.00" or 10. */
  numbersAs: 'string' | 'number';
  /** true: every body begins with a byte order mark. */
  byteOrderMark: boolean;
  /** How every body is compressed, though nobody asked for it; cutGzip lacks its end, which the length does not tell. */
  contentEncoding: 'identity' | 'gzip' | 'deflate' | 'rawDeflate' | 'br' | 'cutGzip';
  /** What is odd about the answers of the token endpoint. */
  tokenOddities: readonly TokenOddity[];
  /** Id of the first reward, in digits: more than 16 of them are more than a JavaScript number holds. */
  firstRewardId: string;
};

const defaults: Switches = {
  uniqueExternalId: false,
  showExternalId: false,
  externalIdFilter: 'exact',
  externalIdStored: 'as sent',
  refusalWords: 'fields',
  listsOnlyValid: false,
  showMeta: true,
  lookupLagMs: 0,
  throttlePerMinute: null,
  throttleMinuteMs: 60_000,
  pageSize: 15,
  attributesOnDemand: false,
  unknownAttribute: '422',
  searchIdMiss: '404',
  searchIdShape: 'object',
  emailFilter: 'caseless',
  identifierFilter: 'bytes',
  includedIdentities: false,
  numbersAs: 'string',
  byteOrderMark: false,
  contentEncoding: 'identity',
  tokenOddities: [],
  firstRewardId: '1',
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
  externalIdFilter: isOneOf(...filterings),
  externalIdStored: isOneOf(...storings),
  refusalWords: isOneOf('fields', ...refusalWords),
  listsOnlyValid: isFlag,
  showMeta: isFlag,
  lookupLagMs: isCount(0),
  throttlePerMinute: (value) => value === null || isCount(0)(value),
  throttleMinuteMs: isCount(1),
  pageSize: isCount(1),
  attributesOnDemand: isFlag,
  unknownAttribute: isOneOf('422', '404'),
  searchIdMiss: isOneOf('404', 'notFound', 'html404', 'empty404', 'null', 'array', 'object'),
  searchIdShape: isOneOf('object', 'list'),
  emailFilter: isOneOf('bytes', 'caseless', 'accentBlind', 'partial'),
  identifierFilter: isOneOf('bytes', 'caseless'),
  includedIdentities: isFlag,
  numbersAs: isOneOf('string', 'number'),
  byteOrderMark: isFlag,
  contentEncoding: isOneOf('identity', 'gzip', 'deflate', 'rawDeflate', 'br', 'cutGzip'),
  firstRewardId: (value) => typeof value === 'string' && /^[1-9]\d{0,18}$/.test(value),
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
