import { expect } from 'chai';
import { InFlight } from '../../src/http/inflight.ts';

describe('InFlight', () => {
  it('is idle at once when nothing is under way', async () => {
    await new InFlight().idle();
  });

  it('is idle when all has ended, well or badly, also what began meanwhile', async () => {
    const inFlight = new InFlight();
    const first = Promise.withResolvers<undefined>();
    const second = Promise.withResolvers<undefined>();
    const ended: string[] = [];
    inFlight.track(first.promise, () => {
      ended.push('first');
      inFlight.track(second.promise, () => ended.push('second'));
    });
    expect(inFlight.size).to.equal(1);
    const idle = inFlight.idle().then(() => ended.push('idle'));
    first.reject(new Error('went wrong'));
    await first.promise.catch(() => undefined);
    await Promise.resolve();
    second.resolve(undefined);
    await idle;
    expect(ended).to.deep.equal(['first', 'second', 'idle']);
    expect(inFlight.size).to.equal(0);
  });
});
