import { isRawNumber, isRecord } from '../../lib/exactjson.ts';
import { type FieldError, Problem } from '../../lib/problem.ts';
import { type SentNames, addHint, fault } from './hints.ts';
import { type WebhookRules, faultsOf } from './rules.ts';
import { type TidyWebhook, tidyWebhook, unrenderedPaths } from './template.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Whom a webhook is for, and under which key: what webhooks of every action say. */
export type Addressed = Readonly<{
  /** The idempotency key; null: none was given. */
  id: string | null;
  personId: string | null;
  /** Null: none was given, or none that could be one. */
  email: string | null;
  /** What is wrong with the e-mail, which matters only if no profile has the person_id; null: nothing is. */
  emailFault: FieldError | null;
}>;

/** A webhook that keeps the rules of its action. */
export type Payload = Readonly<{
  addressed: Addressed;
  /** The fields of `data` that have rules, each as it was meant. */
  data: Fields;
  /** Everything in `data` that goes on to Omneo. */
  fields: Fields;
}>;

/** Levels of nesting in `data`. Klaviyo's events have ten; thousands overflow the stack of JSON.stringify. */
const maxDepth = 32;

/**
 * Understands the body of a webhook by the rules of its action.
 *
 * Klaviyo renders whatever the marketer typed, so numbers may come as clean numeric strings, and a tag without a
 * value as `""` or `None`, which count as missing. `identifiers` is the tenant's: whether it needs both person_id and
 * email, or any one of them.
 *
 * @throws Problem `invalid_payload`, naming each field that is wrong and what to do, and no value.
 */
export function parsePayload(body: unknown, identifiers: 'both' | 'any', rules: WebhookRules): Payload {
  if (!isRecord(body)) throw invalidPayload([fault('body', 'not_an_object')]);
  const data = body['data'];
  if (!isRecord(data)) throw invalidPayload([noData(body, rules)]);
  if (isDeeper(data, maxDepth)) throw invalidPayload([fault('data', 'too_deep')]);
  const tidy = tidyWebhook(body, data, rules);
  const sent = (): SentNames => ({ beside: Object.keys(body), inside: Object.keys(data) });
  const faults = faultsOf(tidy, identifiers, rules).map((error) => addHint(error, sent(), rules));
  const errors = [...faults, ...leftTags(data, faults)];
  const emailFault = spareFault(errors, tidy);
  if (errors.length > 0 && emailFault === null) throw invalidPayload(errors);
  return Object.freeze({
    addressed: addressedBy(tidy, emailFault),
    data: tidy.data,
    fields: passedOn(tidy, data, rules),
  });
}

function noData(body: Fields, rules: WebhookRules): FieldError {
  if ((body['data'] ?? null) !== null) return fault('data', 'not_an_object');
  return addHint(fault('data', 'missing'), { beside: Object.keys(body), inside: [] }, rules);
}

/** The tags that were not rendered in what goes on as it is; of other fields the rules have said it. */
function leftTags(data: Fields, said: readonly FieldError[]): readonly FieldError[] {
  return unrenderedPaths(data)
    .filter((path) => !said.some(({ field }) => field === path))
    .map((path) => fault(path, 'unrendered'));
}

/** What a webhook ends in of which no profile is found. */
export function noProfile({ emailFault }: Pick<Addressed, 'emailFault'>): Problem {
  return emailFault === null ? new Problem('profile_not_found') : invalidPayload([emailFault]);
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

function addressedBy({ id, person_id, email }: TidyWebhook, emailFault: FieldError | null): Addressed {
  return {
    id: textOrNull(id),
    personId: textOrNull(person_id),
    email: emailFault === null ? textOrNull(email) : null,
    emailFault,
  };
}

/** What goes on to Omneo. A field with rules whose tag rendered to nothing leaves the default in place. */
function passedOn(tidy: TidyWebhook, data: Fields, { fields, own }: WebhookRules): Fields {
  const meant = (name: string, value: unknown): unknown => {
    const rule = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (rule === undefined) return value;
    return rule.goesOnRaw === true && tidy.data[name] !== undefined ? value : tidy.data[name];
  };
  const passed = Object.entries(data).flatMap(([name, sent]) => {
    const value = own.includes(name) ? undefined : meant(name, sent);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.freeze(Object.fromEntries(passed));
}

/** What a webhook ends in that breaks a rule. */
export function invalidPayload(errors: readonly FieldError[]): Problem {
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
