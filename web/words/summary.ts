import type { DeliveryView } from '../api/types.ts';

/** What a delivery asks for, in a few words: `reward definition 42, amount 10`. */
export function summaryWords({ summary, action }: Pick<DeliveryView, 'summary' | 'action'>): string {
  const parts = Object.entries(summary).map(([name, value]) => `${nameWords(name)} ${value}`);
  return parts.length === 0 ? `${action}, contents not known` : parts.join(', ');
}

/** A field of a summary or a result, and its value, as a person reads them. */
export function fieldWords(
  name: string,
  value: string | number,
): Readonly<{ name: string; value: string | number }> {
  if (name === 'matched_by') return { name: 'Found by', value: finders[value] ?? value };
  const words = nameWords(name);
  return { name: `${words.charAt(0).toUpperCase()}${words.slice(1)}`, value };
}

/** What a customer's profile in Omneo was found by. */
export const finders: Readonly<Record<string, string>> = Object.freeze({
  klaviyo: 'Klaviyo id',
  omneo: 'Omneo id',
  email: 'e-mail',
});

/** A field's name as people say it: `reward_definition_id` is a `reward definition`. */
export function nameWords(name: string): string {
  return name.replace(/_id$/, '').replaceAll('_', ' ');
}
