/** So many at a time; the rest wait in line, those in a hurry before the others. */
export type Limit = <T>(work: () => Promise<T>, inHurry: boolean) => Promise<T>;

/** Makes a limit: a caller has so many workers, whatever is due. */
export function limitOf(most: number): Limit {
  const hurried: (() => void)[] = [];
  const others: (() => void)[] = [];
  let busy = 0;
  return async (work, inHurry) => {
    if (busy < most) busy++;
    // Whoever is done hands on its place.
    else await new Promise<void>((resolve) => (inHurry ? hurried : others).push(resolve));
    try {
      return await work();
    } finally {
      const next = hurried.shift() ?? others.shift();
      if (next) next();
      else busy--;
    }
  };
}
