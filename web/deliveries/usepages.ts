import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { faultOf } from '../api/fault.ts';
import type { DeliveryView } from '../api/types.ts';
import type { ListChoice } from '../lib/route.ts';
import { useSession } from '../lib/session.ts';
import type { Loaded } from '../lib/useload.ts';
import { type Search, queryOf } from './search.ts';

/** As many deliveries of a list as were asked for. */
type Pages = Readonly<{ deliveries: readonly DeliveryView[]; hasMore: boolean }>;

const none: Pages = { deliveries: [], hasMore: false };

/** The list, page by page: what is there, how to get the next page, and how to begin again. */
export function usePages(
  choice: ListChoice,
  search: Search,
): readonly [Loaded<Pages>, more: () => void, again: () => void] {
  const { client, announce } = useSession();
  const [loaded, setLoaded] = useState<Loaded<Pages>>({ isLoading: true });
  const [round, setRound] = useState(0);
  const cursor = useRef<string | undefined>(undefined);
  const run = useRef(0);
  const load = useCallback(
    async (before: Pages) => {
      const mine = ++run.current;
      setLoaded({ ...(before !== none && { value: before }), isLoading: true });
      const next = before === none ? undefined : cursor.current;
      const loading = client.deliveries({ ...queryOf(choice, search, Date.now()), cursor: next });
      const result = await loading.then(
        ({ deliveries, next_cursor: following }): Loaded<Pages> => {
          if (mine === run.current) cursor.current = following;
          const all = [...before.deliveries, ...deliveries];
          return { value: { deliveries: all, hasMore: following !== undefined }, isLoading: false };
        },
        (error: unknown): Loaded<Pages> => ({ fault: faultOf(error), isLoading: false }),
      );
      // An answer that a later question has overtaken is none.
      if (mine !== run.current) return;
      setLoaded(result);
      if (result.value !== undefined) announce(countWords(result.value));
    },
    [client, choice, search, announce],
  );
  useEffect(() => void load(none), [load, round]);
  const more = useCallback(() => void load(loaded.value ?? none), [load, loaded.value]);
  const again = useCallback(() => {
    setRound((before) => before + 1);
  }, []);
  return [loaded, more, again];
}

function countWords({ deliveries, hasMore }: Pages): string {
  const { length } = deliveries;
  if (length === 0) return 'No delivery found';
  return `${length} ${length === 1 ? 'delivery' : 'deliveries'}${hasMore ? ', and there are older ones' : ''}`;
}
