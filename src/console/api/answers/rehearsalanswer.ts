import type { ActionRequest } from '../../../actions/action.ts';
import type { Rehearsed } from '../../../delivery/rehearsal/rehearsal.ts';
import type { Problem } from '../../../lib/problem.ts';

/** How a rehearsal ended: as a live webhook would. */
export type RehearsalEnd = Rehearsed | Problem;

/** What would become of a webhook, in the words of the API; `webhook` is undefined if it could not be understood. */
export function rehearsalAnswer(end: RehearsalEnd, webhook: ActionRequest | undefined): object {
  return { ...endAnswer(end), ...(webhook !== undefined && { summary: webhook.summary }) };
}

function endAnswer(end: RehearsalEnd): object {
  if ('would' in end) {
    const { would, matchedBy, externalId } = end;
    return { would, matched_by: matchedBy, external_id: externalId };
  }
  const { status, code, detail, errors } = end;
  return { would: 'fail', status, code, detail, ...(errors.length > 0 && { errors }) };
}
