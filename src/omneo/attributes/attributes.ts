import type { Clock } from '../../lib/clock.ts';
import type { ResourceId } from '../../lib/resourceid.ts';
import type { OmneoClient } from '../client/client.ts';
import { UpstreamError } from '../client/upstream.ts';
import {
  type Attribute,
  type AttributeFields,
  type AttributeKey,
  readAttribute,
  writeAttribute,
} from './attributecalls.ts';
import type { WriteTurn, WriteTurns } from './turns.ts';

/** What an attribute is to be set to, and when a webhook asked for that, in milliseconds since the epoch. */
export type AttributeChange = AttributeKey & Readonly<{ fields: AttributeFields; askedAt: number }>;

/** The attributes of the profiles of one tenant's Omneo. */
export type Attributes = Readonly<{
  /** When what was set last was asked for, as far as the ledger remembers; 0: nothing was set. Throws LedgerUnavailable. */
  newest: (key: AttributeKey) => Promise<number>;
  /** Undefined: it is not set. Throws UpstreamError. */
  read: (key: AttributeKey) => Promise<Attribute | undefined>;
  /** Records that what was asked for then is set. Throws LedgerUnavailable. */
  record: (key: AttributeKey, askedAt: number) => Promise<void>;
  /**
   * Sets an attribute, by `deadline` on the monotonic clock, when nobody else does, and unless something was set since
   * that was asked for after `newest`.
   *
   * @throws UpstreamError, LedgerUnavailable; with `mayHaveHappened`, or if it is another error, it may be set all the same
   */
  set: (change: AttributeChange, newest: number, deadline: number) => Promise<ResourceId>;
}>;

type Parts = Readonly<{
  client: Pick<OmneoClient, 'request'>;
  clock: Pick<Clock, 'monotonic' | 'sleep'>;
  turns: WriteTurns;
}>;

/** How long a turn is waited for, and how often it is asked for, in milliseconds. */
const patience = { forMs: 1000, everyMs: 100 };

/** The attributes of the profiles of one tenant's Omneo. */
export function attributesOf(parts: Parts): Attributes {
  const { client, turns } = parts;
  return Object.freeze({
    newest: (key: AttributeKey) => turns.newest(nameOf(key)),
    read: (key: AttributeKey) => readAttribute(client, key),
    record: (key: AttributeKey, askedAt: number) => turns.record(nameOf(key), askedAt),
    set: async (change: AttributeChange, newest: number, deadline: number) => {
      const turn = await beforeSending(takeTurn(parts, nameOf(change)));
      try {
        const id = await setInTurn(parts, change, { newest, deadline: Math.min(deadline, turn.until) });
        await turn.end('over');
        return id;
      } catch (error) {
        await turn.end(error instanceof UpstreamError && !error.mayHaveHappened ? 'over' : 'unknown');
        throw error;
      }
    },
  });
}

async function setInTurn(
  { client, turns }: Parts,
  { fields, askedAt, ...key }: AttributeChange,
  { newest, deadline }: Readonly<{ newest: number; deadline: number }>,
): Promise<ResourceId> {
  const recorded = await beforeSending(turns.newest(nameOf(key)));
  if (recorded > Math.max(newest, askedAt)) throw notNow('a newer webhook has set the attribute meanwhile');
  const id = await writeAttribute(client, key, { fields, deadline });
  await turns.record(nameOf(key), askedAt);
  return id;
}

async function takeTurn({ turns, clock }: Parts, name: string): Promise<WriteTurn> {
  const until = clock.monotonic() + patience.forMs;
  for (;;) {
    const turn = await turns.take(name);
    if ('end' in turn) return turn;
    if (!turn.isTaken)
      throw notNow('an earlier webhook may still set the attribute', Math.ceil(turn.freeInMs / 1000));
    if (clock.monotonic() >= until) throw notNow('another webhook is setting the attribute');
    await clock.sleep(patience.everyMs);
  }
}

/** What fails before anything was sent has set nothing. */
async function beforeSending<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (cause) {
    if (cause instanceof UpstreamError) throw cause;
    throw new UpstreamError('unavailable', 'the order of webhooks for an attribute cannot be told', {
      cause,
    });
  }
}

function notNow(why: string, retryAfter = 1): UpstreamError {
  return new UpstreamError('unavailable', why, { retryAfter });
}

/** What turns are taken at: an Omneo need not tell letter cases apart. */
function nameOf({ profileId, namespace, handle }: AttributeKey): string {
  return `${profileId}\n${namespace}:${handle}`.toLowerCase();
}
