import type { ActionRequest } from '../../../actions/action.ts';
import { toProblem } from '../../../http/middleware/problems.ts';
import type { Problem } from '../../../lib/problem.ts';
import { ConsoleProblem } from '../../consoleproblem.ts';
import { type RehearsalEnd, rehearsalAnswer } from '../answers/rehearsalanswer.ts';
import type { ApiParts } from '../apiparts.ts';
import type { ApiStep } from '../apistate.ts';
import type { Audit } from '../audit.ts';
import { readFields } from '../requests/requestfields.ts';
import { checkRequest } from '../requests/schemas.ts';
import type { TenantAccess } from '../tenantaccess.ts';
import { readWebhook } from './readwebhook.ts';
import { servable } from './tenantsteps.ts';

type Parts = Pick<ApiParts, 'actions' | 'rehearse'> & Readonly<{ access: TenantAccess; audit: Audit }>;

/**
 * `POST /api/v1/tenants/{slug}/rehearsals`
 *
 * It takes calls to Omneo of those that webhooks need, and tells whether Omneo knows a customer: so it is for those who may replay.
 */
export function rehearseWebhook({ access, actions, rehearse, audit }: Parts): ApiStep {
  return async function rehearseWebhook(ctx) {
    const request = readFields(checkRequest, ctx.state.body, 'body');
    const { identity, requestId } = ctx.state;
    const { slug, resolution } = await access.require(identity, ctx.params['slug'] ?? '', 'list', 'update');
    const tenant = servable(resolution);
    const action = actions.find(({ name }) => name === request.action);
    if (action === undefined) throw new ConsoleProblem('not_found');
    let webhook: ActionRequest | undefined;
    const end = await endOf(() => {
      webhook = readWebhook(request.body, action, tenant);
      return rehearse({ resolution, webhook, text: request.body, requestId });
    });
    audit.rehearsed(ctx, slug, 'would' in end ? end.would : end.code);
    ctx.body = rehearsalAnswer(end, webhook);
  };
}

/** How it ends; what a live webhook would be answered is an end too, unless it is a bug. */
async function endOf(rehearse: () => Promise<RehearsalEnd>): Promise<RehearsalEnd> {
  try {
    return await rehearse();
  } catch (error) {
    return answerable(error);
  }
}

function answerable(error: unknown): Problem {
  const problem = toProblem(error);
  if (problem.code === 'internal') throw error;
  return problem;
}
