import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import { type NewResource, type ResourceRows, resourceIdOf } from './calls.ts';

/** What may decide whether Omneo finds a reward again by its `external_id`. */
export type Shape = Readonly<{
  /** The kinds of characters in the id, and whether the reward may be dated ahead or over: what has to be proven. */
  kind: string;
  /** The kind that it proves when it is found: a date that may be ahead or over proves nothing of such dates. */
  proves: string;
  /** Of the id, in characters: a column that is too short cuts the longer ones. */
  length: number;
}>;

/** A reward that exists. */
type Example = Readonly<{
  externalId: string;
  resourceId: ResourceId;
  length: number;
  /** Since when it is known here, by the monotonic clock in milliseconds. */
  since: number;
}> & {
  /** A look-up has missed it that should have known of it by then: it may be gone. */
  isDoubtful: boolean;
};

type Made = Pick<Example, 'externalId' | 'resourceId'>;

type Known = {
  /** Ids up to this length were found. */
  provenLength: number;
  /** The longest reward that was created and not found yet. */
  example: Example | undefined;
  nextTryAt: number;
  failures: number;
};

/** Where it is recorded for every gateway what was found, for the ledger's retention by default; a failure means that nothing is known. */
export type Proofs = Readonly<{
  note: (kind: string, length: number, keepMs?: number) => Promise<void>;
  noted: (kind: string) => Promise<number>;
}>;

type LookUp = (externalId: string) => Promise<ResourceRows>;

/** Of so many shapes it is remembered; one that is forgotten has to be shown again. */
const mostShapes = 256;
/** A look-up may lag behind what was created, by less than this as a rule. In milliseconds. */
const lagMs = 10_000;
/** The example of a shape is not looked up again for so long after it was not found, doubled each time. In milliseconds. */
const pauseMs = { first: 1_000, most: 60_000 };

/**
 * Which shapes of ids one Omneo has shown to find again.
 *
 * That a look-up finds nothing means something only if it would find the reward. Omneo does not document what its
 * filter does with long ids, letter case, special characters or dated rewards; so the first reward of each shape that
 * is created is looked up once, and the answer is remembered.
 */
export class ProvenShapes {
  /** It has shown an `external_id` altered. */
  isAltering = false;
  readonly #clock: Clock;
  readonly #proofs: Proofs;
  readonly #known = new LRUCache<string, Known>({ max: mostShapes });

  constructor(clock: Clock, proofs: Proofs) {
    this.#clock = clock;
    this.#proofs = proofs;
  }

  /** Whether a reward of this shape was found, or one of a longer id. */
  isProven({ kind, length }: Shape): boolean {
    return this.#provenLength(kind) >= length;
  }

