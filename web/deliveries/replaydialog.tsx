import { useState } from 'preact/hooks';
import type { DeliveryView } from '../api/types.ts';
import { useSession } from '../lib/session.ts';
import { useLoad } from '../lib/useload.ts';
import { Dialog } from '../parts/dialog.tsx';
import { TextArea } from '../parts/field.tsx';
import { WhenLoaded } from '../parts/waiting.tsx';
import { changeWords, heldReplay, isHeld } from './change.ts';
import { DecisionForm } from './decisionform.tsx';

type ReplayDialogProps = Readonly<{
  delivery: DeliveryView;
  /** Whether the webhook may be opened, and put right. */
  canCorrect: boolean;
  onClose: () => void;
  onDone: (text: string) => void;
}>;

/** Asks why, and for a corrected webhook if one is wanted, before a delivery is attempted again. */
export function ReplayDialog({ delivery, canCorrect, onClose, onDone }: ReplayDialogProps) {
  const { delivery_id: id } = delivery;
  const { client } = useSession();
  const [body, setBody] = useState<string>();
  const replay = async (why: string): Promise<void> => {
    await client.replay(id, why, body);
    onDone(body === undefined ? 'Replayed.' : 'Replayed with the corrected webhook.');
  };
  return (
    <Dialog title="Replay this delivery" onClose={onClose}>
      <p>{changeWords.replay.means}</p>
      {isHeld(delivery) && <p>{heldReplay}</p>}
      <DecisionForm verb="Replay" onClose={onClose} onDecide={replay}>
        {canCorrect && <Correction id={id} body={body} onBody={setBody} />}
      </DecisionForm>
    </Dialog>
  );
}

type CorrectionProps = Readonly<{
  id: string;
  body: string | undefined;
  onBody: (body: string | undefined) => void;
}>;

function Correction({ id, body, onBody }: CorrectionProps) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <div class="field">
      <label class="check">
        <input
          type="checkbox"
          checked={isOpen}
          onChange={(event) => {
            setIsOpen(event.currentTarget.checked);
            onBody(undefined);
          }}
        />
        Correct the webhook first
      </label>
      {isOpen && <CorrectionText id={id} body={body} onBody={onBody} />}
    </div>
  );
}

function CorrectionText({ id, body, onBody }: CorrectionProps) {
  const { client } = useSession();
  const [details] = useLoad(() => client.delivery(id, { payload: true }), [client, id]);
  return (
    <WhenLoaded loaded={details}>
      {({ payload = '' }) => (
        <TextArea
          label="The webhook"
          value={body ?? payload}
          onValue={onBody}
          hint="Change what is wrong, and leave the id as it is."
        />
      )}
    </WhenLoaded>
  );
}
