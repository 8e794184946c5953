import { hash } from 'node:crypto';

/** Of ids that the gateway makes: a digest of the caller's id, or a name for a webhook that has none. */
const ownId = /^gw-(id-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * The `external_id` under which the reward of a webhook with this `id` is made.
 *
 * It is the id itself if a look-up can be trusted to find it: printable ASCII without a comma (Laravel's common query
 * builder splits filters there) and without blanks at its ends (which are trimmed), at most 190 characters (what MySQL
 * can index of a text in four-byte UTF-8). Any other, and one that looks like the gateway's own, goes by its digest.
 */
export function externalIdOf(id: string): string {
  const isTrusted = id.length <= 190 && /^[!-~]([ -~]*[!-~])?$/.test(id) && !id.includes(',') && !isOwnId(id);
  return isTrusted ? id : `gw-id-${hash('sha256', id, 'hex').slice(0, 32)}`;
}

/** Whether the gateway made the id. It makes none that differ in letter case alone, or hold a wildcard. */
export function isOwnId(externalId: string): boolean {
  return ownId.test(externalId);
}

/**
 * Other ids for which a server that reads ids loosely finds the rewards of this one: letter case ignored, numbers
 * compared as numbers, `_` and `%` taken for wildcards, accents and their ways of writing ignored. The first is the one
 * in the other letter case, which may be the id itself.
 */
export function collidingIdsOf(externalId: string): readonly string[] {
  if (isOwnId(externalId)) return [];
  const others = [
    externalId.normalize('NFD'),
    externalId.normalize('NFC'),
    externalId.normalize('NFD').replace(/\p{M}/gu, ''),
    ...(/^\d+$/.test(externalId) ? [`0${externalId}`] : []),
    ...(/[_%]/.test(externalId) ? [externalId.replace(/[^_%]/u, '_')] : []),
  ];
  const swapped = swapCase(externalId);
  return [swapped, ...new Set(others)].filter(
    (other, at) => at === 0 || (other !== externalId && other !== swapped),
  );
}

/**
 * What a server may take of an id that no look-up can be trusted with: the pieces between its commas, or the id without
 * the characters that are not seen (zero width, direction, soft hyphen) at its ends or anywhere, as Laravel's
 * TrimStrings drops them.
 */
export function remaindersOf(externalId: string): readonly string[] {
  const others = [
    ...externalId.split(','),
    externalId.replace(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, ''),
    externalId.replace(/\p{Cf}/gu, '').trim(),
  ];
  return [...new Set(others)].filter((other) => other !== externalId && other.trim() !== '');
}

/** Whether a server that stores ids altered (in one case, trimmed, with something added) may show this one so. */
export function isAlteredFrom(externalId: string, shown: string): boolean {
  const altered = [
    externalId.toLowerCase(),
    externalId.toUpperCase(),
    externalId.normalize('NFC'),
    externalId.trim(),
  ];
  return altered.includes(shown) || (externalId !== '' && shown.includes(externalId));
}

/** Whether a server that cuts ids may show this one so; it may show any number of others so too. */
export function isCutFrom(externalId: string, shown: string): boolean {
  return shown !== '' && externalId.startsWith(shown);
}

function swapCase(text: string): string {
  return text.replace(/\p{L}/gu, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
