/** So many at a time; the rest wait in line. */
export type Limit = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes a limit: a caller has so many workers, whatever is due. */
export function limitOf(most: number): Limit {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy < most) busy++;
    // Whoever is done hands on its place.
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}