  #provenLength(kind: string): number {
    return this.#known.get(kind)?.provenLength ?? 0;
  }

  /** Whether no reward of this kind was created since the start, so that nothing is known of it. */
  isUntried({ kind }: Shape): boolean {
    return !this.#known.has(kind);
  }

  /** A look-up has found a reward of this shape. */
  found({ proves, length }: Pick<Shape, 'proves' | 'length'>): void {
    if (this.#provenLength(proves) >= length) return;
    this.#learn(proves, length);
    // Without the record this gateway knows it all the same, and the others find out for themselves.
    void this.#proofs.note(proves, length).catch(() => undefined);
  }

  #learn(kind: string, length: number): void {
    const known = this.#knownOf(kind);
    known.provenLength = Math.max(known.provenLength, length);
    if (known.example !== undefined && known.example.length <= known.provenLength) known.example = undefined;
  }

  /** A reward was created: unless its shape is proven it is looked up, behind the webhook. */
  created(shape: Shape, { externalId, resourceId }: Made, lookUp: LookUp): void {
    if (this.#provenLength(shape.proves) >= shape.length) return;
    const known = this.exists(shape, { externalId, resourceId });
    if (this.#clock.monotonic() < known.nextTryAt) return;
    // A look-up that fails proves nothing; the next reward of this shape is the next occasion.
    void this.#tryExample(shape.proves, known, lookUp).catch(() => undefined);
  }

  /** A reward of this shape is known to exist: it is looked up when it matters. */
  exists(shape: Shape, { externalId, resourceId }: Made): Known {
    const { proves, length } = shape;
    const known = this.#knownOf(proves);
    if (this.#provenLength(proves) < length && isBetter(length, known.example))
      known.example = { externalId, resourceId, length, since: this.#clock.monotonic(), isDoubtful: false };
    return known;
  }

  /**
   * Whether a miss of this shape may be believed: this gateway or another one has found such a reward, or an example is
   * found now. Throws UpstreamError.
   */
  async prove(shape: Shape, lookUp: LookUp): Promise<boolean> {
    if (!this.isProven(shape)) await this.#recall(shape);
    const known = this.#known.get(shape.kind);
    if (!this.isProven(shape) && known !== undefined) await this.#tryExample(shape.kind, known, lookUp);
    return this.isProven(shape);
  }

  async #recall({ kind }: Shape): Promise<void> {
    // A ledger that cannot be reached has nothing to add; the claim of this very attempt shows that it can.
    const length = await this.#proofs.noted(kind).catch(() => 0);
    if (length > 0) this.#learn(kind, length);
  }

  async #tryExample(kind: string, known: Known, lookUp: LookUp): Promise<void> {
    const { example } = known;
    if (example === undefined) return;
    known.nextTryAt = this.#clock.monotonic() + Math.min(pauseMs.first * 2 ** known.failures, pauseMs.most);
    known.failures += 1;
    const rows = await lookUp(example.externalId);
    if (!rows.some((row) => resourceIdOf(row) === example.resourceId)) {
      if (this.#clock.monotonic() - example.since >= lagMs) example.isDoubtful = true;
      return;
    }
    // A filter that is not heeded shows it too, along with everything else.
    if ((await lookUp(`gw-probe-${randomUUID()}`)).length > 0) return;
    known.failures = 0;
    known.nextTryAt = -Infinity;
    this.found({ proves: kind, length: example.length });
  }

  #knownOf(kind: string): Known {
    const known = this.#known.get(kind);
    if (known !== undefined) return known;
    const none = { provenLength: 0, example: undefined, nextTryAt: -Infinity, failures: 0 };
    this.#known.set(kind, none);
    return none;
  }
}

/** Whether a reward with an id of this length takes the place of the example. A younger one would be missed sooner. */
function isBetter(length: number, example: Example | undefined): boolean {
  if (example === undefined || length > example.length) return true;
  return length === example.length && example.isDoubtful;
}

/** Clocks of time zones are apart by so much at most, in milliseconds. */
const zonesMs = 14 * 3_600_000;

/** The shape of a resource; `now` in milliseconds since the epoch. */
export function shapeOf({ external_id, issued_at, expires_at }: NewResource, now: number): Shape {
  const id = String(external_id);
  const dates = { issued: dateOf(issued_at), expires: dateOf(expires_at) };
  const kinds = [/[a-z]/.test(id) ? 'a' : '', /[A-Z]/.test(id) ? 'A' : '', /\d/.test(id) ? '0' : ''];
  const special = [...new Set(id.replace(/[a-z\d]/gi, ''))].sort().join('');
  const characters = kinds.join('') + special;
  return {
    kind: characters + rangeOf(dates, now, zonesMs),
    proves: characters + rangeOf(dates, now, -zonesMs),
    length: id.length,
  };
}

/** A date as if it were in UTC, NaN if there is none that can be read, and whether only Omneo may read it. */
type ReadDate = Readonly<{ instant: number; isUnclear: boolean }>;

function dateOf(date: unknown): ReadDate {
  if (typeof date !== 'string') return { instant: Number.NaN, isUnclear: false };
  const instant = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(date) ? date : `${date.replace(' ', 'T')}Z`);
  return { instant, isUnclear: date !== '' && Number.isNaN(instant) };
}

/**
 * Omneo may list only what is valid now. With a margin above 0 it is what the dates may mean, below it what they must:
 * a date that is unclear may mean anything.
 */
function rangeOf(
  { issued, expires }: Readonly<{ issued: ReadDate; expires: ReadDate }>,
  now: number,
  marginMs: number,
): string {
  const isAhead = (marginMs > 0 && issued.isUnclear) || issued.instant > now - marginMs;
  const isOver = (marginMs > 0 && expires.isUnclear) || expires.instant < now + marginMs;
  return `${isAhead ? ' ahead' : ''}${isOver ? ' over' : ''}`;
}
