import { Problem } from '../../lib/problem.ts';

/** After the day has begun that lets go what is held, so many milliseconds pass: clocks do not agree on when that is. */
const afterMs = 30_000;

/** A budget has no room for a webhook before the tenant's next calendar day. Nothing was sent. */
export class BudgetExceeded extends Problem {
  /** In so many milliseconds it may be tried again. */
  readonly dueInMs: number;

  /** `endsInMs`: in how many milliseconds the next day begins. */
  constructor(endsInMs: number) {
    super('overloaded', {
      detail:
        'Nothing to fix in Klaviyo: no more may be issued today, and it goes on tomorrow. Ask your platform team if that is too little.',
      retryAfter: Math.ceil((endsInMs + afterMs) / 1000),
    });
    this.dueInMs = endsInMs + afterMs;
  }
}
