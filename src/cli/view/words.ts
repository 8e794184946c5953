/** Why a delivery waits, is parked or was discarded, as people say it. A test holds the reasons against the API's. */
export const reasonWords: Readonly<Record<string, string>> = Object.freeze({
  throttled: 'Omneo took no more calls just then',
  unavailable: 'Omneo failed or did not answer',
  credentials_refused: "Omneo refused the tenant's credentials",
  unconfirmed: 'it was not known whether Omneo had done it',
  suspended: 'the tenant was suspended',
  held: "the day's budget was spent",
  profile_not_found: 'Omneo did not know this customer',
  replayed: 'it was replayed',
  rejected: 'Omneo rejected it for good',
  not_allowed: 'the tenant may not issue that',
  invalid_payload: 'the webhook was not as it must be',
  id_reused: 'its id was used before for something else',
  gave_up: 'it had failed for too long, five gateways died at it, or its tenant was gone for 30 days',
  unreadable: 'the stored webhook could not be read',
  decided: 'somebody decided against it',
  erased: 'its customer was erased',
});

const foundBy: Readonly<Record<string, string>> = {
  klaviyo: 'found by the Klaviyo identity',
  omneo: 'found by the Omneo profile id',
  email: 'found by e-mail',
};

/** A reason in plain words; one that this program does not know yet, as it is. */
export function inWords(reason: string): string {
  return reasonWords[reason] ?? reason.replaceAll('_', ' ');
}

/** What the customer was found by, in plain words. */
export function matchInWords(matchedBy: string): string {
  return foundBy[matchedBy] ?? `found by ${matchedBy}`;
}

/** Values under names, as `amount 10, reward 4711, found by e-mail`. */
export function valuesInWords(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values).map(valueInWords).join(', ');
}

function valueInWords([name, value]: readonly [name: string, value: string | number]): string {
  if (name === 'matched_by') return matchInWords(String(value));
  return `${name.replace(/_id$/, '').replaceAll('_', ' ')} ${value}`;
}
