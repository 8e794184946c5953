import type { DeliveryView } from '../api/types.ts';

/** What a delivery asks for, in a few words: `reward definition 42, amount 10`. */
export function summaryWords({ summary, action }: Pick<DeliveryView, 'summary' | 'action'>): string {
  const parts = Object.entries(summary).map(([name, value]) => `${nameWords(name)} ${value}`);
  return parts.length === 0 ? `${action}, contents not known` : parts.join(', ');
}

/** A field's name as people say it: `reward_definition_id` is a `reward definition`. */
export function nameWords(name: string): string {
  return name.replace(/_id$/, '').replaceAll('_', ' ');
}
