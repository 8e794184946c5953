import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { type ApiFault, faultOf } from '../api/fault.ts';
import { FaultBox } from '../parts/faultbox.tsx';
import { TextField } from '../parts/field.tsx';

type DecisionFormProps = Readonly<{
  verb: string;
  isOff?: boolean;
  /** What else is asked for. */
  children?: ComponentChildren;
  onClose: () => void;
  /** Rejects with ApiFault. */
  onDecide: (why: string) => Promise<void>;
}>;

/** As much as the API takes. */
const mostLetters = 200;

/** Asks why, which the log and the delivery's events keep, and does what was decided. */
export function DecisionForm({ verb, isOff = false, children, onClose, onDecide }: DecisionFormProps) {
  const [why, setWhy] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const [hasTried, setHasTried] = useState(false);
  const [fault, setFault] = useState<ApiFault>();
  const whyFault = faultIn(why);
  const decide = async (): Promise<void> => {
    setHasTried(true);
    if (whyFault !== undefined || isBusy) return;
    setIsBusy(true);
    try {
      await onDecide(why.trim());
    } catch (error) {
      setFault(faultOf(error));
      setIsBusy(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void decide();
      }}
    >
      {children}
      <TextField
        label="Why"
        value={why}
        onValue={setWhy}
        hint="For the log and for those who ask later. No names and no addresses, please."
        fault={hasTried ? whyFault : undefined}
      />
      {fault !== undefined && <FaultBox fault={fault} />}
      <div class="buttons">
        <button type="submit" class="main" disabled={isOff || isBusy}>
          {verb}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function faultIn(why: string): string | undefined {
  const { length } = why.trim();
  if (length === 0) return 'Say why in a few words.';
  return length > mostLetters ? `Say it in ${mostLetters} letters.` : undefined;
}
