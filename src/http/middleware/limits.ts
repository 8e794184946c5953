import { Problem } from '../../lib/problem.ts';
import type { InFlight } from '../inflight.ts';
import type { Step } from '../webhookstate.ts';

/** Gives back what was taken; further calls do nothing. */
export type Release = () => void;

/** Counts what is under way, per name, and refuses more than there is room for. Names that have nothing under way cost nothing. */
export class Limit {
  readonly #most: number;
  readonly #underWay = new Map<string, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Throws the problem `overloaded` when `name` has no room. */
  enter(name: string): Release {
    const release = this.tryEnter(name);
    if (release === null) throw new Problem('overloaded');
    return release;
  }

  /** Null when `name` has no room. */
  tryEnter(name: string): Release | null {
    const taken = this.#underWay.get(name) ?? 0;
    if (taken >= this.#most) return null;
    this.#underWay.set(name, taken + 1);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      const left = (this.#underWay.get(name) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(name);
      else this.#underWay.set(name, left);
    };
  }
}

/** Room for what is under way: of the whole process, under the name `''`, and of each tenant, under its slug. */
export type Places = Readonly<{ process: Limit; tenants: Limit }>;

/**
 * Lets so many webhooks in at a time, of all tenants. An upstream call that outlives the answer goes on to settle the
 * ledger, and keeps its place meanwhile.
 */
export function limitConcurrency(limit: Limit, inFlight: InFlight): Step {
  return async function limitConcurrency(ctx, next) {
    const release = limit.enter('');
    try {
      await next();
    } finally {
      inFlight.track(ctx.state.work, release);
    }
  };
}

/** After so many milliseconds a webhook is attempted that found no place. */
const crowdedMs = 1000;

/**
 * As `limitConcurrency`, for the webhooks of one tenant once it is authenticated. What is stored needs no place to be
 * accepted: it is attempted later.
 */
export function limitTenant(limit: Limit, inFlight: InFlight): Step {
  return async function limitTenant(ctx, next) {
    const { tenant, mayStore } = ctx.state;
    const release = mayStore ? limit.tryEnter(tenant.slug) : limit.enter(tenant.slug);
    if (release === null) ctx.state.postponed ??= { reason: 'throttled', dueInMs: crowdedMs };
    try {
      await next();
    } finally {
      inFlight.track(ctx.state.work, release ?? undefined);
    }
  };
}
