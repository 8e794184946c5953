/** Compares as a collation does that is blind to case and accents, such as MySQL's utf8mb4_0900_ai_ci (UTS #10). */
const collator = new Intl.Collator('und', { sensitivity: 'base' });

/** Whether a server whose collation ignores case and accents takes two texts for one. */
export function isFoldedSame(one: string, other: string): boolean {
  return collator.compare(one.trim(), other.trim()) === 0;
}

/** Whether `LIKE '%part%'` finds the text, in which a `_` of the part stands for any character. */
export function isPart(part: string, text: string): boolean {
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
