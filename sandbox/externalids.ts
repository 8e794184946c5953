/** How a column keeps an external_id that was sent. */
export const storings = ['as sent', 'lower', 'upper', 'trimmed', 'prefixed', 'cut', 'normalised'] as const;
export type Storing = (typeof storings)[number];

/** How a filter compares an external_id with what is kept. */
export const filterings = [
  'exact',
  'partial',
  'split',
  'folded',
  'cut',
  'numeric',
  'wildcard',
  'trimmed',
  'blind',
] as const;
export type Filtering = (typeof filterings)[number];

/** Characters that a column that cuts, and a filter that does, leave. */
const column = 16;

const storers: Record<Storing, (id: string) => string> = {
  'as sent': (id) => id,
  lower: (id) => id.toLowerCase(),
  upper: (id) => id.toUpperCase(),
  trimmed: (id) => id.trim(),
  prefixed: (id) => `klaviyo:${id}`,
  cut: (id) => id.slice(0, column),
  normalised: (id) => id.normalize('NFC'),
};

/** What is kept of an external_id. */
export const stored = (id: string, how: Storing): string => storers[how](id);

/** As MySQL's usual collations compare: letter case, accents and blanks at the end do not count. */
export const folded = (id: string): string =>
  id.normalize('NFD').replace(/\p{M}/gu, '').trimEnd().toLowerCase();

/** As a comparison with a number does. */
export const numeric = (id: string): string => (/^\d+$/.test(id) ? String(Number(id)) : id);

/** The values that a filter with this value looks for: a comma may make several of one. */
export const wantedBy = (value: string, how: Filtering): string[] => {
  if (how === 'split') return value.split(',');
  // As Laravel's TrimStrings does: blanks that take no room go too.
  if (how === 'trimmed') return [value.replace(/^[\s\p{Cf}]+|[\s\p{Cf}]+$/gu, '')];
  return how === 'cut' ? [value.slice(0, column)] : [value];
};

/** LIKE with the filter's value as its pattern. */
export function wildcard(value: string): RegExp {
  const escaped = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('%', '.*').replaceAll('_', '.')}$`, 's');
}
