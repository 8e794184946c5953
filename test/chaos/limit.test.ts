import { expect } from 'chai';
import { limitOf } from './limit.ts';

describe('the limit of the chaos run', () => {
  it('has so many at a time, and lets those in a hurry go before the others', async () => {
    const limit = limitOf(2);
    const begun: string[] = [];
    const ends: PromiseWithResolvers<undefined>[] = [];
    const begin = (name: string, inHurry: boolean): Promise<void> =>
      limit(async () => {
        begun.push(name);
        const end = Promise.withResolvers<undefined>();
        ends.push(end);
        await end.promise;
      }, inHurry);
    const all = [
      begin('a', false),
      begin('b', false),
      begin('new 1', false),
      begin('new 2', false),
      begin('retry 1', true),
      begin('retry 2', true),
    ];
    expect(begun).to.deep.equal(['a', 'b']);
    for (let n = 0; n < all.length; n += 1) {
      ends[n]?.resolve(undefined);
      await new Promise(setImmediate);
    }
    await Promise.all(all);
    expect(begun).to.deep.equal(['a', 'b', 'retry 1', 'retry 2', 'new 1', 'new 2']);
  });
});
