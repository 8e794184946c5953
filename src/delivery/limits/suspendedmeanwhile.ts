import { Problem } from '../../lib/problem.ts';

/** After so many milliseconds a courier looks at a delivery of a suspended tenant again; it is woken when that is served. */
export const suspendedMs = 15 * 60_000;

/** The tenant was suspended while its webhook was worked on. No create was sent. */
export class SuspendedMeanwhile extends Problem {
  constructor() {
    super('not_ready', {
      detail: 'Nothing to fix in Klaviyo, which sends it again: this tenant was suspended a moment ago.',
    });
  }
}
