import { SelectField, TextField } from '../parts/field.tsx';
import {
  type AmountSource,
  type IdSource,
  type StepChoice,
  type StepFaults,
  type Trigger,
  amountSources,
  chosen,
  idSources,
  triggers,
} from './choice.ts';
import { AttributeFields } from './attributefields.tsx';
import { DefinitionField } from './definitionfield.tsx';
import { InteractionFields } from './interactionfields.tsx';
import type { StepAction } from './stepaction.ts';

type StepFieldsProps = Readonly<{
  slug: string;
  action: StepAction;
  choice: StepChoice;
  faults: StepFaults;
  onChoice: (choice: StepChoice) => void;
}>;

const triggerWords: Readonly<Record<Trigger, string>> = {
  metric: 'what a customer does (metric)',
  list: 'joining a list or a segment',
  date: 'a date, such as a birthday',
};

const amountWords: Readonly<Record<AmountSource, string>> = {
  fixed: 'the same for everybody',
  event: 'a property of the event',
};

const idWords: Readonly<Record<IdSource, string>> = {
  event: 'a property of the event',
  customer: 'this campaign and the customer',
  none: 'no id',
};

/** The fields of a step. */
export function StepFields({ slug, action: { noun, says }, choice, faults, onChoice }: StepFieldsProps) {
  const set = (part: Partial<StepChoice>): void => {
    onChoice({ ...choice, ...part });
  };
  return (
    <div class="filters">
      <SelectField
        label="What starts the Flow"
        value={choice.trigger}
        onValue={(value) => {
          set({ trigger: chosen(triggers, value) });
        }}
        options={triggers.map((value) => ({ value, text: triggerWords[value] }))}
      />
      {says === 'interaction' && <InteractionFields choice={choice} fault={faults.happened} set={set} />}
      {says === 'attribute' && <AttributeFields choice={choice} faults={faults} set={set} />}
      {(says === 'definition' || says === 'definition and amount') && (
        <DefinitionField
          slug={slug}
          noun={noun}
          value={choice.definition}
          fault={faults.definition}
          onValue={(definition) => {
            set({ definition });
          }}
        />
      )}
      {says === 'definition and amount' && <AmountFields choice={choice} faults={faults} set={set} />}
      <SelectField
        label={`Id of each ${noun}`}
        value={choice.idFrom}
        onValue={(value) => {
          set({ idFrom: chosen(idSources(choice.trigger), value) });
        }}
        options={idSources(choice.trigger).map((value) => ({ value, text: idWords[value] }))}
      />
      <IdDetail choice={choice} faults={faults} set={set} />
      {says !== 'attribute' && (
        <TextField
          label="Name of the Flow (optional)"
          value={choice.flow}
          fault={faults.flow}
          onValue={(flow) => {
            set({ flow });
          }}
          hint={`Is stored with the ${noun} in Omneo.`}
        />
      )}
    </div>
  );
}

type DetailProps = Pick<StepFieldsProps, 'choice' | 'faults'> &
  Readonly<{ set: (part: Partial<StepChoice>) => void }>;

function AmountFields({ choice, faults, set }: DetailProps) {
  return (
    <>
      <SelectField
        label="Amount"
        value={choice.amountFrom}
        onValue={(value) => {
          set({ amountFrom: chosen(amountSources(choice.trigger), value) });
        }}
        options={amountSources(choice.trigger).map((value) => ({ value, text: amountWords[value] }))}
      />
      {choice.amountFrom === 'fixed' ? (
        <TextField
          label="How much"
          value={choice.amount}
          fault={faults.amount}
          onValue={(amount) => {
            set({ amount });
          }}
        />
      ) : (
        <TextField
          label="Property with the amount"
          value={choice.amountProperty}
          fault={faults.amountProperty}
          onValue={(amountProperty) => {
            set({ amountProperty });
          }}
        />
      )}
    </>
  );
}

function IdDetail({ choice, faults, set }: DetailProps) {
  if (choice.idFrom === 'event')
    return (
      <TextField
        label="Property with the id"
        value={choice.idProperty}
        fault={faults.idProperty}
        onValue={(idProperty) => {
          set({ idProperty });
        }}
      />
    );
  if (choice.idFrom === 'customer')
    return (
      <TextField
        label="Name of this campaign"
        value={choice.idName}
        fault={faults.idName}
        onValue={(idName) => {
          set({ idName });
        }}
        hint="Such as winback-2026."
      />
    );
  return null;
}
