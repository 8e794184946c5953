import type { ApiRehearsal } from '../client/answers.ts';
import { matchInWords, valuesInWords } from './words.ts';

/** What would become of a webhook, in plain words. */
export function rehearsalLines(rehearsal: ApiRehearsal): readonly string[] {
  const { would, matched_by: match, summary = {}, status, code, detail = '', errors = [] } = rehearsal;
  const customer = match === undefined ? '' : `, for the customer ${matchInWords(match)}`;
  if (would === 'create') return [`It would be issued: ${valuesInWords(summary)}${customer}.`];
  if (would === 'duplicate') return ['It would issue nothing more: this id is used already.'];
  const faults = errors.map(({ field, hint }) => `  ${field} ${hint}`);
  return [`It would be answered ${status ?? ''} ${code ?? ''}: ${detail}`, ...faults];
}
