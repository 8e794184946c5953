import { readBenefitInput, remainingOf } from './benefitinput.ts';
import type { Benefit } from './benefits.ts';
import { heldRoutes } from './heldroutes.ts';
import { json, type Answer } from './http.ts';
import type { Exchange } from './routes.ts';
import type { BenefitDefinitionSeed } from './seeds.ts';
import type { Tenant } from './tenant.ts';

/** The routes below /benefits. Whatever is hidden of others, a benefit shows its external_id. */
export const benefitRoutes = heldRoutes<Benefit>({
  holdings: ({ benefits }) => benefits,
  read: readBenefitInput,
  present: ({ value, external_id }, { numbersAs }) => ({
    external_id,
    value: value !== null && numbersAs === 'string' ? value.toFixed(2) : value,
    claimed_at: null,
    is_redeemable: true,
    redemptions_remaining: null,
  }),
  isValid: ({ issued_at: issued, expires_at: expires }, now) =>
    Date.parse(`${issued}Z`) <= now && (expires === null || Date.parse(`${expires}Z`) > now),
  filters: ['profile_id'],
});

function present(definition: BenefitDefinitionSeed, tenant: Tenant) {
  const { id, handle, name, endAt } = definition;
  return {
    ...{ id, handle, name: name ?? handle },
    end_at: endAt ?? null,
    is_assignable: true,
    total_allocations: definition.allocations ?? null,
    total_allocations_remaining: remainingOf(definition, tenant) ?? null,
    total_global_redemptions_remaining: null,
  };
}

/** As Laravel says it of a model. */
const noModel = (): Answer => json(404, { message: 'No query results for model [BenefitDefinition].' });

/** GET /benefits/definitions/{id} and /benefits/definitions/handle/{handle} */
export function getBenefitDefinition(by: 'id' | 'handle') {
  return ({ tenant, id }: Exchange): Answer => {
    const wanted = decodeURIComponent(id);
    const found = tenant.benefitDefinitions.find((each) => String(each[by]) === wanted);
    return found ? json(200, { data: present(found, tenant) }) : noModel();
  };
}
