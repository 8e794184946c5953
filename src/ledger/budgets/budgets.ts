/** What is taken from a budget; `cents` are hundredths of an amount, whole ones. */
export type Charge = Readonly<{ budget: string; rewards: number; cents: number }>;

/** The most that may be taken from a budget in all; what is absent is not bounded. */
export type BudgetLimits = Readonly<{ rewards?: number; cents?: number }>;

/** What a claim takes from budgets before its create, all of it or nothing. */
export type Reservation = Readonly<{
  charges: readonly (Charge & Readonly<{ limits: BudgetLimits }>)[];
  /** A budget is kept for so many milliseconds from the first charge on. */
  keepMs: number;
}>;

/**
 * The answer to a reservation.
 * - `reserved`: the budgets are charged, or this claim had charged them before.
 * - `exceeded`: nothing is charged; which budget has no room, and for what.
 * - `lost`: the claim is no longer ours, and nothing may be sent.
 */
export type Reserved =
  Readonly<{ result: 'reserved' | 'lost' }> | Readonly<{ result: 'exceeded' } & Exceeded>;

/** A budget without room, and what it has no room for. */
export type Exceeded = Readonly<{ budget: string; limit: keyof BudgetLimits }>;

/** What an entry remembers of its reservation: which claim made it, and what that charged. */
export type HeldCharges = Readonly<{ by: string; charges: readonly Charge[] }>;
