/** How a database compares a column with what a filter asks for. */
export type Comparison = 'bytes' | 'caseless' | 'accentBlind' | 'partial';

/** As a collation sees text that is blind to accents and case. */
const fold = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

const comparisons: Record<Comparison, (stored: string, asked: string) => boolean> = {
  bytes: (stored, asked) => stored === asked,
  caseless: (stored, asked) => stored.toLowerCase() === asked.toLowerCase(),
  accentBlind: (stored, asked) => fold(stored) === fold(asked),
  partial: (stored, asked) => stored.toLowerCase().includes(asked.toLowerCase()),
};

/** Whether a filter that compares in this way finds what is stored. */
export const isEqual = (comparison: Comparison, stored: string, asked: string) =>
  comparisons[comparison](stored, asked);
