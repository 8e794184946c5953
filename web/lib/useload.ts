import { useCallback, useEffect, useState } from 'preact/hooks';
import { type ApiFault, faultOf } from '../api/fault.ts';

/** Something that comes from the gateway: not there yet, there, or failed. What was there stays while it is asked for again. */
export type Loaded<T> = Readonly<{ value?: T; fault?: ApiFault; isLoading: boolean }>;

/** Loads by `load` whenever one of the inputs changes; the function that it gives loads once more. */
export function useLoad<T>(
  load: () => Promise<T>,
  inputs: readonly unknown[],
): readonly [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ isLoading: true });
  const [round, setRound] = useState(0);
  useEffect(() => {
    let isWanted = true;
    setLoaded(({ value }) => ({ ...(value !== undefined && { value }), isLoading: true }));
    load().then(
      (value) => {
        if (isWanted) setLoaded({ value, isLoading: false });
      },
      (error: unknown) => {
        if (isWanted) setLoaded({ fault: faultOf(error), isLoading: false });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [...inputs, round]);
  const reload = useCallback(() => {
    setRound((before) => before + 1);
  }, []);
  return [loaded, reload];
}
