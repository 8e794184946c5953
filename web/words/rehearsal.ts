import type { RehearsalResult } from '../api/types.ts';
import { finders, nameWords } from './summary.ts';

/** What would become of a webhook: whether that is as it should be, a heading, and what stands behind it. */
export type RehearsalWords = Readonly<{ isGood: boolean; title: string; text: string }>;

/** What would become of a webhook that came now, in plain words. */
export function rehearsalWords(result: RehearsalResult): RehearsalWords {
  const { would, status = 0, detail = '' } = result;
  if (would === 'create') return { isGood: true, title: wouldIssue(result), text: changedNothing };
  if (would === 'duplicate') return { isGood: true, title: wouldRepeat, text: duplicateMeans };
  const mayPass = status === 429 || status >= 500;
  return {
    isGood: false,
    title: mayPass ? 'It would not be issued at once.' : 'It would be refused.',
    text: detail,
  };
}

const changedNothing = 'This was a rehearsal: nothing was issued, and nothing is stored.';
const wouldRepeat = 'It would issue nothing more: this id has its reward already.';
const duplicateMeans = 'Klaviyo would be answered that all is well. Is the id unique for each reward?';

function wouldIssue({ summary = {}, matched_by: match = '' }: RehearsalResult): string {
  const finder = finders[match];
  const customer = finder === undefined ? 'the customer' : `the customer found by ${finder}`;
  return `It would issue ${whatOf(summary)} to ${customer}.`;
}

/** `10 of definition 42`, or whatever else an action asks for. */
function whatOf(summary: NonNullable<RehearsalResult['summary']>): string {
  const { amount, reward_definition_id: definition, ...others } = summary;
  if (amount !== undefined && definition !== undefined) return `${amount} of definition ${definition}`;
  const parts = Object.entries({ ...others, ...(amount !== undefined && { amount }) });
  return parts.map(([name, value]) => `${nameWords(name)} ${value}`).join(', ');
}
