/** Klaviyo as the bench plays it: when it sends again, and what of the time between is left out. */
import { expect } from 'chai';
import fc from 'fast-check';
import { DueQueue } from '../../bench/klaviyo/duequeue.ts';
import { Flow } from '../../bench/klaviyo/flow.ts';
import { nextRetry } from '../../bench/klaviyo/retries.ts';
import { ScaledClock } from '../../bench/klaviyo/scaledclock.ts';

const minute = 60_000;
const idleMs = 3 * minute;

/** Time that goes on when everybody waits for it. */
class WaitedFor {
  #at = 0;
  readonly #timers: { at: number; run: () => void }[] = [];

  readonly monotonic = (): number => this.#at;
  readonly after = (ms: number, run: () => void): (() => void) => {
    const timer = { at: this.#at + ms, run };
    this.#timers.push(timer);
    return () => {
      timer.run = () => undefined;
    };
  };

  /** Goes from timer to timer until `work` is done. */
  async until<T>(work: Promise<T>): Promise<T> {
    const ended = work.then(
      () => true,
      () => true,
    );
    for (;;) {
      const turn = new Promise<false>((resolve) => setImmediate(resolve, false));
      if (await Promise.race([ended, turn])) return work;
      const [next] = this.#timers.sort((a, b) => a.at - b.at).splice(0, 1);
      if (next === undefined) throw new Error('nothing is waited for');
      this.#at = Math.max(this.#at, next.at);
      next.run();
    }
  }
}

describe("Klaviyo's retries, as the bench plays them,", () => {
  const pausesUntilOver = (spread: number): number[] => {
    const pauses: number[] = [];
    let last = 0;
    for (;;) {
      const next = nextRetry({ first: 0, last, retries: pauses.length }, spread);
      if (next === null) return pauses;
      pauses.push(next - last);
      last = next;
    }
  };

  it('begin after ten seconds, double, and end within a day', () => {
    const pauses = pausesUntilOver(0);
    expect(pauses.slice(0, 4)).to.deep.equal([10_000, 20_000, 40_000, 80_000]);
    expect(pauses).to.have.length(13);
    expect(pauses.reduce((sum, pause) => sum + pause, 0)).to.be.at.most(24 * 60 * minute);
  });

  it('are a quarter shorter or longer with jitter at most', () => {
    expect(pausesUntilOver(-1)[0]).to.equal(7_500);
    expect(pausesUntilOver(1)[0]).to.equal(12_500);
  });

  it('are 17 at most, whatever the time', () => {
    expect(nextRetry({ first: 0, last: 0, retries: 17 }, 0)).to.equal(null);
  });
});

describe('What is due', () => {
  it('comes out in the order of its time, and not before it', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 })), fc.nat({ max: 20 }), (times, now) => {
        const queue = new DueQueue<number>();
        for (const time of times) queue.add(time, time);
        const taken: number[] = [];
        for (let item = queue.take(now); item !== undefined; item = queue.take(now)) taken.push(item);
        const sorted = times.toSorted((a, b) => a - b);
        expect(taken).to.deep.equal(sorted.filter((time) => time <= now));
        expect(queue.earliest).to.equal(sorted[taken.length] ?? Infinity);
      }),
    );
  });
});

describe('A Flow of the bench', () => {
  /** What it reports, when the webhooks were sent in scaled milliseconds, and how long it took in real ones. */
  const flow = async (webhooks: number, answers: (webhook: number, attempt: number) => number) => {
    const time = new WaitedFor();
    const clock = new ScaledClock(minute / 10, time);
    const attempts = new Map<number, number>();
    const sentAt: number[] = [];
    const post = (webhook: number): Promise<number> => {
      const attempt = attempts.get(webhook) ?? 0;
      attempts.set(webhook, attempt + 1);
      sentAt.push(Math.round(clock.now()));
      return Promise.resolve(answers(webhook, attempt));
    };
    const flow = new Flow({ post, clock, random: () => 0.5, jitter: true, idleMs });
    const report = await time.until(flow.send(webhooks));
    return { report, sentAt, tookMs: time.monotonic() };
  };

  it('sends what is due at once, and again only what was answered with a code for that', async () => {
    const statuses = [200, 202, 404, 429, 500, 502, 503];
    const { report, sentAt } = await flow(7, (webhook, attempt) =>
      attempt === 0 ? (statuses[webhook] ?? 0) : 200,
    );
    expect(sentAt).to.deep.equal([0, 0, 0, 0, 0, 0, 0, 10_000, 10_000, 10_000, 10_000]);
    expect(report).to.deep.equal({
      first: { 200: 1, 202: 1, 404: 1, 429: 1, 500: 1, 502: 1, 503: 1 },
      last: { 200: 5, 202: 1, 404: 1 },
      requests: 11,
    });
  });

  it('gives up after a day, of which it leaves out what is idle for longer than it waits', async () => {
    const { report, sentAt, tookMs } = await flow(1, () => 503);
    expect(report).to.deep.equal({ first: { 503: 1 }, last: { 503: 1 }, requests: 14 });
    const pauses = sentAt.slice(1).map((at, index) => at - (sentAt[index] ?? 0));
    expect(pauses).to.deep.equal(Array.from({ length: 13 }, (_, retry) => 10_000 * 2 ** retry));
    const waited = pauses.reduce((sum, pause) => sum + Math.min(pause, idleMs), 0);
    expect(tookMs).to.be.closeTo(waited / 10, 1);
  });

  it('leaves nothing out once a webhook was accepted, since the gateway works on', async () => {
    const { sentAt, tookMs } = await flow(2, (webhook) => (webhook === 0 ? 202 : 503));
    expect(tookMs).to.be.closeTo((sentAt.at(-1) ?? 0) / 10, 1);
  });

  it('fails with what sending fails with', async () => {
    const clock = new ScaledClock(minute, new WaitedFor());
    const post = (): Promise<number> => Promise.reject(new Error('gone'));
    const sending = new Flow({ post, clock, random: Math.random, jitter: false, idleMs }).send(1);
    expect(await sending.catch((error: unknown) => error)).to.have.property('message', 'gone');
  });
});
