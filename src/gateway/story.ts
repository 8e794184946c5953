import type { Outcome, ProblemCode } from './problem.ts';

/** What is known of one webhook while it passes through; counted and logged once, at its end. */
export type Story = {
  /** A registered slug, or `unknown`. */
  tenant: string;
  outcome: Outcome;
  problem: ProblemCode | null;
  rewardId: number | string | null;
  matchedBy: string | null;
  /** Names of errors behind a failure, for the log. */
  error: string | null;
};

/** The story of a webhook of which nothing is known yet; unless somebody tells more, it ends as a bug. */
export function newStory(): Story {
  return {
    tenant: 'unknown',
    outcome: 'internal',
    problem: null,
    rewardId: null,
    matchedBy: null,
    error: null,
  };
}
