/** Webhooks for one attribute, several gateways, a ledger and an Omneo, by a clock that jumps from one event to the next. */
import { setImmediate as settled } from 'node:timers/promises';
import { AttributeAttempt } from '../../../src/actions/attributes/attributeattempt.ts';
import { parseAttributeWebhook } from '../../../src/actions/attributes/payload.ts';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../../src/ledger/memory/memory.ts';
import { ledgerTurns } from '../../../src/ledgerturns.ts';
import { attributesOf } from '../../../src/omneo/attributes/attributes.ts';
import type { WriteTurns } from '../../../src/omneo/attributes/turns.ts';
import type { OmneoClient } from '../../../src/omneo/client/client.ts';
import { UpstreamError } from '../../../src/omneo/client/upstream.ts';
import { fakeOmneo } from '../../support/omneo.ts';
import { tenantOf } from '../../support/rewards.ts';
import { ada } from '../../support/webhooks.ts';
import { type ManualClock, manualClock } from '../time.ts';

export const times = { leaseMs: 30_000, settleWindowMs: 120_000, retentionMs: 72 * 3_600_000 };
/** Deadline of one attempt's write, in milliseconds. */
const createMs = 10_000;

type Request = Parameters<OmneoClient['request']>[0];
type Answered = Awaited<ReturnType<OmneoClient['request']>>;

/** What a webhook is told to do, and whether its gateway is gone in the middle of its first attempt. */
export type ModelWebhook = Readonly<{ askedAt: number; dies: boolean }>;

/** Who works on a webhook; from when it is gone nothing of it goes on. */
class Gateway {
  #isGone = false;

  get isGone(): boolean {
    return this.#isGone;
  }

  leave(): void {
    this.#isGone = true;
  }

  /** What a call comes to, unless nobody is left to hear of it. */
  hears<T>(answer: T): T | Promise<never> {
    return this.#isGone ? nothing : answer;
  }
}

/** What somebody waits for who is gone. */
const nothing = new Promise<never>(() => undefined);

type ModelOptions = Readonly<{
  random: () => number;
  /** How often a call fails, from 0 to 1. */
  failing: number;
  turnsOf?: (turns: WriteTurns) => WriteTurns;
}>;

/** One run of it. */
export class AttributeModel {
  readonly clock: ManualClock = manualClock();
  readonly #options: ModelOptions;
  readonly #ledger: MemoryLedger;
  /** What Omneo holds, and what it has held, the oldest first. */
  readonly history: string[] = [];
  #landing = 0;

  constructor(options: ModelOptions) {
    this.#options = options;
    this.#ledger = new MemoryLedger({ clock: this.clock, times, maxEntries: 1000 });
  }

  /** Delivers webhooks, each of which arrives when it was asked for; gives what the attribute is set to in the end. */
  async run(webhooks: readonly ModelWebhook[]): Promise<string | undefined> {
    const start = this.clock.now();
    let open = webhooks.length;
    for (const webhook of webhooks)
      this.clock.after(webhook.askedAt, () => {
        void this.#deliver({ ...webhook, askedAt: start + webhook.askedAt }).finally(() => (open -= 1));
      });
    for (let step = 0; open > 0 || this.#landing > 0; step += 1) {
      if (step > 200_000) throw new Error('it does not come to an end');
      await settled();
      this.clock.advance(open > 0 ? 50 : 1000);
    }
    return this.history.at(-1);
  }

