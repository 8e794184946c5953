import { LRUCache } from 'lru-cache';
import type { Clock } from '../../lib/clock.ts';
import { isRecord, numberOf } from '../../lib/exactjson.ts';
import { type OmneoClient, rowsOf } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';
import type { Row } from '../resources/calls.ts';
import { benefitKind } from './benefitkind.ts';

/** Of so many handles it is remembered which definition they name, for so long in milliseconds. */
const kept = { max: 200, ttl: 60_000 };

const field = { id: 'benefit_definition_id', handle: 'benefit_definition_handle' } as const;
type By = keyof typeof field;

/** What a marketer can do about a definition, after the name of the field that names it. */
const hints = Object.freeze({
  unknown: 'names no benefit definition in Omneo: check it there.',
  ended: 'names a benefit definition that has ended: choose another one, or let it end later in Omneo.',
  exhausted:
    'names a benefit definition of which none is left: choose another one, or raise its limit in Omneo.',
});

/** The benefit definitions of one tenant's Omneo. */
export class BenefitDefinitions {
  readonly #client: OmneoClient;
  readonly #clock: Clock;
  readonly #ids: LRUCache<string, number>;

  constructor(client: OmneoClient, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#ids = new LRUCache({ ...kept, perf: { now: () => clock.monotonic() } });
  }

  /** The id of the definition with this handle. Throws UpstreamError; `rejected` if there is none. */
  async idOf(handle: string): Promise<number> {
    const known = this.#ids.get(handle);
    if (known !== undefined) return known;
    // In a path these two mean another one, however they are encoded.
    const row = handle === '.' || handle === '..' ? undefined : await this.#read('handle', handle);
    if (row === undefined) throw rejected('handle', 'unknown');
    const id = numberOf(row['id']);
    if (!Number.isSafeInteger(id) || (row['handle'] ?? handle) !== handle)
      throw new UpstreamError('unavailable', 'Omneo answered for a handle with another definition');
    this.#ids.set(handle, id);
    return id;
  }

  /**
   * Makes sure that a benefit of this definition can be made, as far as Omneo shows it. `by` is how the webhook names it.
   *
   * @throws UpstreamError; `rejected`, with what a marketer can do, if it cannot
   */
  async check(definitionId: number, by: By): Promise<void> {
    const row = await this.#readIfAllowed(definitionId);
    if (row === 'hidden') return;
    if (row === undefined) throw rejected(by, 'unknown');
    if (isOver(row, this.#clock.now())) throw rejected(by, 'ended');
    if (isExhausted(row)) throw rejected(by, 'exhausted');
  }

  /** A user that may not read definitions may give benefits of them all the same: nothing is known then. */
  async #readIfAllowed(definitionId: number): Promise<Row | 'hidden' | undefined> {
    try {
      return await this.#read('id', String(definitionId));
    } catch (error) {
      if (error instanceof UpstreamError && error.fault === 'refused') return 'hidden';
      throw error;
    }
  }

  /** Undefined: there is none, as Omneo itself says. Whatever else shows none may be said by something in front of it. */
  async #read(by: By, value: string): Promise<Row | undefined> {
    const place = by === 'handle' ? `handle/${encodeURIComponent(value)}` : value;
    const { status, json } = await this.#client.request({
      operation: benefitKind.operations.definition,
      resend: 'safe',
      method: 'GET',
      path: `${benefitKind.path}/definitions/${place}`,
    });
    if (status === 404 && isMissNamed(json)) return undefined;
    const [row, ...others] = rowsOf(json) ?? [];
    if (status < 200 || status >= 300 || row === undefined || others.length > 0)
      throw new UpstreamError('unavailable', `Omneo answered for a definition with ${status}`);
    return row;
  }
}

/** Whether the JSON of a 404 names what is missing, as Laravel's does, and not a route or a path. */
function isMissNamed(json: unknown): boolean {
  const message = isRecord(json) ? json['message'] : undefined;
  if (typeof message !== 'string' || /\broute\b/i.test(message)) return false;
  return /\b(?:models?|benefits?|definitions?)\b/i.test(message.replace(/\S*\/\S*/g, ''));
}

function rejected(by: By, why: keyof typeof hints): UpstreamError {
  const details = { fields: [field[by]], noun: benefitKind.noun, hint: hints[why] };
  return new UpstreamError('rejected', `the benefit definition is ${why}`, details);
}

/** Omneo writes `YYYY-MM-DD HH:mm:ss`, in a zone that it does not name: only what is over in every zone is over. */
function isOver({ end_at: end }: Row, now: number): boolean {
  const at = typeof end === 'string' ? Date.parse(`${end.slice(0, 19).replace(' ', 'T')}Z`) : Number.NaN;
  return at + 12 * 3_600_000 <= now;
}

/** What is left is counted only where Omneo has a limit. */
function isExhausted(row: Row): boolean {
  const left = ['total_allocations_remaining', 'total_global_redemptions_remaining'];
  return left.some((name) => numberOf(row[name]) <= 0);
}
