import { expect } from 'chai';
import fc from 'fast-check';
import { ApiError } from '../../../src/sources/kubernetes/api/apierror.ts';
import { Queue } from '../../../src/sources/kubernetes/queue.ts';
import { RecentFaults } from '../../../src/sources/kubernetes/recentfaults.ts';
import { FakeClock } from './fakeclock.ts';
import { keptLog } from './harness.ts';

function setup(work: (key: string) => Promise<void>, { workers = 2, start = true } = {}) {
  const clock = new FakeClock();
  const log = keptLog();
  const depths: number[] = [];
  const queue = new Queue({
    name: 'test',
    workers,
    clock,
    random: () => 1,
    log,
    recentFaults: new RecentFaults(clock),
    depth: (depth) => depths.push(depth),
  });
  const begin = (): void => {
    queue.start(work);
  };
  if (start) begin();
  return { clock, log, queue, depths, begin };
}

describe('Queue', () => {
  it('works on each key once, however often it was added', async () => {
    const done: string[] = [];
    const { clock, queue, begin } = setup(
      (key) => {
        done.push(key);
        return Promise.resolve();
      },
      { start: false },
    );
    for (const key of ['a', 'b', 'a', 'a']) queue.add(key);
    expect(queue.depth).to.equal(2);
    await clock.settle(3);
    expect(done).to.deep.equal([]);
    begin();
    await clock.until(() => done.length === 2);
    expect(done).to.deep.equal(['a', 'b']);
    expect(queue.depth).to.equal(0);
  });

  it('works again on a key that was added while it was worked on', async () => {
    const ends: (() => void)[] = [];
    const { clock, queue } = setup(() => new Promise((resolve) => ends.push(resolve)));
    queue.add('a');
    await clock.until(() => ends.length === 1);
    queue.add('a');
    queue.add('a');
    await clock.settle(3);
    expect(ends).to.have.length(1);
    ends[0]!();
    await clock.until(() => ends.length === 2);
    ends[1]!();
    await clock.settle(3);
    expect(ends).to.have.length(2);
  });

  it('brings a failed key back later and later, and logs it once', async () => {
    const at: number[] = [];
    let failures = 4;
    const { clock, log, queue } = setup(() => {
      at.push(clock.monotonic());
      return failures-- > 0 ? Promise.reject(new Error('confidential')) : Promise.resolve();
    });
    queue.add('a');
    await clock.until(() => at.length === 5, { stepMs: 50 });
    const waits = at.slice(1).map((time, index) => time - at[index]!);
    expect(waits.map((wait) => Math.round(wait / 250))).to.deep.equal([1, 2, 4, 8]);
    await clock.settle(3);
    expect(clock.timers).to.equal(0);
    expect(log.lines.map(({ level }) => level)).to.deep.equal(['warn', 'debug', 'debug', 'debug']);
    expect(JSON.stringify(log.lines)).not.to.include('confidential');
  });

  it('logs a fault that many keys have by the first of them, and again after a minute', async () => {
    const { clock, log, queue } = setup(() => Promise.reject(new ApiError(403, 'Forbidden')));
    const warned = () =>
      log.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields['object']);
    const failed = () => log.lines.length;
    for (let index = 0; index < 100; index++) queue.add(`key-${index}`);
    await clock.until(() => failed() === 100);
    expect(warned()).to.deep.equal(['key-0']);
    clock.advance(61_000);
    queue.add('later');
    await clock.until(() => warned().length === 2);
    expect(warned()[1]).to.equal('later');
    await queue.stop();
  });

  it('starts its back-off anew after a success', async () => {
    const outcomes = [false, false, true, false, true];
    const at: number[] = [];
    const { clock, queue } = setup(() => {
      at.push(clock.monotonic());
      return outcomes.shift() ? Promise.resolve() : Promise.reject(new Error('no'));
    });
    queue.add('a');
    await clock.until(() => at.length === 3, { stepMs: 50 });
    await clock.settle(3);
    queue.add('a');
    await clock.until(() => at.length === 5, { stepMs: 10 });
    expect(at[4]! - at[3]!).to.be.within(250, 260);
  });

  it('waits for as long as the server asks, but works at once on what has changed', async () => {
    let runs = 0;
    const { clock, queue } = setup(() => {
      runs++;
      return runs === 1
        ? Promise.reject(new ApiError(429, 'TooManyRequests', { retryAfter: 30 }))
        : Promise.resolve();
    });
    queue.add('a');
    await clock.until(() => clock.timers === 1);
    clock.advance(29_000);
    await clock.settle(3);
    expect(runs).to.equal(1);
    queue.add('a');
    await clock.until(() => runs === 2);
    expect(clock.timers).to.equal(0);
  });

  it('stops when what is under way has ended, and keeps the rest for the next start', async () => {
    const ends: (() => void)[] = [];
    const { clock, queue, begin } = setup(() => new Promise((resolve) => ends.push(resolve)), { workers: 1 });
    queue.add('a');
    queue.add('b');
    await clock.until(() => ends.length === 1);
    let isStopped = false;
    const stopped = queue.stop().then(() => {
      isStopped = true;
    });
    await clock.settle(3);
    expect(isStopped).to.equal(false);
    ends[0]!();
    await stopped;
    expect(ends).to.have.length(1);
    begin();
    await clock.until(() => ends.length === 2);
    ends[1]!();
  });

  it('leaves no timer when it is stopped during back-off', async () => {
    const { clock, queue } = setup(() => Promise.reject(new Error('no')));
    queue.add('a');
    await clock.until(() => clock.timers === 1);
    await queue.stop();
    expect(clock.timers).to.equal(0);
  });

  it('reports its depth', async () => {
    const { clock, queue, depths } = setup(() => Promise.resolve(), { workers: 1 });
    for (const key of ['a', 'b', 'c']) queue.add(key);
    expect(Math.max(...depths)).to.equal(2);
    await clock.until(() => depths.at(-1) === 0);
  });

  it('never works twice on a key at a time, and always once after its last change', async () => {
    const action = fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd'), pauses: fc.nat(2) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { maxLength: 30 }),
        fc.integer({ min: 1, max: 3 }),
        async (actions, workers) => {
          const versions = new Map<string, number>();
          const worked = new Map<string, number>();
          const busy = new Set<string>();
          let turn = 0;
          const work = async (key: string): Promise<void> => {
            expect(busy.has(key), 'two at a time').to.equal(false);
            expect(busy.size).to.be.below(workers);
            busy.add(key);
            const version = versions.get(key) ?? 0;
            await Promise.resolve();
            await new Promise((resolve) => setImmediate(resolve));
            busy.delete(key);
            if (turn++ % 3 === 0) throw new Error('every third fails');
            worked.set(key, version);
          };
          const { clock, queue } = setup(work, { workers });
          for (const { key, pauses } of actions) {
            versions.set(key, (versions.get(key) ?? 0) + 1);
            queue.add(key);
            for (let pause = 0; pause < pauses; pause++)
              await new Promise((resolve) => setImmediate(resolve));
          }
          await clock.until(() => [...versions].every(([key, version]) => worked.get(key) === version), {
            stepMs: 1000,
          });
          await queue.stop();
          expect(clock.timers).to.equal(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
