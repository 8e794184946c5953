import type { HourCount } from '../../../ledger/deliveries/deliveryadmin.ts';
import { activityAnswer, activityFrom } from '../answers/activityanswer.ts';
import { tenantAnswer } from '../answers/tenantanswer.ts';
import { dayBudgetsOf } from '../daybudgets.ts';
import { tenantBehind } from '../../../tenants/tenant.ts';
import type { ApiParts } from '../apiparts.ts';
import type { ApiStep } from '../apistate.ts';
import { RecentAnswers } from '../recentanswers.ts';
import type { KnownTenant, TenantAccess } from '../tenantaccess.ts';

type Access = Readonly<{ access: TenantAccess }>;

/** `GET /api/v1/tenants` */
export function listTenants({
  access,
  actions,
  countsOf,
  publicURL,
  ledger,
  clock,
}: Pick<ApiParts, 'actions' | 'countsOf' | 'publicURL' | 'ledger' | 'clock'> & Access): ApiStep {
  const names = actions.map(({ name }) => name);
  return async function listTenants(ctx) {
    const { identity } = ctx.state;
    const tenants = await access.listable(identity);
    const allowedIn = await access.allowedIn(identity, tenants);
    const served = tenants.flatMap(({ resolution }) => tenantBehind(resolution) ?? []);
    const dayBudgets = await dayBudgetsOf(served, clock.now(), ledger);
    const answer = (tenant: KnownTenant): object =>
      tenantAnswer(tenant, {
        counts: countsOf(tenant.slug),
        allowed: allowedIn.get(tenant.namespace) ?? [],
        actions: names,
        publicURL,
        dayBudget: dayBudgets.get(tenant.slug),
      });
    ctx.body = { tenants: tenants.map(answer) };
  };
}

/** For so long the activity of a tenant is not counted again, in milliseconds, and for longer where that takes long. */
const activityMs = 15_000;

type Activity = Readonly<{ from: number; counts: readonly HourCount[] }>;

/** `GET /api/v1/tenants/{slug}/activity` */
export function readActivity({ access, admin, clock }: Pick<ApiParts, 'admin' | 'clock'> & Access): ApiStep {
  const recent = new RecentAnswers<Activity>(clock, activityMs);
  return async function readActivity(ctx) {
    const { slug } = await access.require(ctx.state.identity, ctx.params['slug'] ?? '', 'list');
    const { from, counts } = await recent.get(slug, async () => {
      const from = activityFrom(clock.now());
      return { from, counts: await admin.activity(slug, from) };
    });
    ctx.body = activityAnswer(counts, from);
  };
}
