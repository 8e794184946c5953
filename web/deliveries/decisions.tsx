import { useState } from 'preact/hooks';
import type { Allowed, DeliveryView } from '../api/types.ts';
import { useSession } from '../lib/session.ts';
import { Dialog } from '../parts/dialog.tsx';
import { changeWords, isHeld, type Change } from './change.ts';
import { DecisionForm } from './decisionform.tsx';
import { ReplayDialog } from './replaydialog.tsx';

type DecisionsProps = Readonly<{
  delivery: DeliveryView;
  allowed: readonly Allowed[];
  onDecided: (text: string) => void;
}>;

/** What may be decided about a delivery: what is parked or held is replayed or discarded, what waits may be discarded. */
export function Decisions({ delivery, allowed, onDecided }: DecisionsProps) {
  const [change, setChange] = useState<Change>();
  const { state, delivery_id: id } = delivery;
  const mayReplay = (state === 'parked' || isHeld(delivery)) && allowed.includes('update');
  const mayDiscard = (state === 'parked' || state === 'waiting') && allowed.includes('delete');
  const close = (): void => {
    setChange(undefined);
  };
  const done = (text: string): void => {
    close();
    onDecided(text);
  };
  if (!mayReplay && !mayDiscard)
    return state === 'parked' ? <p class="hint">You may look at it, and not decide.</p> : null;
  const canCorrect = state === 'parked' && allowed.includes('payload') && delivery.can_open === true;
  return (
    <div class="buttons">
      {mayReplay && (
        <button
          type="button"
          class="main"
          onClick={() => {
            setChange('replay');
          }}
        >
          Replay…
        </button>
      )}
      {mayDiscard && (
        <button
          type="button"
          onClick={() => {
            setChange('discard');
          }}
        >
          Discard…
        </button>
      )}
      {change === 'replay' && (
        <ReplayDialog delivery={delivery} canCorrect={canCorrect} onClose={close} onDone={done} />
      )}
      {change === 'discard' && <DiscardDialog id={id} onClose={close} onDone={done} />}
    </div>
  );
}

type DecisionDialogProps = Readonly<{ id: string; onClose: () => void; onDone: (text: string) => void }>;

function DiscardDialog({ id, onClose, onDone }: DecisionDialogProps) {
  const { client } = useSession();
  return (
    <Dialog title="Discard this delivery" onClose={onClose}>
      <p>{changeWords.discard.means}</p>
      <DecisionForm
        verb="Discard"
        onClose={onClose}
        onDecide={async (why) => {
          await client.discard(id, why);
          onDone('Discarded.');
        }}
      />
    </Dialog>
  );
}
