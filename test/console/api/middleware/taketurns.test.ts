import { expect } from 'chai';
import type { ApiExchange, ApiStep } from '../../../../src/console/api/apistate.ts';
import { takingTurns } from '../../../../src/console/api/middleware/taketurns.ts';
import { ConsoleProblem } from '../../../../src/console/consoleproblem.ts';
import { FakeClock } from '../../../sources/kubernetes/fakeclock.ts';

describe('People who read the ledger', () => {
  const exchange = {} as ApiExchange;
  let clock: FakeClock;
  let begun: number;
  let ends: (() => void)[];
  let step: ApiStep;

  beforeEach(() => {
    clock = new FakeClock();
    begun = 0;
    ends = [];
    step = takingTurns(clock)(async () => {
      begun += 1;
      await new Promise<void>((resolve) => ends.push(resolve));
    });
  });

  const read = (): Promise<unknown> =>
    step(exchange, () => Promise.resolve()).then(
      () => 'answered',
      (error: unknown) => error,
    );

  /** Ends the read that began first after so many milliseconds. */
  async function end(reading: Promise<unknown>, tookMs: number): Promise<void> {
    await Promise.resolve();
    clock.advance(tookMs);
    ends.shift()?.();
    expect(await reading).to.equal('answered');
  }

  it('are two at once, and each is answered when its own is read', async () => {
    const reading = [read(), read(), read()];
    await Promise.resolve();
    expect(begun).to.equal(2);
    await end(reading[0] as Promise<unknown>, 5);
  });

  for (const [tookMs, restMs] of [
    [5, 45],
    [22, 198],
    [3_000, 200],
  ] as const)
    it(`leave ${restMs} ms to webhooks after a read of ${tookMs} ms`, async () => {
      const first = read();
      void read();
      void read();
      await end(first, tookMs);
      clock.advance(restMs - 1);
      await Promise.resolve();
      expect(begun).to.equal(2);
      clock.advance(1);
      await Promise.resolve();
      await Promise.resolve();
      expect(begun).to.equal(3);
    });

  it('rest after a read that failed, too, and go on', async () => {
    const failing = takingTurns(clock)(() => Promise.reject(new Error('away')));
    const fail = (): Promise<unknown> => failing(exchange, () => Promise.resolve()).catch(() => 'failed');
    expect(await Promise.all([fail(), fail()])).to.deep.equal(['failed', 'failed']);
    const third = fail();
    clock.advance(0);
    expect(await third).to.equal('failed');
  });

  it('are sent away after 10 s without a turn', async () => {
    void read();
    void read();
    const late = read();
    await Promise.resolve();
    clock.advance(10_000);
    expect(await late)
      .to.be.instanceOf(ConsoleProblem)
      .with.property('code', 'unavailable');
    expect(begun).to.equal(2);
  });
});
