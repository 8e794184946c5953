/** Deliveries that one write changes for people at most, so that no webhook waits long for it. */
const mostInSlice = 200;

/** How many deliveries were found, and how many of them are changed; the others somebody else changes at the moment. */
export type Slice = Readonly<{ found: number; changed: number }>;

/** Changes up to `limit` deliveries, with up to `most` at a time, until there are no more; gives how many. */
export async function inSlices(limit: number, change: (most: number) => Promise<Slice>): Promise<number> {
  let sum = 0;
  while (sum < limit) {
    const most = Math.min(mostInSlice, limit - sum);
    const { found, changed } = await change(most);
    sum += changed;
    if (found < most || changed === 0) break;
  }
  return sum;
}

/** A slice of which all that was found is changed. */
export function wholeSlice(changed: number): Slice {
  return { found: changed, changed };
}
