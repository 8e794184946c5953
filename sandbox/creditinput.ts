import type { Credit } from './credits.ts';
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
import type { Switches } from './switches.ts';
import type { Tenant } from './tenant.ts';

function checkNamespace({ fields, fail }: Check): string | null {
  const { external_namespace: namespace } = fields;
  if (isAbsent(namespace)) return null;
  if (typeof namespace === 'string') return namespace;
  fail('external_namespace', 'The external namespace must be a string.');
  return null;
}

/** Reads the fields of POST /credits; unknown ones are ignored. */
export function readCreditInput(
  fields: Fields,
  tenant: Tenant,
  switches: Switches,
): { input: InputOf<Credit> } | { errors: FieldErrors } {
  return checked({ fields, tenant }, (check) => {
    const timezone = checkTimezone(check);
    const namespace = checkNamespace(check);
    const isTaken = (id: string) =>
      switches.uniqueExternalId &&
      tenant.credits.byExternalId(id).some((credit) => credit.external_namespace === namespace);
    const definition = checkDefinition(check, 'credit', tenant.creditDefinitions);
    const { id = 0, handle = '', maxValue } = definition ?? {};
    const time = (field: string) => checkTime(check, field, timezone);
    const text = (instant: number | null) => (instant === null ? null : utcText(instant));
    return {
      profile_id: checkProfile(check),
      external_id: storedId(checkExternalId(check, isTaken), switches),
      external_namespace: namespace,
      credit_definition_id: id,
      definition: { id, handle },
      value_initial: checkValue(check, 'value_initial', maxValue),
      value_remaining: checkValue(check, 'value_remaining', maxValue),
      timezone,
      issued_at: utcText(time('issued_at') ?? tenant.now()),
      released_at: text(time('released_at')),
      expires_at: text(time('expires_at')),
      meta: checkMeta(check),
    };
  });
}
