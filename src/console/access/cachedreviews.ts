import type { Clock } from '../../lib/clock.ts';
import { digest } from '../../tenants/confidential.ts';
import { ConsoleProblem } from '../consoleproblem.ts';
import { ReviewCache } from './reviewcache.ts';
import type { ReviewedAction, ReviewedUser, Reviews } from './reviews.ts';

const mostUsers = 1_000;
/** Of a user in a namespace: thousands of namespaces times five permissions for a few users. */
const mostAnswers = 50_000;

/**
 * Remembers for a minute whose a token is and what a user may do, each under a digest. A token that is nobody's is asked
 * about anew: it may be somebody's soon, and tries are limited elsewhere.
 */
export class CachedReviews implements Reviews {
  readonly #reviews: Reviews;
  readonly #users: ReviewCache<ReviewedUser | undefined>;
  readonly #answers: ReviewCache<boolean>;

  constructor(reviews: Reviews, clock: Pick<Clock, 'monotonic'>) {
    this.#reviews = reviews;
    this.#users = new ReviewCache(clock, mostUsers);
    this.#answers = new ReviewCache(clock, mostAnswers);
  }

  /** @throws ConsoleProblem `unavailable` */
  userOf(token: string): Promise<ReviewedUser | undefined> {
    const ask = () => orUnavailable(this.#reviews.userOf(token));
    return this.#users.get(digest(token), ask, (user) => user !== undefined);
  }

  /** @throws ConsoleProblem `unavailable` */
  isAllowed(user: ReviewedUser, action: ReviewedAction): Promise<boolean> {
    const key = digest(
      JSON.stringify([user.user, user.groups, user.uid, user.extra, Object.entries(action).sort()]),
    );
    return this.#answers.get(key, () => orUnavailable(this.#reviews.isAllowed(user, action)));
  }

  close(): Promise<void> {
    return this.#reviews.close();
  }
}

async function orUnavailable<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new ConsoleProblem('unavailable', { cause });
  }
}
