import { expect } from 'chai';
import { Semaphore } from '../../src/lib/semaphore.ts';
import { FakeClock } from '../sources/kubernetes/fakeclock.ts';

describe('a turn among tasks', () => {
  let clock: FakeClock;
  let semaphore: Semaphore;
  let begun: string[];
  let ends: Map<string, () => void>;

  beforeEach(() => {
    clock = new FakeClock();
    semaphore = new Semaphore({ most: 1, longestWaitMs: 5_000, clock, tooLate: () => new Error('too late') });
    begun = [];
    ends = new Map();
  });

  /** A task that goes on until it is ended; resolves to its name, or to the error. */
  function run(name: string): Promise<unknown> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const task = (): Promise<string> => {
      begun.push(name);
      ends.set(name, () => {
        resolve(name);
      });
      return promise;
    };
    return semaphore.run(task).catch((error: unknown) => error);
  }

  it('is had in the order of coming', async () => {
    const tasks = ['one', 'two', 'three'].map(run);
    await Promise.resolve();
    expect(begun).to.deep.equal(['one']);
    for (const [index, name] of ['one', 'two', 'three'].entries()) {
      ends.get(name)?.();
      expect(await tasks[index]).to.equal(name);
    }
    expect(begun).to.deep.equal(['one', 'two', 'three']);
    expect(clock.timers).to.equal(0);
  });

  it('is waited for no longer than the deadline, and is then the next one’s', async () => {
    const first = run('one');
    const late = run('late');
    clock.advance(1);
    const next = run('next');
    clock.advance(4_999);
    expect(await late)
      .to.be.instanceOf(Error)
      .with.property('message', 'too late');
    ends.get('one')?.();
    expect(await first).to.equal('one');
    ends.get('next')?.();
    expect(await next).to.equal('next');
    expect(begun).to.deep.equal(['one', 'next']);
    expect(clock.timers).to.equal(0);
  });

  it('that nobody waits for any more is free', async () => {
    const first = run('one');
    const late = run('late');
    clock.advance(5_000);
    await late;
    ends.get('one')?.();
    await first;
    void run('new');
    await Promise.resolve();
    expect(begun).to.deep.equal(['one', 'new']);
  });

  it('that has come is not taken away again', async () => {
    const first = run('one');
    const second = run('two');
    await Promise.resolve();
    ends.get('one')?.();
    await first;
    clock.advance(5_000);
    await Promise.resolve();
    ends.get('two')?.();
    expect(await second).to.equal('two');
  });
});
