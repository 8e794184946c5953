import type { DeliveryView } from '../api/types.ts';
import { stateWords, wordsOf } from '../words/reasons.ts';

/** The state of a delivery, and why it is in it. */
export function StateBadge({ state, reason }: Pick<DeliveryView, 'state' | 'reason'>) {
  return (
    <span class="state">
      <span class={`badge ${state}`}>{stateWords[state]}</span>
      {reason !== undefined && <span class="reason">{wordsOf(state, reason).label}</span>}
    </span>
  );
}
