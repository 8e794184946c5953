import type { Fault, FaultRule } from './faults.ts';
import { isRecord } from './http.ts';
import { operations } from './operation.ts';
import { refusalWords } from './refusals.ts';

type Check = (value: unknown) => boolean;

const isNumber =
  (minimum: number, maximum: number): Check =>
  (value) =>
    typeof value === 'number' && value >= minimum && value <= maximum;
const isCount: Check = (value) => Number.isSafeInteger(value) && isNumber(0, Infinity)(value);
const isText: Check = (value) => typeof value === 'string' && value !== '';
const isWhen: Check = (value) => value === 'before' || value === 'after';
const isStatus = (minimum: number, maximum: number): Check => {
  const inRange = isNumber(minimum, maximum);
  return (value) => Number.isInteger(value) && inRange(value);
};
const isMs = isNumber(0, 600_000);

const scope: Record<string, Check> = {
  operation: (value) => value === '*' || operations.some((operation) => operation === value),
  tenant: isText,
  times: isCount,
  probability: isNumber(0, 1),
  after: isCount,
};

type Kind = { required?: Record<string, Check>; optional?: Record<string, Check> };

const kinds: Record<Fault['kind'], Kind> = {
  delay: { required: { ms: isMs } },
  error: { required: { status: isStatus(400, 599) }, optional: { when: isWhen } },
  refusal: {
    required: { words: (value) => refusalWords.some((words) => words === value) },
    optional: { status: isStatus(400, 499), when: isWhen },
  },
  reset: { optional: { when: isWhen } },
  drip: { required: { ms: isMs } },
  hang: { optional: { when: isWhen, ms: isMs } },
  html: { optional: { status: isStatus(200, 599), when: isWhen } },
  oversized: { optional: { when: isWhen } },
  empty: { optional: { status: isStatus(200, 599), when: isWhen } },
  truncated: {},
  unauthorized: {},
  forbidden: {},
  throttle: { optional: { retryAfter: (value) => value === null || isCount(value) } },
  redirect: { required: { location: isText }, optional: { status: isStatus(300, 399) } },
  filterIgnored: {},
};

const isKind = (kind: unknown): kind is Fault['kind'] =>
  typeof kind === 'string' && Object.hasOwn(kinds, kind);

/** What is wrong with a rule, in one sentence; undefined: nothing. */
function complaint(rule: unknown): string | undefined {
  if (!isRecord(rule)) return 'A fault rule is an object.';
  const { kind } = rule;
  if (!isKind(kind))
    return `There is no fault kind ${JSON.stringify(kind)}; known are ${Object.keys(kinds).join(', ')}.`;
  const { required = {}, optional = {} } = kinds[kind];
  const checks = { ...scope, ...required, ...optional };
  const given = Object.entries(rule).filter(([field, value]) => field !== 'kind' && value !== undefined);
  for (const [field, value] of given) {
    const check = Object.hasOwn(checks, field) ? checks[field] : undefined;
    if (!check) return `The fault ${kind} has no field ${field}.`;
    if (!check(value)) return `The ${field} of the fault ${kind} cannot be ${JSON.stringify(value)}.`;
  }
  const missing = Object.keys(required).find((field) => rule[field] === undefined);
  return missing === undefined ? undefined : `The fault ${kind} needs a field ${missing}.`;
}

const isRule = (rule: unknown): rule is FaultRule => complaint(rule) === undefined;

/** Takes what came from outside for a list of rules, or throws one sentence that says why not. */
export function parseFaultRules(given: unknown): FaultRule[] {
  if (!Array.isArray(given)) throw new Error('Fault rules come as a list.');
  const rules: unknown[] = given;
  const wrong = rules.map(complaint).find((sentence) => sentence !== undefined);
  if (wrong !== undefined) throw new Error(wrong);
  return rules.filter(isRule);
}
