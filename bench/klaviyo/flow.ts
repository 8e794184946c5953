import { retried } from '../../test/scenario/klaviyo.ts';
import { DueQueue } from './duequeue.ts';
import { nextRetry } from './retries.ts';
import type { ScaledClock } from './scaledclock.ts';

/** How the webhooks of a Flow were answered. */
export type FlowReport = Readonly<{
  /** First answers by status. */
  first: Readonly<Record<string, number>>;
  /** Last answers by status: after a code for that, Klaviyo gave up. */
  last: Readonly<Record<string, number>>;
  requests: number;
}>;

type FlowParts = Readonly<{
  /** Sends the webhook with this number, and gives the status of the answer. */
  post: (webhook: number) => Promise<number>;
  clock: Pick<ScaledClock, 'now' | 'at' | 'leapTo'>;
  random: () => number;
  jitter: boolean;
  /** So much of a time in which nothing is due is waited for, in scaled milliseconds; the rest is leapt over. */
  idleMs: number;
}>;

type Sending = { webhook: number; first: number; retries: number };

/** A Flow whose webhooks are due at once, and which sends each again as Klaviyo does. */
export class Flow {
  readonly #parts: FlowParts;
  readonly #queue = new DueQueue<Sending>();
  readonly #first: Record<string, number> = {};
  readonly #last: Record<string, number> = {};
  readonly #ended = Promise.withResolvers<undefined>();
  #cancelTurn = (): void => undefined;
  #requests = 0;
  #underWay = 0;
  /** Some webhook was accepted: the gateway works on by itself, so that no time may be left out. */
  #isAccepted = false;

  constructor(parts: FlowParts) {
    this.#parts = parts;
  }

  /** Sends so many webhooks; resolves when each has been answered for good, or was given up. Throws what `post` throws. */
  async send(webhooks: number): Promise<FlowReport> {
    const first = this.#parts.clock.now();
    for (let webhook = 0; webhook < webhooks; webhook += 1)
      this.#queue.add(first, { webhook, first, retries: 0 });
    this.#turn();
    await this.#ended.promise;
    return { first: this.#first, last: this.#last, requests: this.#requests };
  }

  /** Sends what is due, and plans the next turn. */
  #turn(): void {
    const { clock, idleMs } = this.#parts;
    this.#cancelTurn();
    for (let due = this.#take(); due !== undefined; due = this.#take())
      this.#post(due).catch(this.#ended.reject);
    const { earliest } = this.#queue;
    const isIdle = this.#underWay === 0;
    if (earliest === Infinity) {
      if (isIdle) this.#ended.resolve(undefined);
      return;
    }
    const mayLeap = isIdle && !this.#isAccepted;
    this.#cancelTurn = clock.at(mayLeap ? Math.min(earliest, clock.now() + idleMs) : earliest, () => {
      if (mayLeap) clock.leapTo(earliest);
      this.#turn();
    });
  }

  #take(): Sending | undefined {
    return this.#queue.take(this.#parts.clock.now());
  }

  async #post(sending: Sending): Promise<void> {
    this.#requests += 1;
    this.#underWay += 1;
    const status = await this.#parts.post(sending.webhook);
    this.#underWay -= 1;
    if (sending.retries === 0) count(this.#first, status);
    if (status === 202) this.#isAccepted = true;
    const due = retried.has(status) ? this.#retryAt(sending) : null;
    if (due === null) count(this.#last, status);
    else this.#queue.add(due, { ...sending, retries: sending.retries + 1 });
    // While others are under way the turn that is planned may still be the right one.
    if (this.#underWay === 0 || due === this.#queue.earliest) this.#turn();
  }

  #retryAt({ first, retries }: Sending): number | null {
    const { clock, random, jitter } = this.#parts;
    return nextRetry({ first, last: clock.now(), retries }, jitter ? random() * 2 - 1 : 0);
  }
}

function count(statuses: Record<string, number>, status: number): void {
  statuses[status] = (statuses[status] ?? 0) + 1;
}
