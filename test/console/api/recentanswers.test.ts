import { expect } from 'chai';
import { RecentAnswers } from '../../../src/console/api/recentanswers.ts';

describe('Recent answers', () => {
  let now: number;
  let asked: number;
  let recent: RecentAnswers<number>;
  const ask = (): Promise<number> => Promise.resolve((asked += 1));

  beforeEach(() => {
    [now, asked] = [0, 0];
    recent = new RecentAnswers({ monotonic: () => now }, 1000);
  });

  it('are given again until they are too old', async () => {
    const given: number[] = [];
    for (now of [0, 999, 1000, 1999, 2000]) given.push(await recent.get('acme', ask));
    expect(given).to.deep.equal([1, 1, 2, 2, 3]);
  });

  it('are given for longer if they took long, since they cost as much each time', async () => {
    const slowly = async (): Promise<number> => {
      const number = await ask();
      now += 300;
      return number;
    };
    const given: number[] = [];
    for (now of [0, 59_999, 60_000, 119_999]) given.push(await recent.get('acme', slowly));
    expect(given).to.deep.equal([1, 1, 2, 2]);
  });

  it('are given for a minute at most, since what took long may have waited for a ledger that was away', async () => {
    const given: number[] = [];
    for (now of [0, 59_999, 60_000]) {
      const begun = now;
      given.push(
        await recent.get('acme', async () => {
          const number = await ask();
          now = begun + 2_000;
          return number;
        }),
      );
    }
    expect(given).to.deep.equal([1, 1, 2]);
  });

  it('are shared by those who ask at once, and are of one key', async () => {
    const given = ['acme', 'acme', 'bloom'].map((key) => recent.get(key, ask));
    expect(await Promise.all(given)).to.deep.equal([1, 1, 2]);
  });

  it('are no failures', async () => {
    const failed = await recent.get('acme', () => Promise.reject(new Error('away'))).catch(() => 'failed');
    expect([failed, await recent.get('acme', ask)]).to.deep.equal(['failed', 1]);
  });
});
