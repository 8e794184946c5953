/** Ada, whom the sandbox's sample tenant "acme" knows by both her Klaviyo id and her e-mail. */
export const ada = { person_id: '01ACMEADA', email: 'ada@example.com' };

let made = 0;

/** A webhook that is right in every field, with an id of its own; what is given replaces or adds. */
export function webhook(
  changes: Record<string, unknown> = {},
  data: Record<string, unknown> = {},
): Record<string, unknown> {
  made += 1;
  return { id: `test-${made}`, ...ada, data: { reward_definition_id: 42, amount: 10, ...data }, ...changes };
}
