import { expect } from 'chai';
import type { LedgerStats } from '../../src/ledger/ledgerstats.ts';
import { StatsPoll } from '../../src/ledger/statspoll.ts';
import { FakeClock } from '../sources/kubernetes/fakeclock.ts';
import { type Lines, logInto } from '../support/loglines.ts';

describe('The looks at a ledger', () => {
  let clock: FakeClock;
  let lines: Lines;
  let seen: LedgerStats[];
  let looks: number;
  let answer: () => Promise<LedgerStats>;
  let poll: StatsPoll;

  beforeEach(() => {
    clock = new FakeClock();
    lines = [];
    seen = [];
    looks = 0;
    answer = () => Promise.resolve({ sizeBytes: looks });
    const stats = (): Promise<LedgerStats> => {
      looks += 1;
      return answer();
    };
    poll = pollOf({ stats });
  });

  const pollOf = (ledger: { stats?: () => Promise<LedgerStats> }): StatsPoll =>
    new StatsPoll({
      ledger,
      clock,
      log: logInto(lines),
      observe: (stats) => {
        seen.push(stats);
      },
    });

  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await clock.settle(2);
  };

  it('begin at the start, and come every 15 seconds', async () => {
    poll.start();
    await pass(0);
    await pass(14_999);
    expect(seen).to.deep.equal([{ sizeBytes: 1 }]);
    await pass(1);
    await pass(15_000);
    expect(seen).to.deep.equal([{ sizeBytes: 1 }, { sizeBytes: 2 }, { sizeBytes: 3 }]);
  });

  it('come one at a time: one that hangs keeps the next from coming', async () => {
    const hanging = Promise.withResolvers<LedgerStats>();
    answer = () => hanging.promise;
    poll.start();
    await pass(600_000);
    expect([looks, clock.timers]).to.deep.equal([1, 0]);
    hanging.resolve({ sizeBytes: 9 });
    await pass(0);
    await pass(15_000);
    expect(looks).to.equal(2);
  });

  it('leave what was seen last when they fail, say so at level debug alone, and go on', async () => {
    poll.start();
    await pass(0);
    answer = () => Promise.reject(new Error('no such disk'));
    await pass(15_000);
    expect(seen).to.deep.equal([{ sizeBytes: 1 }]);
    expect(lines.map(([level]) => level)).to.deep.equal(['debug']);
    answer = () => Promise.resolve({ sizeBytes: 7 });
    await pass(15_000);
    expect(seen).to.deep.equal([{ sizeBytes: 1 }, { sizeBytes: 7 }]);
  });

  it('end when they are stopped, and one that is under way then is not reported', async () => {
    const underWay = Promise.withResolvers<LedgerStats>();
    poll.start();
    await pass(0);
    answer = () => underWay.promise;
    await pass(15_000);
    poll.stop();
    underWay.resolve({ sizeBytes: 9 });
    await pass(60_000);
    expect([looks, seen, clock.timers]).to.deep.equal([2, [{ sizeBytes: 1 }], 0]);
  });

  it('end when they are stopped between two', async () => {
    poll.start();
    await pass(0);
    poll.stop();
    await pass(60_000);
    expect([looks, clock.timers]).to.deep.equal([1, 0]);
  });

  it('never come to a ledger that has nothing to see', async () => {
    pollOf({}).start();
    await pass(60_000);
    expect([seen, clock.timers]).to.deep.equal([[], 0]);
  });
});
