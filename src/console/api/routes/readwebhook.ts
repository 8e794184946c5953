import type { Action, ActionRequest } from '../../../actions/action.ts';
import { parseJson } from '../../../http/body/body.ts';
import { Problem } from '../../../lib/problem.ts';
import type { Tenant } from '../../../tenants/tenant.ts';
import { ConsoleProblem } from '../../consoleproblem.ts';

/** As many bytes as a webhook's body may have. */
const maxBytes = 65_536;

/**
 * A webhook's body, understood by the rules by which it would be if it arrived.
 *
 * @throws Problem as the webhook would be answered with
 */
export function readWebhook(text: string, action: Action, tenant: Tenant): ActionRequest {
  if (Buffer.byteLength(text) > maxBytes) throw new Problem('payload_too_large');
  if (!text.isWellFormed()) throw notText();
  return action.parse(parseJson(text), tenant);
}

/** Half a character cannot arrive in UTF-8. */
function notText(): Problem {
  return new Problem('invalid_json', { detail: 'Fix the JSON body: it holds half of a character.' });
}

/** What a webhook would be answered with, as the failure of a request that brings it; any other error as it is. */
export function invalidWebhook(error: unknown): unknown {
  if (!(error instanceof Problem)) return error;
  const { detail, errors } = error;
  return new ConsoleProblem('invalid_payload', { detail, errors, cause: error });
}
