import { isRecord } from '../../lib/exactjson.ts';

/** What a token endpoint answered with a 2xx. */
export type TokenAnswer =
  | Readonly<{
      kind: 'token';
      /** As RFC 6749, section 5.1, wants it. */
      body: Readonly<{ access_token: string; token_type: 'Bearer'; expires_in?: number }>;
      /** What was not as it should be, by the name of the member: "token_type is missing". No value is in it. */
      deviations: readonly string[];
    }>
  | Readonly<{ kind: 'none'; reason: string }>;

type Members = Readonly<Record<string, unknown>>;

/** Taken where the endpoint answers a lifetime that is none, in seconds. */
const shortLifetime = 60;
/** A year; a date that is much later could not be computed. In seconds. */
const longestLifetime = 31_536_000;
/** Visible ASCII, with blanks only in between: what a header takes and keeps. */
const headerText = /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/;
/** Members that the gateway has no use for, and that must be text by RFC 6749. */
const unused = ['scope', 'refresh_token', 'id_token'];

/**
 * Reads a token endpoint's 2xx as far as a token can be made out, since Omneo does not document more of it than
 * `access_token`: the token counts as a bearer token whatever is said, and may lie within `data` as Omneo's other
 * answers do.
 */
export function tokenAnswerOf(status: number, text: string): TokenAnswer {
  const { members, isWrapped } = unwrap(parse(text));
  const token = usable(members['access_token']);
  if (typeof token !== 'string') return { kind: 'none', reason: `access_token ${token.fault}` };
  const lifetime = lifetimeOf(members['expires_in']);
  const deviations = [
    ...(status === 200 ? [] : [`the status is ${status}`]),
    ...(isWrapped ? ['access_token is within data'] : []),
    ...deviation('token_type', typeDeviation(members['token_type'])),
    ...deviation('expires_in', lifetime.deviation),
    ...unused.flatMap((name) => deviation(name, textDeviation(members[name]))),
  ];
  const expiry = lifetime.seconds === undefined ? {} : { expires_in: lifetime.seconds };
  return { kind: 'token', body: { access_token: token, token_type: 'Bearer', ...expiry }, deviations };
}

/** JSON, also with the bare NaN and Infinity that some serializers write; undefined if it is none. */
function parse(text: string): unknown {
  return jsonOf(text) ?? jsonOf(text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, quoted));
}

function quoted(literal: string): string {
  return literal.startsWith('"') ? literal : `"${literal}"`;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // A page in HTML, or nothing: no token can be in it.
  }
}

function unwrap(json: unknown): { members: Members; isWrapped: boolean } {
  if (!isRecord(json)) return { members: {}, isWrapped: false };
  const inner: unknown = [json['data']].flat()[0];
  const isWrapped = typeof json['access_token'] !== 'string' && isRecord(inner) && 'access_token' in inner;
  return { members: isWrapped ? { ...json, ...inner } : json, isWrapped };
}

function usable(token: unknown): string | Readonly<{ fault: string }> {
  if (token === undefined || token === null) return { fault: 'is missing' };
  if (typeof token !== 'string') return { fault: 'is not text' };
  if (token.trim() === '') return { fault: 'is empty' };
  return headerText.test(token) ? token : { fault: 'has characters that cannot stand in a header' };
}

function lifetimeOf(value: unknown): { seconds?: number; deviation?: string } {
  if (value === undefined) return {};
  if (value === null) return { deviation: 'is null' };
  const isNumeric = typeof value === 'string' && /^\d+(?:\.\d+)?$/.test(value.trim());
  const seconds = typeof value === 'number' || isNumeric ? Number(value) : Number.NaN;
  // JSON's 1e999 is Infinity.
  if (!(seconds >= 1 && seconds < Infinity))
    return { seconds: shortLifetime, deviation: 'is not a lifetime' };
  return { seconds: Math.min(seconds, longestLifetime), ...(isNumeric && { deviation: 'is text' }) };
}

function typeDeviation(value: unknown): string | undefined {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is null';
  return typeof value === 'string' && value.toLowerCase() === 'bearer' ? undefined : 'is not Bearer';
}

function textDeviation(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return undefined;
  return value === null ? 'is null' : 'is not text';
}

function deviation(member: string, fault: string | undefined): readonly string[] {
  return fault === undefined ? [] : [`${member} ${fault}`];
}
