import type { Clock } from '../../lib/clock.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import { type ResourceRows, type Row, resourceIdOf } from '../resources/calls.ts';
import type { Proofs } from '../resources/provenshapes.ts';
import { isRecord, textIn } from '../../lib/exactjson.ts';
import type { InteractionPlace } from './place.ts';

/** An interaction that exists, and where. */
type Example = Readonly<{ externalId: string; place: InteractionPlace; resourceId: ResourceId }>;

type LookUp = (place: InteractionPlace) => Promise<ResourceRows>;

/** An example that was not shown is not looked up again for so long, in milliseconds. */
const pauseMs = 60_000;
/** The name under which it is recorded. */
const name = 'shown';

/**
 * Whether one Omneo has shown an interaction that it was given, with the `meta.external_id` that it is told from others by.
 * That a look-up finds none means something only then: Omneo does not document that it does.
 */
export class ShownInteractions {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #proofs: Proofs;
  #isProven = false;
  #example: Example | undefined;
  #nextTryAt = -Infinity;

  constructor(clock: Pick<Clock, 'monotonic'>, proofs: Proofs) {
    this.#clock = clock;
    this.#proofs = proofs;
  }

  get isProven(): boolean {
    return this.#isProven;
  }

  /** A look-up has shown one. */
  found(): void {
    if (this.#isProven) return;
    this.#isProven = true;
    this.#example = undefined;
    // Without the record this gateway knows it all the same, and the others find out for themselves.
    void this.#proofs.note(name, 1).catch(() => undefined);
  }

  /** One was created: until one is shown it is looked up, behind the webhook. */
  created(example: Example, lookUp: LookUp): void {
    if (this.#isProven) return;
    this.#example ??= example;
    if (this.#clock.monotonic() < this.#nextTryAt) return;
    // A look-up that fails shows nothing; the next interaction is the next occasion.
    void this.#tryExample(lookUp).catch(() => undefined);
  }

  /**
   * Whether a miss may be believed: this gateway or another one was shown an interaction, or is shown an example now.
   * `untried`: none was created since the start. Throws UpstreamError.
   */
  async prove(lookUp: LookUp): Promise<boolean | 'untried'> {
    // A ledger that cannot be reached has nothing to add; the claim of this very attempt shows that it can.
    const noted = this.#isProven ? 0 : await this.#proofs.noted(name).catch(() => 0);
    if (noted > 0) this.#isProven = true;
    if (!this.#isProven) await this.#tryExample(lookUp);
    return this.#isProven || (this.#example === undefined ? 'untried' : false);
  }

  async #tryExample(lookUp: LookUp): Promise<void> {
    const example = this.#example;
    if (example === undefined) return;
    this.#nextTryAt = this.#clock.monotonic() + pauseMs;
    const own = ownRow(await lookUp(example.place), example.externalId);
    if (own !== undefined && resourceIdOf(own) === example.resourceId) this.found();
  }
}

/** The row that shows this `meta.external_id`. */
export function ownRow(rows: ResourceRows, externalId: string): Row | undefined {
  return rows.find(({ meta }) => isRecord(meta) && textIn(meta['external_id']) === externalId);
}
