import { SelectField, TextField } from '../parts/field.tsx';
import { type StepChoice, chosen } from './choice.ts';
import { type InteractionChoice, type Signal, channels, deeds, signals } from './interactionchoice.ts';

type InteractionFieldsProps = Readonly<{
  choice: InteractionChoice;
  /** What is wrong with its name. */
  fault: string | undefined;
  set: (part: Partial<StepChoice>) => void;
}>;

const signalWords: Readonly<Record<Signal, string>> = {
  '-1': 'bad (-1)',
  '0': 'neither (0)',
  '1': 'good (1)',
};

/** What is recorded of an interaction. */
export function InteractionFields({ choice, fault, set }: InteractionFieldsProps) {
  return (
    <>
      <TextField
        label="What happened"
        value={choice.happened}
        fault={fault}
        onValue={(happened) => {
          set({ happened });
        }}
        hint="Is the name of the interaction in Omneo."
      />
      <SelectField
        label="Channel"
        value={choice.channel}
        onValue={(value) => {
          set({ channel: chosen(channels, value) });
        }}
        options={channels.map((value) => ({ value, text: value }))}
      />
      <SelectField
        label="Kind of interaction"
        value={choice.deed}
        onValue={(value) => {
          set({ deed: chosen(deeds, value) });
        }}
        options={deeds.map((value) => ({ value, text: value }))}
      />
      <SelectField
        label="Signal for the relation to the customer"
        value={choice.signal}
        onValue={(value) => {
          set({ signal: chosen(signals, value) });
        }}
        options={signals.map((value) => ({ value, text: signalWords[value] }))}
      />
    </>
  );
}
