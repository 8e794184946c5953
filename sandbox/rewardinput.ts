import {
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
  storedId,
} from './fieldchecks.ts';
import type { InputOf } from './holdings.ts';
import { utcText } from './localtime.ts';
import type { Reward } from './rewards.ts';
import type { Switches } from './switches.ts';
import type { Tenant } from './tenant.ts';

/** Reads the fields of POST /rewards; unknown ones are ignored. */
export function readRewardInput(
  fields: Fields,
  tenant: Tenant,
  switches: Switches,
): { input: InputOf<Reward> } | { errors: FieldErrors } {
  const isTaken = (id: string) => switches.uniqueExternalId && tenant.rewards.byExternalId(id).length > 0;
  return checked({ fields, tenant }, (check) => {
    const timezone = checkTimezone(check);
    const { id = 0, handle = '', maxValue } = checkDefinition(check, 'reward', tenant.definitions) ?? {};
    const issued = checkTime(check, 'issued_at', timezone) ?? tenant.now();
    const expires = checkTime(check, 'expires_at', timezone);
    return {
      profile_id: checkProfile(check),
      external_id: storedId(checkExternalId(check, isTaken), switches),
      definition: { id, handle },
      value_initial: checkValue(check, 'value_initial', maxValue),
      value_remaining: checkValue(check, 'value_remaining', maxValue),
      timezone,
      issued_at: utcText(issued),
      issued_local_at: tenant.zones.local(issued, timezone),
      expires_at: expires === null ? null : utcText(expires),
      expires_local_at: expires === null ? null : tenant.zones.local(expires, timezone),
      meta: checkMeta(check),
    };
  });
}
