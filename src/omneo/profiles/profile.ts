import { isRecord, textIn } from '../../lib/exactjson.ts';
import { UpstreamError } from '../client/upstream.ts';

/** A profile as Omneo shows it, of which nothing is believed yet. */
export type Profile = Readonly<Record<string, unknown>>;

/** What an identity is asked for by; together they are unique over all profiles of an Omneo. */
export type IdentityKey = Readonly<{ handle: string; identifier: string }>;

/**
 * How well a row of an answer matches what was asked for.
 * - `exact`: it carries that.
 * - `alike`: it carries that but for the case, which counts if no row is exact.
 * - `void`: a server had reason to find it, but it proves nobody.
 * - `stranger`: no server had reason to find it, unless it did not heed the question.
 */
export type MatchGrade = 'exact' | 'alike' | 'void' | 'stranger';

/**
 * The profile's id, as Omneo writes it.
 *
 * @throws UpstreamError when it shows none.
 */
export function profileIdOf({ id }: Profile): string {
  if (typeof id === 'string' && id !== '') return id;
  throw new UpstreamError('unavailable', 'Omneo answered with a profile that has no id');
}

/** Whether two ids are of one profile: they are UUIDs, which may be written in any case (RFC 9562, section 4). */
export function isSameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

/** Whether the profile no longer counts. Omneo deletes one that it merges into another, which may keep its e-mail. */
export function isGone(profile: Profile): boolean {
  return profile['profile_type'] === 'deleted' || isMerged(profile);
}

/** Whether the profile says that another one took its place. */
export function isMerged(profile: Profile): boolean {
  const winner = profile['merged_into'];
  return typeof winner === 'string' && winner !== '';
}

/** How well a profile matches an identity, by the identities that it shows. What is not shown is no proof. */
export function gradeByIdentity(profile: Profile, key: IdentityKey): MatchGrade {
  const identities: unknown = profile['identities'];
  if (!Array.isArray(identities)) return 'stranger';
  const grades = identities.map((identity) => identityGrade(identity, key));
  return grades.find((grade) => grade === 'exact') ?? grades.find((grade) => grade === 'void') ?? 'stranger';
}

/**
 * How well an identity that Omneo shows matches the one that was asked for. Identifiers are compared exactly: Klaviyo's
 * are of capitals, and one that differs in case or accents is another's, which a collation finds all the same.
 */
export function identityGrade(identity: unknown, { handle, identifier }: IdentityKey): MatchGrade {
  if (!isRecord(identity) || identity['handle'] !== handle) return 'stranger';
  const shown = textIn(identity['identifier']);
  if (shown === identifier) return isInactive(identity['is_active']) ? 'void' : 'exact';
  return shown !== undefined && isFoldedSame(shown, identifier) ? 'void' : 'stranger';
}

/** Omneo's flags may come as JSON, or as PHP and MySQL write them. One that is not shown does not count. */
function isInactive(flag: unknown): boolean {
  return flag === false || flag === 0 || (typeof flag === 'string' && /^(?:0|false)$/i.test(flag.trim()));
}

/**
 * How an e-mail is asked for: composed (NFC), and in small letters as well if that differs. Klaviyo may render it
 * decomposed, and whether Omneo heeds the case is not known.
 */
export function spellingsOf(email: string): readonly string[] {
  const composed = composedOf(email);
  return [...new Set([composed, composed.toLowerCase()])];
}

/** Whether two e-mails are the same but for their case. */
export function isSameEmail(shown: unknown, asked: string): boolean {
  const grade = emailGrade(shown, asked);
  return grade === 'exact' || grade === 'alike';
}

/**
 * How well the e-mail that a profile shows matches the one that was asked for. One that differs in accents, or has it
 * as a part, is another person's: a collation or a filter by LIKE finds it all the same.
 */
export function emailGrade(shown: unknown, asked: string): MatchGrade {
  if (typeof shown !== 'string') return 'stranger';
  const [one, other] = [composedOf(shown), composedOf(asked)];
  if (one === other) return 'exact';
  if (one.toLowerCase() === other.toLowerCase()) return 'alike';
  return isFoldedSame(one, other) || isPart(other, one) ? 'void' : 'stranger';
}

function composedOf(email: string): string {
  return email.normalize('NFC').trim();
}

/** Compares as a collation does that is blind to case and accents, such as MySQL's utf8mb4_0900_ai_ci (UTS #10). */
const collator = new Intl.Collator('und', { sensitivity: 'base' });

/** Whether a server whose collation ignores case and accents takes two texts for one. */
export function isFoldedSame(one: string, other: string): boolean {
  return collator.compare(one.trim(), other.trim()) === 0;
}

/** Whether `LIKE '%part%'` finds the text, in which a `_` of the part stands for any character. */
function isPart(part: string, text: string): boolean {
  const [wanted, whole] = [fold(part), fold(text)];
  for (let start = 0; start + wanted.length <= whole.length; start += 1)
    if (isAt(wanted, whole, start)) return true;
  return false;
}

function isAt(wanted: string, whole: string, start: number): boolean {
  for (let at = 0; at < wanted.length; at += 1)
    if (wanted[at] !== '_' && wanted[at] !== whole[start + at]) return false;
  return true;
}

function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
