/** What may go wrong in the simulated world, and how fast-check makes it up. */
import fc from 'fast-check';
import type { LedgerTimes } from '../../../src/ledger/ledger.ts';

/** All in milliseconds of virtual time. `late` and `lag` together stay below the settle window: that is assumed of Omneo. */
export const scale = Object.freeze({
  times: Object.freeze({ leaseMs: 100, settleWindowMs: 60, retentionMs: 3000 }) satisfies LedgerTimes,
  createMs: 20,
  waitMs: 40,
  answerMs: 60,
  ledgerTimeoutMs: 15,
  /** Often, and longer than any run. */
  retry: Object.freeze({ everyMs: 20, forMs: 60_000 }),
  mostLate: 25,
  mostLag: 30,
});

/** One call to the ledger: how long each way takes, and what is lost; what is lost late may still be carried out. */
export type LedgerFault = Readonly<{
  out: number;
  back: number;
  lost: 'nothing' | 'request' | 'answer';
  late: number;
}>;

/** One look-up in Omneo. */
export type LookUpFault = Readonly<{ takes: number; fails: boolean }>;

/**
 * One create. `token` passes before it is sent. `refused`: Omneo says no. `broken`: the connection breaks after
 * `takes`; `silent`: no answer until the deadline. In these two the reward may be committed all the same, up to
 * `late` after the gateway gave up. A look-up shows it `lag` after that.
 */
export type CreateFault = Readonly<{
  token: number;
  takes: number;
  outcome: 'created' | 'refused' | 'broken' | 'silent';
  commits: boolean;
  late: number;
  lag: number;
}>;

/** What somebody decides about the delivery of a webhook. */
export type Choice = 'replay' | 'correct' | 'discard' | 'erase';

export type Step = Readonly<{
  wait: number;
  what: 'send' | 'pause' | 'crash' | Choice;
  gateway: number;
  webhook: number;
  ms: number;
}>;

/** What happens in one run. When a list of faults is used up, calls go well. */
export type Scenario = Readonly<{
  steps: readonly Step[];
  ledger: readonly LedgerFault[];
  lookUps: readonly LookUpFault[];
  creates: readonly CreateFault[];
}>;

const upTo = (most: number) => fc.integer({ min: 0, max: most });
const often = <T>(usual: T, ...others: T[]) =>
  fc.oneof(
    { weight: 2, arbitrary: fc.constant(usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );

const ledgerFault: fc.Arbitrary<LedgerFault> = fc.record({
  out: upTo(6),
  back: upTo(6),
  lost: fc.oneof(
    { weight: 8, arbitrary: fc.constant('nothing' as const) },
    { weight: 1, arbitrary: fc.constant('request' as const) },
    { weight: 1, arbitrary: fc.constant('answer' as const) },
  ),
  late: fc.oneof(fc.constant(0), upTo(2 * scale.times.leaseMs)),
});

const lookUpFault: fc.Arbitrary<LookUpFault> = fc.record({
  takes: upTo(12),
  fails: often(false, true),
});

const createFault: fc.Arbitrary<CreateFault> = fc.record({
  token: often(0, 5, 15, 25),
  takes: upTo(scale.createMs),
  outcome: fc.constantFrom('created', 'refused', 'broken', 'silent'),
  commits: fc.boolean(),
  late: upTo(scale.mostLate),
  lag: upTo(scale.mostLag),
});

/** Makes up scenarios; `what` and `wait` say which steps there are and how far apart at most. */
export function scenarios({ what, waits }: { what: readonly Step['what'][]; waits: readonly number[] }) {
  const step: fc.Arbitrary<Step> = fc.record({
    wait: fc.oneof(...waits.map(upTo)),
    what: fc.constantFrom(...what),
    gateway: upTo(2),
    webhook: upTo(1),
    ms: fc.oneof(upTo(scale.createMs * 2), upTo(3 * scale.times.leaseMs)),
  });
  return fc.record({
    steps: fc.array(step, { maxLength: 24, size: 'max' }),
    ledger: fc.array(ledgerFault, { maxLength: 60, size: 'max' }),
    lookUps: fc.array(lookUpFault, { maxLength: 40, size: 'max' }),
    creates: fc.array(createFault, { maxLength: 12, size: 'max' }),
  });
}

/** The faults of one run, handed out one a call. */
export class Faults {
  readonly #left: { ledger: LedgerFault[]; lookUps: LookUpFault[]; creates: CreateFault[] };

  constructor({ ledger, lookUps, creates }: Scenario) {
    this.#left = { ledger: [...ledger], lookUps: [...lookUps], creates: [...creates] };
  }

  /** From now on, all goes well. */
  cease(): void {
    for (const list of Object.values(this.#left)) list.length = 0;
  }

  ledger(): LedgerFault {
    return this.#left.ledger.shift() ?? { out: 1, back: 1, lost: 'nothing', late: 0 };
  }

  lookUp(): LookUpFault {
    return this.#left.lookUps.shift() ?? { takes: 1, fails: false };
  }

  create(): CreateFault {
    const well = { token: 0, takes: 1, outcome: 'created', commits: true, late: 0, lag: 0 } as const;
    return this.#left.creates.shift() ?? well;
  }
}