  #fails(): boolean {
    return this.#options.random() < this.#options.failing;
  }

  #pause(mostMs: number): Promise<void> {
    return this.clock.sleep(this.#options.random() * mostMs);
  }

  /** Attempts until it is set, as a courier makes them: after an unknown outcome behind the settle window. */
  async #deliver({ askedAt, dies }: ModelWebhook): Promise<void> {
    let earlier: { wasSent: boolean } | null = null;
    for (let isFirst = true; ; isFirst = false) {
      const gateway = new Gateway();
      const attempt = this.#attempt(gateway, askedAt, earlier);
      if (dies && isFirst) {
        this.clock.after(this.#options.random() * 2000, () => {
          gateway.leave();
        });
        void attempt.catch(() => undefined);
        await this.clock.sleep(times.leaseMs + times.settleWindowMs);
        earlier = { wasSent: false };
        continue;
      }
      const error = await attempt.then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (error === undefined) return;
      const isDefinite = error instanceof UpstreamError && !error.mayHaveHappened;
      if (!isDefinite) earlier = { wasSent: true };
      await this.clock.sleep(isDefinite ? 0 : times.settleWindowMs);
      await this.#pause(10_000);
    }
  }

  async #attempt(gateway: Gateway, askedAt: number, earlier: { wasSent: boolean } | null): Promise<void> {
    const value = String(askedAt);
    const data = { namespace: 'pet', handle: 'breed', value };
    const webhook = parseAttributeWebhook({ id: value, ...ada, data }, 'both');
    const client = { request: (request: Request) => this.#request(gateway, request) };
    const attributes = attributesOf({ client, clock: this.clock, turns: this.#turns(gateway) });
    const omneo = { ...fakeOmneo({ create: () => Promise.resolve(1) }), attributes };
    const known = () => Promise.reject(new Error('no other webhook matters'));
    const basis = {
      externalId: value,
      now: this.clock.now(),
      claimedAt: askedAt,
      mayWait: true,
      known,
      earlier,
    };
    const attempt = new AttributeAttempt({ omneo, basis, webhook, fields: { type: 'string', value } });
    const { existing } = await attempt.find();
    if (existing.kind !== 'none') return;
    try {
      await attempt.create(this.clock.monotonic() + createMs);
    } catch (error) {
      if (error instanceof UpstreamError && !error.mayHaveHappened) throw error;
      if ((await attempt.findAgain()).kind === 'none') throw error;
    }
  }

  /** A ledger that is away now and then, and whose answers take their time. */
  #turns(gateway: Gateway): WriteTurns {
    const { turnsOf } = this.#options;
    const given = ledgerTurns(this.#ledger, tenantOf('acme'));
    const call = async <T>(make: () => Promise<T>): Promise<T> => {
      await this.#pause(200);
      if (gateway.isGone) return nothing;
      if (this.#fails()) throw new LedgerUnavailable('away');
      const answer = await make();
      await this.#pause(200);
      return gateway.hears(answer);
    };
    const { take, newest, record } = turnsOf?.(given) ?? given;
    return {
      take: (what) => call(() => take(what)),
      newest: (what) => call(() => newest(what)),
      record: (what, at) => call(() => record(what, at)),
    };
  }

  /** An Omneo of which some answers are lost, and to which some requests come long after they were given up. */
  async #request(gateway: Gateway, { method, body, deadline = Infinity }: Request): Promise<Answered> {
    await this.#pause(500);
    if (gateway.isGone) return nothing;
    if (method === 'GET') return this.#shown();
    if (this.#fails()) throw new UpstreamError('unavailable', 'no connection');
    const value = String((body as Record<string, unknown>)['value']);
    if (this.#fails()) {
      this.#landLate(value);
      await this.clock.sleep(Math.max(0, deadline - this.clock.monotonic()));
      throw new UpstreamError('unavailable', 'too late', { mayHaveHappened: true });
    }
    this.history.push(value);
    await this.#pause(500);
    return gateway.hears(this.#shown());
  }

  #landLate(value: string): void {
    this.#landing += 1;
    this.clock.after(this.#options.random() * (times.settleWindowMs - 1000), () => {
      this.history.push(value);
      this.#landing -= 1;
    });
  }

  #shown(): Answered {
    const value = this.history.at(-1);
    const row = { id: 1, profile_id: 'ada', namespace: 'pet', handle: 'breed', value };
    return value === undefined ? { status: 404, json: {} } : { status: 200, json: { data: row } };
  }
}
