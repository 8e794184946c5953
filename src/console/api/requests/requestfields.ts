import * as yup from 'yup';
import { isRecord } from '../../../lib/exactjson.ts';
import type { FieldError } from '../../../lib/problem.ts';
import { ConsoleProblem } from '../../consoleproblem.ts';

/** What is wrong with a field of a request, by the code that its schema names; each follows the name of the field. */
const sentences: Readonly<Record<string, string>> = Object.freeze({
  missing: 'is missing or empty.',
  missing_for_search: 'is missing: a search by id, person_id or email needs it.',
  nobody: 'and person_id are both missing: one of the two is needed.',
  not_text: 'must be text, and given once.',
  not_an_object: 'must be a JSON object in curly brackets.',
  not_readable: 'holds control or broken characters: send plain text.',
  too_long: 'is too long.',
  not_a_slug: 'must be the slug of a tenant: small letters, digits and hyphens.',
  not_known: 'is none of the values that docs/openapi.yaml lists.',
  not_a_time: 'must be a time with its zone by RFC 3339, such as 2026-03-01T10:00:00Z.',
  not_a_limit: 'must be a whole number from 1 to the most that docs/openapi.yaml says.',
  not_a_cursor: 'must be the next_cursor of the page before.',
  not_true_or_false: 'must be true or false.',
});

/**
 * Reads what was sent by the schema of its route. `place` names what it was sent in, for faults of the whole.
 *
 * @throws ConsoleProblem `invalid_request`, which names each field that is wrong, and no value
 */
export function readFields<S extends yup.AnyObjectSchema>(
  schema: S,
  sent: unknown,
  place: 'query' | 'body',
): yup.InferType<S> {
  if (!isRecord(sent)) throw invalidRequest([requestFault(place, 'not_an_object')]);
  const unknown = unknownIn(schema, sent, place);
  if (unknown !== undefined) throw invalidRequest([unknown]);
  try {
    return schema.validateSync(ownFields(schema, sent), { strict: true, abortEarly: false });
  } catch (error) {
    if (!(error instanceof yup.ValidationError)) throw error;
    throw invalidRequest(faultsIn(error, place));
  }
}

/** The problem `invalid_request` of these fields. */
export function invalidRequest(errors: readonly FieldError[]): ConsoleProblem {
  const [first] = errors;
  const names = [...new Set(errors.map(({ field }) => field))].join(', ');
  const detail = first === undefined ? '' : `Fix ${names}: ${first.field} ${first.hint}`;
  return new ConsoleProblem('invalid_request', { detail, errors });
}

/** A fault by the code of its sentence. */
export function requestFault(field: string, code: string): FieldError {
  return { field, code, hint: sentences[code] ?? 'is not as docs/openapi.yaml describes it.' };
}

/** Each field's first fault. The messages of the schemas are codes. */
function faultsIn({ inner }: yup.ValidationError, place: string): readonly FieldError[] {
  const faults = inner.map(({ path = '', message }) => requestFault(path === '' ? place : path, message));
  return [...new Map(faults.toReversed().map((fault) => [fault.field, fault])).values()].toReversed();
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fault of an object with a field that its schema does not have: one that is misspelt would else be a filter that is
 * not there. What was sent is not repeated.
 */
function unknownIn(schema: yup.AnyObjectSchema, sent: Fields, place: string): FieldError | undefined {
  const known = Object.keys(schema.fields);
  if (Object.keys(sent).some((name) => !known.includes(name))) {
    const hint = `holds a field that is not known here: there are ${known.join(', ')}.`;
    return { field: place, code: 'unknown_field', hint };
  }
  for (const [name, inner] of innerOf(schema, sent)) {
    const fault = unknownIn(inner.schema, inner.sent, name);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The objects inside of an object, with their schemas. */
function innerOf(schema: yup.AnyObjectSchema, sent: Fields) {
  return Object.entries(schema.fields).flatMap(([name, field]) => {
    const value = Object.hasOwn(sent, name) ? sent[name] : undefined;
    const isObject = field instanceof yup.ObjectSchema && isRecord(value);
    return isObject ? [[name, { schema: field as yup.AnyObjectSchema, sent: value }] as const] : [];
  });
}

/** What the schema names, from the object itself: yup looks names up in prototypes too. */
function ownFields({ fields }: yup.AnyObjectSchema, sent: Fields): Fields {
  const names = Object.keys(fields).filter((name) => Object.hasOwn(sent, name));
  return Object.fromEntries(names.map((name) => [name, sent[name]]));
}
