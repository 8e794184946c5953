import { isRawNumber } from '../../lib/exactjson.ts';
import { isRecord } from '../../lib/record.ts';
import { unrenderedIn } from './leftovers.ts';
import { fault, faultsOf, owned } from './payloadrules.ts';
import { type FieldError, Problem } from '../../lib/problem.ts';
import { sayMore } from './spelling.ts';
import { tidyName, tidyNumber, tidyText } from './template.ts';

/** What a webhook asks for, understood: nothing further has to be checked. */
export type Webhook = Readonly<{
  /** The idempotency key; null: none was given. */
  id: string | null;
  personId: string | null;
  /** Null: none was given, or none that could be one. */
  email: string | null;
  /** What is wrong with the e-mail, which matters only if no profile has the person_id; null: nothing is. */
  emailFault: FieldError | null;
  definitionId: number;
  amount: number;
  /** Everything else in `data`, which goes on to Omneo as it is. */
  fields: Readonly<Record<string, unknown>>;
}>;

/** Levels of nesting in `data`. Klaviyo's events have ten; thousands overflow the stack of JSON.stringify. */
const maxDepth = 32;

/**
 * Understands the body of a webhook.
 *
 * Klaviyo renders whatever the marketer typed, so numbers may come as clean numeric strings, and a tag without a
 * value as `""` or `None`, which count as missing. `identifiers` is the tenant's: whether it needs both person_id and
 * email, or any one of them.
 *
 * @throws Problem `invalid_payload`, naming each field that is wrong and what to do, and no value.
 */
export function parseWebhook(body: unknown, identifiers: 'both' | 'any'): Webhook {
  if (!isRecord(body)) throw invalid([fault('body', 'not_an_object')]);
  const data = body['data'];
  if (!isRecord(data)) throw invalid([noData(body)]);
  if (isDeeper(data, maxDepth)) throw invalid([fault('data', 'too_deep')]);
  const tidy = {
    id: tidyName(body['id']),
    person_id: tidyName(body['person_id']),
    email: tidyName(body['email']),
    data: tidyData(data),
  };
  const sent = { beside: Object.keys(body), inside: Object.keys(data) };
  const faults = faultsOf(tidy, identifiers).map((error) => sayMore(error, sent));
  const errors = [...faults, ...leftIn(data, faults)];
  const emailFault = spareFault(errors, tidy);
  if (errors.length > 0 && emailFault === null) throw invalid(errors);
  return toWebhook(tidy, data, emailFault);
}

function noData(body: Readonly<Record<string, unknown>>): FieldError {
  if ((body['data'] ?? null) !== null) return fault('data', 'not_an_object');
  return sayMore(fault('data', 'missing'), { beside: Object.keys(body), inside: [] });
}

/** The tags that were not rendered in what goes on as it is; of other fields the rules have said it. */
function leftIn(data: Readonly<Record<string, unknown>>, said: readonly FieldError[]): readonly FieldError[] {
  return unrenderedIn(data)
    .filter((path) => !said.some(({ field }) => field === path))
    .map((path) => fault(path, 'unrendered'));
}

/** What a webhook ends in of which no profile is found. */
export function noProfile({ emailFault }: Webhook): Problem {
  return emailFault === null ? new Problem('profile_not_found') : invalid([emailFault]);
}

/**
 * The fault of an e-mail if nothing else is wrong and the person_id may do without it: a fallback that is not needed
 * vetoes nothing. One that is not there at all is another matter, which the tenant's `identifiers` decides.
 */
function spareFault(errors: readonly FieldError[], { person_id, email }: Tidy): FieldError | null {
  const [first, ...others] = errors;
  const isSpare = first?.field === 'email' && others.length === 0;
  return isSpare && person_id !== undefined && email !== undefined ? first : null;
}

type Tidy = Readonly<{ id: unknown; person_id: unknown; email: unknown; data: ReturnType<typeof tidyData> }>;

/** Only the fields that have rules: a yup object chokes on names such as `constructor`. */
function tidyData(data: Readonly<Record<string, unknown>>) {
  const own = (name: string): unknown => (Object.hasOwn(data, name) ? data[name] : undefined);
  return {
    reward_definition_id: tidyNumber(own('reward_definition_id')),
    amount: tidyNumber(own('amount')),
    meta: tidyText(own('meta')),
    timezone: tidyText(own('timezone')),
    issued_at: tidyText(own('issued_at')),
    expires_at: tidyText(own('expires_at')),
    ...Object.fromEntries(owned.filter((name) => Object.hasOwn(data, name)).map((name) => [name, true])),
  };
}

function toWebhook(
  tidy: Tidy,
  data: Readonly<Record<string, unknown>>,
  emailFault: FieldError | null,
): Webhook {
  const consumed = new Set(['reward_definition_id', 'amount', 'meta', 'timezone']);
  const rest = Object.entries(data).filter(
    ([name, value]) => !consumed.has(name) && !isBlankDate(name, value),
  );
  const { meta, timezone, reward_definition_id: definitionId, amount } = tidy.data;
  return Object.freeze({
    id: textOrNull(tidy.id),
    personId: textOrNull(tidy.person_id),
    email: emailFault === null ? textOrNull(tidy.email) : null,
    emailFault,
    definitionId: Number(definitionId),
    amount: Number(amount),
    fields: Object.freeze({
      ...Object.fromEntries(rest),
      ...(isRecord(meta) && { meta }),
      ...(typeof timezone === 'string' && { timezone }),
    }),
  });
}

/** A date whose tag rendered to nothing leaves the tenant's default in place. */
function isBlankDate(name: string, value: unknown): boolean {
  return (name === 'issued_at' || name === 'expires_at') && (tidyText(value) ?? null) === null;
}

function invalid(errors: readonly FieldError[]): Problem {
  const [first] = errors;
  const detail =
    first === undefined
      ? ''
      : `Fix ${errors.map((error) => error.field).join(', ')}: ${first.field} ${first.hint}`;
  return new Problem('invalid_payload', { detail, errors });
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null || isRawNumber(value)) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
