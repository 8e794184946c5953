import type { StepChoice } from './choice.ts';
import type { StepAction } from './stepaction.ts';

/** What goes wrong with a step again and again, said where it matters for this choice. */
export type Trap = Readonly<{ title: string; text: string }>;

/** The traps of what starts the Flow, of the id, and of what the action asks for. */
export function trapsOf(
  choice: StepChoice,
  { noun, says }: Pick<StepAction, 'noun' | 'says'>,
): readonly Trap[] {
  const own = says === 'attribute' ? [namesAgreed, ...valueTraps(choice)] : amountTraps(choice);
  return [...triggerTraps(choice), ...idTraps(choice, noun), ...own];
}

function triggerTraps({ trigger }: StepChoice): readonly Trap[] {
  if (trigger === 'date') return [noProfileId, noEvent];
  return trigger === 'list' ? [personId, noEvent] : [personId];
}

const personId: Trap = {
  title: 'person.KlaviyoID, not person.id',
  text: 'In Klaviyo, {{ person.id }} is the external id, which is blank for many people. {{ person.KlaviyoID }} is the id of the profile.',
};

const noProfileId: Trap = {
  title: 'No profile id in this Flow',
  text: 'Date-triggered Flows, such as birthdays, have no profile id, so the body has the e-mail address alone. Ask your platform team whether this tenant has “identifiers: any”: without it the gateway refuses the webhook.',
};

const noEvent: Trap = {
  title: 'event.* is blank in this Flow',
  text: 'Only metric-triggered Flows have an event. Anywhere else its tags render to nothing, so they are not offered here.',
};

function idTraps({ idFrom }: StepChoice, noun: string): readonly Trap[] {
  if (idFrom === 'none') return [withoutId];
  return idFrom === 'customer' ? [oncePerCustomer(noun)] : [uniqueId(noun)];
}

const withoutId: Trap = {
  title: 'Without an id there is less protection',
  text: 'The gateway then knows a retry only by a body that is equal to the letter. Do not put a time or anything random into the body.',
};

const oncePerCustomer = (noun: string): Trap => ({
  title: `One ${noun} for each customer, ever`,
  text: 'A second webhook with the same name gives a customer nothing more. Use a new name for the next campaign.',
});

const uniqueId = (noun: string): Trap => ({
  title: `The property must be unique for each ${noun}`,
  text: `An order number is. A constant is not: the first customer would get the ${noun}, and nobody else.`,
});

function amountTraps({ amountFrom }: StepChoice): readonly Trap[] {
  return amountFrom === 'event' ? [plainAmount] : [];
}

const plainAmount: Trap = {
  title: 'A plain number, in quotes',
  text: 'The gateway takes "25.0" and refuses "$25.00": do not use currency_format. Keep the quotes around the tag: without them a blank value breaks the JSON.',
};

const namesAgreed: Trap = {
  title: 'The very names that Omneo has',
  text: 'Copy namespace and handle from the customer in Omneo. Under a name that nobody agreed on, the value is set where nobody looks for it, or it is refused.',
};

function valueTraps({ valueFrom }: StepChoice): readonly Trap[] {
  return valueFrom === 'event' ? [blankValue] : [];
}

const blankValue: Trap = {
  title: 'A blank value sets nothing',
  text: 'For whom the tag renders to nothing, or to None, the webhook is refused, and the attribute stays as it is.',
};
