/**
 * The second checker. It knows nothing of the gateway: not its ledger, its leases or its answers' words, only what
 * was recorded at both ends. From that alone it decides whether each key saw at most one committed create for
 * each webhook that was sent under it, and whether anybody was told of a reward before it was there.
 */

/** One recorded moment, in epoch milliseconds. */
export type Moment = Readonly<{ key: string; at: number }> &
  (
    | Readonly<{ kind: 'sent' }>
    /** Omneo saw a create. */
    | Readonly<{ kind: 'create'; committed: boolean }>
    /** The caller was told that its webhook succeeded. */
    | Readonly<{ kind: 'told' }>
  );

export type Verdict = Readonly<{
  key: string;
  /** Committed creates beyond the number of webhooks that were sent by then. */
  tooMany: number;
  /** Webhooks that were told of a reward at a time when fewer had been committed. */
  tooEarly: number;
}>;

/** Judges every key by the moments of both ends. Returns the keys with which something is wrong. */
export function judge(moments: readonly Moment[]): Verdict[] {
  const byKey = new Map<string, Moment[]>();
  for (const moment of moments) {
    const known = byKey.get(moment.key);
    if (known) known.push(moment);
    else byKey.set(moment.key, [moment]);
  }
  return [...byKey]
    .map(([key, its]) => verdict(key, its))
    .filter(({ tooMany, tooEarly }) => tooMany > 0 || tooEarly > 0);
}

/** At the same millisecond what causes comes before what follows from it. */
const order = { sent: 0, create: 1, told: 2 } as const;

function verdict(key: string, moments: readonly Moment[]): Verdict {
  const counts = { sent: 0, create: 0, told: 0 };
  let tooMany = 0;
  let tooEarly = 0;
  for (const moment of [...moments].sort((a, b) => a.at - b.at || order[a.kind] - order[b.kind])) {
    if (moment.kind === 'create' && !moment.committed) continue;
    counts[moment.kind] += 1;
    tooMany = Math.max(tooMany, counts.create - counts.sent);
    tooEarly = Math.max(tooEarly, counts.told - counts.create);
  }
  return { key, tooMany, tooEarly };
}
