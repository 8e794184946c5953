import type { Standing } from './finding.ts';
import { isFoldedSame, isPart } from './likeness.ts';

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
  const standing = emailStanding(shown, asked);
  return standing === 'exact' || standing === 'alike';
}

/**
 * How the e-mail that a profile shows relates to the one that was asked for. One that differs in accents, or has it
 * as a part, is another person's: a collation or a filter by LIKE finds it all the same.
 */
export function emailStanding(shown: unknown, asked: string): Standing {
  if (typeof shown !== 'string') return 'stranger';
  const [one, other] = [composedOf(shown), composedOf(asked)];
  if (one === other) return 'exact';
  if (one.toLowerCase() === other.toLowerCase()) return 'alike';
  return isFoldedSame(one, other) || isPart(other, one) ? 'void' : 'stranger';
}

function composedOf(email: string): string {
  return email.normalize('NFC').trim();
}
