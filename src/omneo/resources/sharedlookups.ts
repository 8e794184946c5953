import type { Clock } from '../../lib/clock.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import { UpstreamError } from '../client/upstream.ts';
import {
  type ResourceCalls,
  type ResourceRows,
  listResources,
  listResourcesIn,
  resourceIdOf,
} from './calls.ts';

type Known = Readonly<{ externalId: string; resourceId: ResourceId }>;

type Waiting = Readonly<{
  externalId: string;
  resolve: (turn: Turn) => void;
  reject: (error: unknown) => void;
}>;

/** How it goes on with a look-up that waited: it is asked by itself; nothing is there; or it is to ask for all of these. */
type Turn = 'alone' | 'nothing' | readonly Waiting[];

/** So many look-ups are under way at once before the next ones wait for each other. */
const apart = 4;
/** Most ids that share a look-up: some 2.7 KB of a URL, of which every server takes 4. */
const mostShared = 40;
/** They are sent after this time at the latest, in milliseconds, so that one that hangs does not hold up the others. */
const mostWaitMs = 200;
/** How long Omneo is not asked for many at once after it did not prove to understand that, in milliseconds. */
const distrustMs = 60_000;
/** Ids that mean the same to a server however it reads a comma list. */
const plain = /^[\w.-]{1,64}$/;

/**
 * Look-ups of one tenant for what nobody is known to have tried to create. In a burst many of them share one
 * call, `filter[external_id][in]`, since Omneo's limit counts calls.
 *
 * That nothing is there is believed only of an answer that proves to be one to this question: two that exist
 * are asked for along with the others, one at each end of the list, and the answer must be those two and no more.
 * A server that understands the filter differently (ignores it, finds nothing, reads the first id or the last, or so
 * many) does not give that answer; then each id is looked up by itself.
 */
export class SharedLookups {
  readonly #calls: ResourceCalls;
  readonly #clock: Clock;
  #known: readonly Known[] = [];
  #waiting: Waiting[] = [];
  #underWay = 0;
  #cancelWait = (): void => undefined;
  #distrustedUntil = -Infinity;

  constructor(calls: ResourceCalls, clock: Clock) {
    this.#calls = calls;
    this.#clock = clock;
  }

  /** This one exists: it was created just now. */
  created({ externalId, resourceId }: Known): void {
    // Two that were one reward would prove nothing.
    const isNew = !this.#known.some(
      (known) => isAlike(known.externalId, externalId) || known.resourceId === resourceId,
    );
    if (this.#known.length < 2 && isNew && plain.test(externalId))
      this.#known = [...this.#known, { externalId, resourceId }];
  }

  /** What Omneo lists under the id. `mayWait`: it may wait for others though there is no burst. Throws UpstreamError. */
  lookUp(externalId: string, mayWait = false): Promise<ResourceRows> {
    const isBurst = mayWait || this.#underWay >= apart || this.#waiting.length > 0;
    if (!isBurst || !this.#mayShare(externalId)) return this.#alone(externalId);
    return this.#together(externalId);
  }

  /** Whatever is asked is asked from here, so that the call belongs to the webhook that it is for, or to the first of them. */
  async #together(externalId: string): Promise<ResourceRows> {
    const turn = await new Promise<Turn>((resolve, reject) => {
      this.#waiting.push({ externalId, resolve, reject });
      if (this.#waiting.length === 1) this.#startWait();
    });
    const isNothingThere = turn === 'nothing' || (turn !== 'alone' && (await this.#share(turn)));
    return isNothingThere ? [] : this.#alone(externalId, true);
  }

  #mayShare(externalId: string): boolean {
    return (
      this.#known.length === 2 &&
      this.#clock.monotonic() >= this.#distrustedUntil &&
      plain.test(externalId) &&
      !this.#known.some((known) => isAlike(known.externalId, externalId))
    );
  }

  /** `isCounted`: it counts as under way already. */
  async #alone(externalId: string, isCounted = false): Promise<ResourceRows> {
    if (!isCounted) this.#underWay += 1;
    try {
      return await listResources(this.#calls, externalId);
    } finally {
      this.#underWay -= 1;
      this.#next();
    }
  }

  #startWait(): void {
    this.#cancelWait = this.#clock.after(mostWaitMs, () => {
      this.#send();
    });
  }

  /** One ended. The longer the others wait, the more of them share. */
  #next(): void {
    if (this.#underWay === 0 || this.#waiting.length >= mostShared) this.#send();
  }

  #send(): void {
    this.#cancelWait();
    const batch = this.#waiting.splice(0, mostShared);
    if (this.#waiting.length > 0) this.#startWait();
    const [first, ...others] = batch;
    if (first === undefined || others.length === 0) {
      this.#each(batch);
      return;
    }
    this.#underWay += 1;
    first.resolve(batch);
  }

  #each(batch: readonly Waiting[]): void {
    this.#underWay += batch.length;
    for (const { resolve } of batch) resolve('alone');
  }

  /** Asks for all of them, if they may share, and tells the others; whether nothing is there. It is under way already. */
  async #share(batch: readonly Waiting[]): Promise<boolean> {
    try {
      const isNothingThere = await this.#isNothingThere(batch);
      if (isNothingThere) for (const { resolve } of batch) resolve('nothing');
      else this.#each(batch);
      return isNothingThere;
    } catch (error) {
      // A server that stumbles over the question itself must not be asked it again by every retry.
      if (!(error instanceof UpstreamError) || error.fault !== 'throttled') this.#distrust();
      for (const { reject } of batch) reject(error);
      throw error;
    } finally {
      this.#underWay -= 1;
      this.#next();
    }
  }

  async #isNothingThere(batch: readonly Waiting[]): Promise<boolean> {
    const [first, last] = this.#known;
    const mayShare = batch.every(({ externalId }) => this.#mayShare(externalId));
    if (first === undefined || last === undefined || !mayShare) return false;
    const ids = [first.externalId, ...batch.map(({ externalId }) => externalId), last.externalId];
    const rows = await listResourcesIn(this.#calls, ids);
    const found = rows?.map(resourceIdOf) ?? [];
    const isProven = [first, last].every(({ resourceId }) => found.includes(resourceId));
    if (!isProven) this.#distrust();
    return isProven && found.length === 2;
  }

  /** Others are asked along next time: what was created a moment ago may not be shown yet. */
  #distrust(): void {
    this.#distrustedUntil = this.#clock.monotonic() + distrustMs;
    this.#known = [];
  }
}

/** Whether a server may take one id for the other. */
function isAlike(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
