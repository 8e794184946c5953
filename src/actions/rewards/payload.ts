import { isRawNumber, isRecord } from '../../lib/exactjson.ts';
import { type FieldError, Problem } from '../../lib/problem.ts';
import { type SentNames, addHint, fault } from './hints.ts';
import { faultsOf, reservedFields } from './payloadrules.ts';
import { type TidyWebhook, tidyWebhook, unrenderedPaths } from './template.ts';

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
  const tidy = tidyWebhook(body, data, reservedFields);
  const sent: SentNames = { beside: Object.keys(body), inside: Object.keys(data) };
  const faults = faultsOf(tidy, identifiers).map((error) => addHint(error, sent));
  const errors = [...faults, ...leftTags(data, faults)];
  const emailFault = spareFault(errors, tidy);
  if (errors.length > 0 && emailFault === null) throw invalid(errors);
  return toWebhook(tidy, data, emailFault);
}

function noData(body: Readonly<Record<string, unknown>>): FieldError {
  if ((body['data'] ?? null) !== null) return fault('data', 'not_an_object');
  return addHint(fault('data', 'missing'), { beside: Object.keys(body), inside: [] });
}

/** The tags that were not rendered in what goes on as it is; of other fields the rules have said it. */
function leftTags(
  data: Readonly<Record<string, unknown>>,
  said: readonly FieldError[],
): readonly FieldError[] {
  return unrenderedPaths(data)
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
function spareFault(errors: readonly FieldError[], { person_id, email }: TidyWebhook): FieldError | null {
  const [first, ...others] = errors;
  const isSpare = first?.field === 'email' && others.length === 0;
  return isSpare && person_id !== undefined && email !== undefined ? first : null;
}

function toWebhook(
  tidy: TidyWebhook,
  data: Readonly<Record<string, unknown>>,
  emailFault: FieldError | null,
): Webhook {
  const consumed = new Set(['reward_definition_id', 'amount', 'meta', 'timezone']);
  const rest = Object.entries(data).filter(([name]) => !consumed.has(name) && !isBlankDate(name, tidy));
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
function isBlankDate(name: string, { data }: TidyWebhook): boolean {
  return (name === 'issued_at' || name === 'expires_at') && data[name] === undefined;
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
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return !isRawNumber(value);
  return Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
