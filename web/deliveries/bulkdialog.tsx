import type { BulkFilter, BulkResult } from '../api/types.ts';
import { useSession } from '../lib/session.ts';
import { useLoad } from '../lib/useload.ts';
import { Dialog } from '../parts/dialog.tsx';
import { WhenLoaded } from '../parts/waiting.tsx';
import { type Change, changeWords, manyWords } from './change.ts';
import { countChosen } from './countchosen.ts';
import { DecisionForm } from './decisionform.tsx';

type BulkDialogProps = Readonly<{
  change: Change;
  filter: BulkFilter;
  onClose: () => void;
  onDone: (result: BulkResult) => void;
}>;

/** Says how many deliveries would be changed, and asks why. */
export function BulkDialog({ change, filter, onClose, onDone }: BulkDialogProps) {
  const { client } = useSession();
  const [counted] = useLoad(() => countChosen(client, filter), [client]);
  const { verb, means } = changeWords[change];
  return (
    <Dialog title={`${verb} all that were found`} onClose={onClose}>
      <WhenLoaded loaded={counted}>
        {({ count, hasMore }) => (
          <>
            <p>
              This is about <strong>{manyWords(count, hasMore)}</strong> of {filter.tenant}. {means}
            </p>
            <DecisionForm
              verb={`${verb} ${manyWords(count, hasMore)}`}
              isOff={count === 0}
              onClose={onClose}
              onDecide={async (why) => {
                onDone(await client.bulk(change, filter, why, count));
              }}
            />
          </>
        )}
      </WhenLoaded>
    </Dialog>
  );
}
