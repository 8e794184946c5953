import type { Refusal } from './tenant.ts';

/** Carries a Refusal from the place that finds it to `resolve`, which returns it; nobody else sees one. */
export class Refused extends Error {
  readonly refusal: Refusal;

  constructor(condition: Refusal['condition'], reason: Refusal['reason'], message: string) {
    super(message);
    this.name = 'Refused';
    this.refusal = Object.freeze({ condition, reason, message });
  }
}

/** The spec itself has to be changed. */
export function invalid(message: string): Refused {
  return new Refused('Accepted', 'Invalid', message);
}
