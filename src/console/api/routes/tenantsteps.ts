import type { KindName } from '../../../omneo/kinds.ts';
import type { Definition } from '../../../omneo/resources/definitions.ts';
import { type Resolution, type Tenant, tenantBehind } from '../../../tenants/tenant.ts';
import { Problem } from '../../../lib/problem.ts';
import { ConsoleProblem } from '../../consoleproblem.ts';
import type { ApiParts } from '../apiparts.ts';
import type { ApiExchange, ApiStep } from '../apistate.ts';
import { RecentAnswers } from '../recentanswers.ts';
import { readFields } from '../requests/requestfields.ts';
import { checkRequest } from '../requests/schemas.ts';
import type { TenantAccess } from '../tenantaccess.ts';
import { readWebhook } from './readwebhook.ts';

/** What it takes to set up a step of a Flow. */

type Access = Readonly<{ access: TenantAccess }>;

/** For so long Omneo is not asked again, in milliseconds. */
const definitionsMs = 60_000;

/** `GET /api/v1/tenants/{slug}/reward-definitions`, and the same of each other kind. */
export function listDefinitionsOf(
  kind: KindName,
  { access, omneoOf, clock }: Pick<ApiParts, 'omneoOf' | 'clock'> & Access,
): ApiStep {
  const recent = new RecentAnswers<readonly Definition[]>(clock, definitionsMs);
  return async function listDefinitionsOf(ctx) {
    const tenant = await tenantOf(ctx, access);
    // One that has moved to another Omneo has other definitions.
    const key = `${tenant.slug}\n${tenant.omneo.baseURL}`;
    ctx.body = { definitions: await recent.get(key, () => omneoOf(tenant)[kind].listDefinitions()) };
  };
}

/** `POST /api/v1/tenants/{slug}/checks` */
export function checkBody({ access, actions }: Pick<ApiParts, 'actions'> & Access): ApiStep {
  return async function checkBody(ctx) {
    const request = readFields(checkRequest, ctx.state.body, 'body');
    const tenant = await tenantOf(ctx, access);
    const action = actions.find(({ name }) => name === request.action);
    if (action === undefined) throw new ConsoleProblem('not_found');
    try {
      const { id } = readWebhook(request.body, action, tenant);
      ctx.body = { is_valid: true, has_id: id !== null };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const { detail, errors } = error;
      ctx.body = { is_valid: false, detail, ...(errors.length > 0 && { errors }) };
    }
  };
}

/** The tenant that the path names, served or suspended. */
async function tenantOf({ params, state }: ApiExchange, access: TenantAccess): Promise<Tenant> {
  const { resolution } = await access.require(state.identity, params['slug'] ?? '', 'list');
  return servable(resolution);
}

/** The tenant, served or suspended. Throws ConsoleProblem `conflict` for one that is refused. */
export function servable(resolution: Resolution): Tenant {
  const tenant = tenantBehind(resolution);
  if (tenant !== undefined) return tenant;
  const detail = 'Mend the tenant first: it cannot be served as it is.';
  throw new ConsoleProblem('conflict', { detail });
}
