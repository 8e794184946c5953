import { heldRoutes } from './heldroutes.ts';
import { readInteractionInput } from './interactioninput.ts';
import type { Interaction } from './interactions.ts';

const comparisons: Record<string, (shown: string, asked: string) => boolean> = {
  gt: (shown, asked) => shown > asked,
  gte: (shown, asked) => shown >= asked,
  lt: (shown, asked) => shown < asked,
  lte: (shown, asked) => shown <= asked,
};

/** Whether it took place when the filters say; times in one form compare as texts. */
function isThen({ interacted_at: at }: Interaction, query: URLSearchParams): boolean {
  return Object.entries(comparisons).every(([name, holds]) => {
    const asked = query.get(`filter[interacted_at][${name}]`);
    return asked === null || holds(at, asked);
  });
}

/** The routes below /interactions. A row shows its profile and not the profile's id, and of a signal the digits. */
export const interactionRoutes = heldRoutes<Interaction>({
  holdings: ({ interactions }) => interactions,
  read: readInteractionInput,
  present: ({ profile_id: id, signal, meta }, { numbersAs, showMeta }) => ({
    external_id: undefined,
    profile_id: undefined,
    profile: { id },
    identity: null,
    signal: numbersAs === 'string' ? String(signal) : signal,
    meta: showMeta ? meta : undefined,
  }),
  isValid: () => true,
  filters: ['profile_id', 'namespace', 'name', 'action', 'channel', 'interacted_at'],
  isWanted: isThen,
});
