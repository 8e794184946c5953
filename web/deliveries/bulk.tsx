import { useState } from 'preact/hooks';
import type { BulkResult, TenantView } from '../api/types.ts';
import type { ListChoice } from '../lib/route.ts';
import { useSession } from '../lib/session.ts';
import { Said } from '../parts/said.tsx';
import { BulkDialog } from './bulkdialog.tsx';
import { bulkChangesOf, changeWords, type Change } from './change.ts';
import { type Search, bulkFilterOf } from './search.ts';

type BulkButtonsProps = Readonly<{
  tenant: TenantView | undefined;
  choice: ListChoice;
  search: Search;
  onDone: () => void;
}>;

/** Replays or discards every parked delivery of the list, or discards every one that is held. */
export function BulkButtons({ tenant, choice, search, onDone }: BulkButtonsProps) {
  const { announce } = useSession();
  const [change, setChange] = useState<Change>();
  const [done, setDone] = useState('');
  const changes = bulkChangesOf(choice);
  if (tenant === undefined || changes.length === 0) return null;
  const close = (words: string): void => {
    setChange(undefined);
    setDone(words);
    announce(words);
    onDone();
  };
  return (
    <div class="buttons">
      {changes.includes('replay') && tenant.allowed.includes('update') && (
        <button
          type="button"
          onClick={() => {
            setChange('replay');
          }}
        >
          Replay all…
        </button>
      )}
      {changes.includes('discard') && tenant.allowed.includes('delete') && (
        <button
          type="button"
          onClick={() => {
            setChange('discard');
          }}
        >
          Discard all…
        </button>
      )}
      {done !== '' && <Said text={done} />}
      {change !== undefined && (
        <BulkDialog
          change={change}
          filter={bulkFilterOf(choice, search, Date.now())}
          onClose={() => {
            setChange(undefined);
          }}
          onDone={(result) => {
            close(resultOf(change, result));
          }}
        />
      )}
    </div>
  );
}

function resultOf(change: Change, { count, has_more: hasMore }: BulkResult): string {
  return `${count} ${changeWords[change].done}.${hasMore ? ' More are left: repeat it for them.' : ''}`;
}
