import { expect } from 'chai';
import { CountsPoll } from '../../../src/delivery/counts/countspoll.ts';
import type { DeliveryCount, DeliveryLedger } from '../../../src/ledger/deliveries/deliveries.ts';
import type { OutboxCount } from '../../../src/ledger/deliveries/outbox.ts';
import { FakeClock } from '../../sources/kubernetes/fakeclock.ts';
import { countOf } from '../../support/deliveries.ts';
import { type Lines, logInto } from '../../support/loglines.ts';

describe('The counts of deliveries', () => {
  let clock: FakeClock;
  let lines: Lines;
  let seen: (readonly DeliveryCount[])[];
  let asked: number;
  let answer: () => Promise<readonly DeliveryCount[]>;
  let poll: CountsPoll;

  const unsent: readonly OutboxCount[] = [{ tenant: 'acme', count: 1, oldest: 0 }];
  const numbered = (count: number) => [countOf({ count })];

  beforeEach(() => {
    clock = new FakeClock();
    lines = [];
    seen = [];
    asked = 0;
    answer = () => Promise.resolve(numbered(asked));
    const counts = (): Promise<readonly DeliveryCount[]> => {
      asked += 1;
      return answer();
    };
    const outbox = { counts: () => Promise.resolve(unsent) };
    poll = pollOf({ deliveries: { counts, outbox } as unknown as DeliveryLedger });
  });

  const pollOf = (ledger: { deliveries?: DeliveryLedger }): CountsPoll =>
    new CountsPoll({
      ledger,
      clock,
      random: () => 0.4,
      log: logInto(lines),
      observe: (counts, inOutbox) => {
        seen.push(counts);
        expect(inOutbox).to.equal(unsent);
      },
    });

  const pass = async (ms: number): Promise<void> => {
    clock.advance(ms);
    await clock.settle(2);
  };

  it('begin at a random moment of the first 15 seconds, and come every 15 seconds', async () => {
    poll.start();
    await pass(5999);
    expect(seen).to.deep.equal([]);
    await pass(1);
    await pass(14_999);
    expect(seen).to.deep.equal([numbered(1)]);
    await pass(1);
    await pass(15_000);
    expect(seen).to.deep.equal([numbered(1), numbered(2), numbered(3)]);
  });

  it('come one at a time: one that hangs keeps the next from coming', async () => {
    const hanging = Promise.withResolvers<readonly DeliveryCount[]>();
    answer = () => hanging.promise;
    poll.start();
    await pass(600_000);
    expect([asked, clock.timers]).to.deep.equal([1, 0]);
    hanging.resolve(numbered(9));
    await pass(0);
    await pass(15_000);
    expect(asked).to.equal(2);
  });

  it('leave what was seen last when they fail, say so at level debug alone, and go on', async () => {
    poll.start();
    await pass(6000);
    answer = () => Promise.reject(new Error('no ledger'));
    await pass(15_000);
    expect(seen).to.deep.equal([numbered(1)]);
    expect(lines.map(([level]) => level)).to.deep.equal(['debug']);
    answer = () => Promise.resolve([]);
    await pass(15_000);
    expect(seen).to.deep.equal([numbered(1), []]);
  });

  it('end when they are stopped, and one that is under way then is not reported', async () => {
    const underWay = Promise.withResolvers<readonly DeliveryCount[]>();
    answer = () => underWay.promise;
    poll.start();
    await pass(6000);
    poll.stop();
    underWay.resolve(numbered(9));
    await pass(60_000);
    expect([asked, seen, clock.timers]).to.deep.equal([1, [], 0]);
  });

  it('end when they are stopped between two', async () => {
    poll.start();
    await pass(6000);
    poll.stop();
    await pass(60_000);
    expect([asked, clock.timers]).to.deep.equal([1, 0]);
  });

  it('never come from a ledger that keeps no deliveries', async () => {
    pollOf({}).start();
    await pass(60_000);
    expect([seen, clock.timers]).to.deep.equal([[], 0]);
  });
});
