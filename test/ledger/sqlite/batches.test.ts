import { expect } from 'chai';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { Batches } from '../../../src/ledger/sqlite/batches.ts';
import type { LedgerCall } from '../../../src/ledger/sqlite/calls.ts';

const call = (name: string): LedgerCall => ({ name: 'readMax', with: { name }, at: { now: 0, date: 0 } });

/** Answers each call with its own name, when the test lets it. */
class SlowDisk {
  readonly batches: string[][] = [];
  #underWay = Promise.withResolvers<undefined>();

  readonly run = async (calls: readonly LedgerCall[]): Promise<readonly unknown[]> => {
    const names = calls.map((each) => (each.name === 'readMax' ? each.with.name : each.name));
    this.batches.push(names);
    await this.#underWay.promise;
    return names;
  };

  async end(failure?: Error): Promise<void> {
    const ended = this.#underWay;
    this.#underWay = Promise.withResolvers();
    if (failure === undefined) ended.resolve(undefined);
    else ended.reject(failure);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('Calls on their way to the disk', () => {
  let disk: SlowDisk;
  let batches: Batches;
  let ring: () => void;

  const step = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const failureOf = (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => 'none',
      (error: unknown) => error,
    );

  beforeEach(() => {
    disk = new SlowDisk();
    const after = (_ms: number, run: () => void) => {
      ring = run;
      return () => undefined;
    };
    batches = new Batches(disk, { after });
  });

  it('go together when they are asked in one step, and those that come meanwhile go with the next', async () => {
    const first = ['a', 'b'].map((name) => batches.ask(call(name)));
    await step();
    const next = ['c', 'd', 'e'].map((name) => batches.ask(call(name)));
    await step();
    expect(disk.batches).to.deep.equal([['a', 'b']]);
    await disk.end();
    expect(await Promise.all(first)).to.deep.equal(['a', 'b']);
    expect(disk.batches).to.deep.equal([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
    await disk.end();
    expect(await Promise.all(next)).to.deep.equal(['c', 'd', 'e']);
  });

  it('are at most 500 in one transaction', async () => {
    const asked = Array.from({ length: 1200 }, (_, n) => batches.ask(call(String(n))));
    for (let n = 0; n < 3; n += 1) {
      await step();
      await disk.end();
    }
    await Promise.all(asked);
    expect(disk.batches.map(({ length }) => length)).to.deep.equal([500, 500, 200]);
  });

  it('fail together, and the next ones go on', async () => {
    const failures = ['a', 'b'].map((name) => failureOf(batches.ask(call(name))));
    await step();
    const full = new LedgerUnavailable('full');
    await disk.end(full);
    expect(await Promise.all(failures)).to.deep.equal([full, full]);
    const next = batches.ask(call('c'));
    await step();
    await disk.end();
    expect(await next).to.equal('c');
  });

  it('fail in time while the disk hangs, those that wait too, and go on when it does', async () => {
    const underWay = failureOf(batches.ask(call('a')));
    await step();
    const waiting = failureOf(batches.ask(call('b')));
    ring();
    const late = failureOf(batches.ask(call('c')));
    for (const failure of await Promise.all([underWay, waiting, late]))
      expect(failure)
        .to.be.instanceOf(LedgerUnavailable)
        .with.property('message')
        .that.contains('LEDGER_URL');
    await disk.end();
    const next = batches.ask(call('d'));
    await step();
    await disk.end();
    expect(await next).to.equal('d');
    expect(disk.batches).to.deep.equal([['a'], ['d']]);
  });

  it('are all done when it is drained', async () => {
    const asked = batches.ask(call('a'));
    const drained = batches.drained().then(() => 'drained');
    await step();
    expect(await Promise.race([drained, step().then(() => 'not yet')])).to.equal('not yet');
    await disk.end();
    expect(await drained).to.equal('drained');
    expect(await asked).to.equal('a');
  });
});
