import { type AttributeChoice, attributeFaults, firstAttribute } from './attributechoice.ts';
import { type InteractionChoice, firstInteraction } from './interactionchoice.ts';
import { isPlainName, isProperty, plainNames, propertyNames } from './names.ts';
import type { StepAction } from './stepaction.ts';

/** What starts the Flow that the step is in. It decides which tags have a value. */
export const triggers = ['metric', 'list', 'date'] as const;
export type Trigger = (typeof triggers)[number];

export type AmountSource = 'fixed' | 'event';
export type IdSource = 'event' | 'customer' | 'none';

/** Everything that is chosen for a step, as it was typed. */
export type StepChoice = AttributeChoice &
  InteractionChoice &
  Readonly<{
    trigger: Trigger;
    /** The number of the definition. */
    definition: string;
    amountFrom: AmountSource;
    amount: string;
    amountProperty: string;
    idFrom: IdSource;
    idProperty: string;
    idName: string;
    /** Is stored with what is made; may be empty. */
    flow: string;
  }>;

export const firstChoice: StepChoice = Object.freeze({
  ...firstAttribute,
  ...firstInteraction,
  trigger: 'metric',
  definition: '',
  amountFrom: 'fixed',
  amount: '10',
  amountProperty: 'amount',
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
  const [idFrom = 'none'] = pick(idSources(choice.trigger), choice.idFrom);
  const [valueFrom = 'fixed'] = pick(amountSources(choice.trigger), choice.valueFrom);
  return { ...choice, amountFrom, valueFrom, idFrom };
}

function pick<T>(offered: readonly T[], wanted: T): readonly T[] {
  return offered.includes(wanted) ? [wanted] : offered;
}

/** What of it was chosen, the first of it if nothing was. */
export function chosen<T extends string>(offered: readonly T[], value: string): T {
  const found = offered.find((one) => one === value) ?? offered[0];
  if (found === undefined) throw new Error('Nothing is offered.');
  return found;
}

export type StepFaults = Readonly<Partial<Record<keyof StepChoice, string>>>;

/** As many cents as the gateway takes. */
const mostAmount = 90_071_992_547_409.9;

/** What is wrong in a settled choice for an action, by its field. */
export function stepFaults(choice: StepChoice, { says }: Pick<StepAction, 'says'>): StepFaults {
  const faults: Record<string, string | undefined> = {
    ...ownFaults(choice, says),
    [choice.idFrom === 'customer' ? 'idName' : 'idProperty']: idFault(choice),
    ...(says !== 'attribute' && { flow: flowFault(choice) }),
  };
  return Object.fromEntries(Object.entries(faults).filter(([, text]) => text !== undefined));
}

/** What is wrong in what the step says of what it makes. */
function ownFaults(
  choice: StepChoice,
  says: StepAction['says'],
): Readonly<Record<string, string | undefined>> {
  switch (says) {
    case 'interaction':
      return { happened: nameFault(choice) };
    case 'attribute':
      return attributeFaults(choice);
    case 'definition':
      return { definition: definitionFault(choice) };
    case 'definition and amount': {
      const amount = choice.amountFrom === 'fixed' ? 'amount' : 'amountProperty';
      return { definition: definitionFault(choice), [amount]: amountFault(choice) };
    }
  }
}

function flowFault({ flow }: StepChoice): string | undefined {
  return flow === '' || isPlainName(flow) ? undefined : plainNames;
}

function definitionFault({ definition }: StepChoice): string | undefined {
  return isDefinition(definition) ? undefined : 'Choose the definition, or type its number.';
}

function nameFault({ happened }: StepChoice): string | undefined {
  if (/^none$/i.test(happened)) return 'Use another name: None stands for nothing in Klaviyo.';
  return isPlainName(happened) ? undefined : plainNames;
}

function amountFault({ amountFrom, amount, amountProperty }: StepChoice): string | undefined {
  if (amountFrom === 'event') return isProperty(amountProperty) ? undefined : propertyNames;
  const isAmount =
    /^\d{1,14}(\.\d{1,2})?$/.test(amount) && Number(amount) >= 0.01 && Number(amount) <= mostAmount;
  return isAmount ? undefined : 'Type a plain number above 0, such as 10 or 12.50: no currency, no comma.';
}

function idFault({ idFrom, idProperty, idName }: StepChoice): string | undefined {
  if (idFrom === 'event') return isProperty(idProperty) ? undefined : propertyNames;
  return idFrom === 'none' || isPlainName(idName) ? undefined : plainNames;
}

function isDefinition(text: string): boolean {
  return /^[1-9]\d{0,15}$/.test(text) && Number.isSafeInteger(Number(text));
}
