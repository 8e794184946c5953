import { expect } from 'chai';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace';
import { spansHere } from './spanshere.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Spans', () => {
  it('are found by what they call, however long that takes, and by nothing else', async () => {
    const { spans } = spansHere();
    const seen: (string | undefined)[] = [];
    const work = (requestId: string): Promise<void> =>
      spans.run(spans.begin({ name: requestId }), { requestId }, async () => {
        await turn();
        seen.push(spans.active?.requestId);
      });
    await Promise.all([work('one'), work('other')]);
    seen.push(spans.active?.requestId);
    expect(seen).to.deep.equal(['one', 'other', undefined]);
  });

  it('are not found by what is called outside of them', async () => {
    const { spans } = spansHere();
    const seen = await spans.run(spans.begin({ name: 'a' }), { requestId: 'a' }, () =>
      Promise.resolve(spans.outside(() => spans.active)),
    );
    expect(seen).to.equal(undefined);
  });

  it('take in a call that goes on when they have ended', async () => {
    const { spans, ended } = spansHere();
    const { promise, resolve } = Promise.withResolvers<undefined>();
    let late: Promise<unknown> | undefined;
    await spans.run(spans.begin({ name: 'webhook' }), { requestId: 'a' }, () => {
      late = promise.then(() => spans.within({ name: 'late' }, () => Promise.resolve(1)));
      return Promise.resolve();
    });
    resolve(undefined);
    expect(await late).to.equal(1);
    expect(ended()).to.deep.equal(['webhook', 'late']);
  });

  it('are none for a call that belongs to no trace, or to one that is not exported', async () => {
    const { spans, ended } = spansHere(new AlwaysOffSampler());
    const call = () => spans.within({ name: 'call' }, (span) => Promise.resolve(span));
    expect(await call()).to.equal(undefined);
    expect(await spans.run(spans.begin({ name: 'webhook' }), { requestId: 'a' }, call)).to.equal(undefined);
    expect(ended()).to.deep.equal([]);
  });

  it('are not even named for a call that belongs to a trace that is not exported', async () => {
    const { spans } = spansHere(new AlwaysOffSampler());
    const named = (): never => {
      throw new Error('named');
    };
    const call = () => spans.within(named, () => Promise.resolve('called'));
    expect(await spans.run(spans.begin({ name: 'webhook' }), { requestId: 'a' }, call)).to.equal('called');
  });

  it('end with what they hold, also if that fails, and hand on why', async () => {
    const { spans, ended } = spansHere();
    const fault = new Error('gone');
    const failing = spans.run(spans.begin({ name: 'webhook' }), { requestId: 'a' }, () =>
      spans.within({ name: 'call' }, () => Promise.reject(fault)),
    );
    expect(await failing.catch((error: unknown) => error)).to.equal(fault);
    expect(ended()).to.deep.equal(['call', 'webhook']);
  });
});
