import { SelectField, TextField } from '../parts/field.tsx';
import { type ValueType, valueTypes } from './attributechoice.ts';
import { type AmountSource, type StepChoice, type StepFaults, amountSources, chosen } from './choice.ts';

type AttributeFieldsProps = Readonly<{
  choice: StepChoice;
  faults: StepFaults;
  set: (part: Partial<StepChoice>) => void;
}>;

const typeWords: Readonly<Record<ValueType, string>> = {
  string: 'text',
  integer: 'a whole number',
  float: 'a number',
  boolean: 'true or false',
};

const sourceWords: Readonly<Record<AmountSource, string>> = {
  fixed: 'the same for everybody',
  event: 'a property of the event',
};

/** Which attribute of the customer a step sets, and to what. */
export function AttributeFields({ choice, faults, set }: AttributeFieldsProps) {
  return (
    <>
      <TextField
        label="Namespace"
        value={choice.namespace}
        fault={faults.namespace}
        onValue={(namespace) => {
          set({ namespace });
        }}
        hint="As Omneo has it, such as pet."
      />
      <TextField
        label="Handle"
        value={choice.handle}
        fault={faults.handle}
        onValue={(handle) => {
          set({ handle });
        }}
        hint="As Omneo has it, such as breed."
      />
      <SelectField
        label="It holds"
        value={choice.valueType}
        onValue={(value) => {
          set({ valueType: chosen(valueTypes, value) });
        }}
        options={valueTypes.map((value) => ({ value, text: typeWords[value] }))}
      />
      <SelectField
        label="Value"
        value={choice.valueFrom}
        onValue={(value) => {
          set({ valueFrom: chosen(amountSources(choice.trigger), value) });
        }}
        options={amountSources(choice.trigger).map((value) => ({ value, text: sourceWords[value] }))}
      />
      <ValueField choice={choice} faults={faults} set={set} />
    </>
  );
}

function ValueField({ choice, faults, set }: AttributeFieldsProps) {
  if (choice.valueFrom === 'event')
    return (
      <TextField
        label="Property with the value"
        value={choice.valueProperty}
        fault={faults.valueProperty}
        onValue={(valueProperty) => {
          set({ valueProperty });
        }}
      />
    );
  return (
    <TextField
      label="What it is set to"
      value={choice.value}
      fault={faults.value}
      onValue={(value) => {
        set({ value });
      }}
    />
  );
}
