import type { StepAction } from './stepaction.ts';

/** What starts the Flow that the step is in. It decides which tags have a value. */
export const triggers = ['metric', 'list', 'date'] as const;
export type Trigger = (typeof triggers)[number];

export type AmountSource = 'fixed' | 'event';
/** What an attribute holds, in Omneo's words. */
export const valueTypes = ['string', 'integer', 'float', 'boolean'] as const;
export type ValueType = (typeof valueTypes)[number];

export type IdSource = 'event' | 'customer' | 'none';

/** Everything that is chosen for a step, as it was typed. */
export type StepChoice = Readonly<{
  trigger: Trigger;
  /** The number of the definition. */
  definition: string;
  amountFrom: AmountSource;
  amount: string;
  amountProperty: string;
  namespace: string;
  handle: string;
  valueType: ValueType;
  valueFrom: AmountSource;
  value: string;
  valueProperty: string;
  idFrom: IdSource;
  idProperty: string;
  idName: string;
  /** Is stored with what is made; may be empty. */
  flow: string;
}>;

export const firstChoice: StepChoice = Object.freeze({
  trigger: 'metric',
  definition: '',
  amountFrom: 'fixed',
  amount: '10',
  amountProperty: 'amount',
  namespace: '',
  handle: '',
  valueType: 'string',
  valueFrom: 'fixed',
  value: '',
  valueProperty: '',
  idFrom: 'event',
  idProperty: 'reward_id',
  idName: '',
  flow: '',
});

/** Where an amount or a value can come from: only a metric-triggered Flow has an event. */
export function amountSources(trigger: Trigger): readonly AmountSource[] {
  return trigger === 'metric' ? ['fixed', 'event'] : ['fixed'];
}

/** Where an id can come from: a date-triggered Flow has neither an event nor a Klaviyo id. */
export function idSources(trigger: Trigger): readonly IdSource[] {
  if (trigger === 'metric') return ['event', 'customer', 'none'];
  return trigger === 'list' ? ['customer', 'none'] : ['none'];
}

/** The choice with nothing in it that its trigger does not have. */
export function settled(choice: StepChoice): StepChoice {
  const [amountFrom = 'fixed'] = pick(amountSources(choice.trigger), choice.amountFrom);
  const [valueFrom = 'fixed'] = pick(amountSources(choice.trigger), choice.valueFrom);
  const [idFrom = 'none'] = pick(idSources(choice.trigger), choice.idFrom);
  return { ...choice, amountFrom, valueFrom, idFrom };
}

function pick<T>(offered: readonly T[], wanted: T): readonly T[] {
  return offered.includes(wanted) ? [wanted] : offered;
}

export type StepFaults = Readonly<Partial<Record<keyof StepChoice, string>>>;

/** As many cents as the gateway takes. */
const mostAmount = 90_071_992_547_409.9;

/** What is wrong in a settled choice for an action, by its field. */
export function stepFaults(
  choice: StepChoice,
  { setsAttribute }: Pick<StepAction, 'setsAttribute'>,
): StepFaults {
  const faults: Record<string, string | undefined> = {
    ...(setsAttribute ? attributeFaults(choice) : definitionFaults(choice)),
    [choice.idFrom === 'customer' ? 'idName' : 'idProperty']: idFault(choice),
  };
  return Object.fromEntries(Object.entries(faults).filter(([, text]) => text !== undefined));
}

function definitionFaults(choice: StepChoice): Record<string, string | undefined> {
  return {
    definition: isDefinition(choice.definition) ? undefined : 'Choose the definition, or type its number.',
    [choice.amountFrom === 'fixed' ? 'amount' : 'amountProperty']: amountFault(choice),
    flow: choice.flow === '' || isPlainName(choice.flow) ? undefined : plainNames,
  };
}

function attributeFaults(choice: StepChoice): Record<string, string | undefined> {
  const { namespace, handle, valueFrom } = choice;
  return {
    namespace: isPlainName(namespace) ? undefined : plainNames,
    handle: isPlainName(handle) ? undefined : plainNames,
    [valueFrom === 'fixed' ? 'value' : 'valueProperty']: valueFault(choice),
  };
}

const plainNames =
  'Use letters, digits, blanks, dots, hyphens and underscores; begin with a letter or a digit.';
const propertyNames = 'Type the name of the property as Klaviyo shows it, without {{ }} and quotes.';

function amountFault({ amountFrom, amount, amountProperty }: StepChoice): string | undefined {
  if (amountFrom === 'event') return isProperty(amountProperty) ? undefined : propertyNames;
  const isAmount =
    /^\d{1,14}(\.\d{1,2})?$/.test(amount) && Number(amount) >= 0.01 && Number(amount) <= mostAmount;
  return isAmount ? undefined : 'Type a plain number above 0, such as 10 or 12.50: no currency, no comma.';
}

const valueHints: Readonly<Record<ValueType, Readonly<{ shape: RegExp; hint: string }>>> = {
  // What a template or a blank value would make of it is no text to set.
  string: {
    shape: /^(?!none$)[^\s&{}%\p{C}\ufffd]([^&{}%\p{C}\ufffd]{0,198}[^\s&{}%\p{C}\ufffd])?$/iu,
    hint: 'Type the text, in one line and without {{ }}, & and %.',
  },
  integer: { shape: /^-?(0|[1-9]\d{0,14})$/, hint: 'Type a whole number, such as 7.' },
  float: { shape: /^-?(0|[1-9]\d{0,8})(\.\d{1,6})?$/, hint: 'Type a number, such as 7.5.' },
  boolean: { shape: /^(true|false)$/, hint: 'Type true or false.' },
};

function valueFault({ valueFrom, valueType, value, valueProperty }: StepChoice): string | undefined {
  if (valueFrom === 'event') return isProperty(valueProperty) ? undefined : propertyNames;
  const { shape, hint } = valueHints[valueType];
  return shape.test(value) ? undefined : hint;
}

function idFault({ idFrom, idProperty, idName }: StepChoice): string | undefined {
  if (idFrom === 'event') return isProperty(idProperty) ? undefined : propertyNames;
  return idFrom === 'none' || isPlainName(idName) ? undefined : plainNames;
}

function isDefinition(text: string): boolean {
  return /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text));
}

function isPlainName(text: string): boolean {
  return /^[a-z0-9][a-z0-9 _.-]{0,79}$/i.test(text) && text.trim() === text;
}

function isProperty(text: string): boolean {
  return (
    /^[^'"\\{}%|<>&\u0000-\u001f\u007f\ufffd]{1,100}$/.test(text) &&
    text.trim() === text &&
    text.isWellFormed()
  );
}
