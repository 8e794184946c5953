import { type Attribute, type AttributeInput, type AttributeType, attributeTypes } from './attributes.ts';
import { type Check, type FieldErrors, type Fields, checked, isAbsent } from './fieldchecks.ts';
import type { Switches } from './switches.ts';
import type { Tenant } from './tenant.ts';

export type AttributeName = Pick<Attribute, 'namespace' | 'handle'>;

/** What each type takes, in PHP's eyes, and what is kept of it. */
const kept: Record<AttributeType, (value: unknown) => Attribute['value'] | undefined> = {
  string: (value) => (typeof value === 'string' ? value.trim() : undefined),
  integer: (value) => {
    const number = numeric(value);
    return Number.isInteger(number) ? number : undefined;
  },
  float: (value) => {
    const number = numeric(value);
    return Number.isFinite(number) ? number : undefined;
  },
  boolean(value) {
    if ([true, 1, '1'].some((one) => one === value)) return true;
    return [false, 0, '0'].some((one) => one === value) ? false : undefined;
  },
  json: (value) => JSON.stringify(value),
  array: (value) => (Array.isArray(value) ? JSON.stringify(value) : undefined),
};

const numeric = (value: unknown) =>
  typeof value === 'number' ? value : typeof value === 'string' && value !== '' ? Number(value) : Number.NaN;

function checkType({ fields, fail }: Check, known: AttributeType | undefined): AttributeType {
  const { type } = fields;
  const found = attributeTypes.find((each) => each === type);
  if (isAbsent(type)) fail('type', 'The type field is required.');
  else if (found === undefined || (known !== undefined && found !== known))
    fail('type', 'The selected type is invalid.');
  return found ?? 'string';
}

function checkValue({ fields, fail }: Check, type: AttributeType): Attribute['value'] {
  const { value } = fields;
  if (isAbsent(value)) return null;
  const found = kept[type](value);
  if (found === undefined) fail('value', `The value must be of the type ${type}.`);
  else if (typeof found === 'string' && found.length > 255)
    fail('value', 'The value must not be greater than 255 characters.');
  return found ?? null;
}

/** Reads the fields of PUT /profiles/{id}/attributes/custom/{namespace}:{handle}; unknown ones are ignored. */
export function readAttributeInput(
  { fields, profileId, namespace, handle }: AttributeName & { fields: Fields; profileId: string },
  tenant: Tenant,
  { attributesOnDemand }: Switches,
): { input: AttributeInput } | { errors: FieldErrors } {
  const known = tenant.attributeDefinitions.find(
    (each) => each.namespace === namespace && each.handle === handle,
  );
  return checked({ fields, tenant }, (check) => {
    if (known === undefined && !attributesOnDemand) check.fail('handle', 'The selected handle is invalid.');
    const type = checkType(check, known?.type);
    return { profile_id: profileId, namespace, handle, type, value: checkValue(check, type) };
  });
}
