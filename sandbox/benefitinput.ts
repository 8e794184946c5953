import type { Benefit } from './benefits.ts';
import {
  type Check,
  type FieldErrors,
  type Fields,
  checkDefinition,
  checkExternalId,
  checkMeta,
  checkProfile,
  checkTime,
  checkTimezone,
  checkValue,
  checked,
  isAbsent,
  storedId,
} from './fieldchecks.ts';
import type { InputOf } from './holdings.ts';
import { utcText } from './localtime.ts';
import type { BenefitDefinitionSeed } from './seeds.ts';
import type { Switches } from './switches.ts';
import type { Tenant } from './tenant.ts';

/** How many of a definition can still be given; undefined: any number. */
export function remainingOf({ id, allocations }: BenefitDefinitionSeed, { benefits }: Tenant) {
  if (allocations === undefined) return undefined;
  return allocations - benefits.all().filter(({ definition }) => definition.id === id).length;
}

function checkBenefitDefinition(check: Check): { id: number; handle: string } {
  const { tenant, fail } = check;
  const definition = checkDefinition(check, 'benefit', tenant.benefitDefinitions);
  if (definition === undefined) return { id: 0, handle: '' };
  const { id, handle, endAt } = definition;
  if (endAt !== undefined && Date.parse(`${endAt}Z`) <= tenant.now())
    fail('benefit_definition_id', 'The benefit definition has ended.');
  else if ((remainingOf(definition, tenant) ?? 1) <= 0)
    fail('benefit_definition_id', 'The benefit definition has no allocations remaining.');
  return { id, handle };
}

/** As it was sent, if it is a time. */
function checkedText(check: Check, field: string, zone: string): string | null {
  const value = check.fields[field];
  return checkTime(check, field, zone) === null || typeof value !== 'string' ? null : value;
}

/** Reads the fields of POST /benefits; unknown ones are ignored. */
export function readBenefitInput(
  fields: Fields,
  tenant: Tenant,
  switches: Switches,
): { input: InputOf<Benefit> } | { errors: FieldErrors } {
  const isTaken = (id: string) => switches.uniqueExternalId && tenant.benefits.byExternalId(id).length > 0;
  return checked({ fields, tenant }, (check) => {
    const timezone = checkTimezone(check);
    if (!Object.hasOwn(fields, 'issued_at')) check.fail('issued_at', 'The issued at field must be present.');
    return {
      profile_id: checkProfile(check),
      external_id: storedId(checkExternalId(check, isTaken), switches),
      definition: checkBenefitDefinition(check),
      value: isAbsent(fields['value']) ? null : checkValue(check, 'value'),
      timezone,
      issued_at: checkedText(check, 'issued_at', timezone) ?? utcText(tenant.now()),
      expires_at: checkedText(check, 'expires_at', timezone),
      meta: checkMeta(check),
    };
  });
}
