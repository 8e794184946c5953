import { expect } from 'chai';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { Batch } from '../../../src/ledger/postgres/batch.ts';
import type { Parameter, Query } from '../../../src/ledger/postgres/database.ts';
import { PostgresFault } from '../../../src/ledger/postgres/fault.ts';
import { HandClock } from '../clock.ts';

type Sent = Readonly<{ values: readonly Parameter[]; answer: () => void; fail: (error: Error) => void }>;

/** A server that answers each statement when it is let, with the key and owner of each call. */
function server(): { sent: Sent[]; query: Query } {
  const sent: Sent[] = [];
  const query: Query = (_, values = []) => {
    const { promise, resolve, reject } = Promise.withResolvers<{ key: unknown; owner: unknown }[]>();
    const [keys, owners] = values as [string[], string[]];
    const answer = (): void => {
      resolve(keys.map((key, n) => ({ key, owner: owners[n] })));
    };
    sent.push({ values, answer, fail: reject });
    return promise;
  };
  return { sent, query };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const stateError = (code: string): Error =>
  new LedgerUnavailable('no', { cause: new PostgresFault(Object.assign(new Error('no'), { code })) });

describe('a batch of calls to PostgreSQL', () => {
  let { sent, query } = server();
  let batch: Batch;
  let clock: HandClock;

  beforeEach(() => {
    ({ sent, query } = server());
    clock = new HandClock();
    batch = new Batch({ query, clock, statement: 'SELECT', common: [7] });
  });

  it('sends what is asked in one turn as one statement, in the order of the keys, before what all share', async () => {
    const asked = Promise.all([batch.ask('b', 'o1', 1), batch.ask('a', 'o2', 2), batch.ask('c', 'o3', 3)]);
    await turn();
    expect(sent.map(({ values }) => values)).to.deep.equal([
      [['a', 'b', 'c'], ['o2', 'o1', 'o3'], [2, 1, 3], 7],
    ]);
    sent[0]?.answer();
    expect((await asked).map((row) => row?.['key'])).to.deep.equal(['b', 'a', 'c']);
  });

  it('has two statements on their way at most; what comes meanwhile goes with the next', async () => {
    const asked: Promise<unknown>[] = [];
    for (const key of ['a', 'b', 'c', 'd']) {
      asked.push(batch.ask(key, 'o'));
      await turn();
    }
    expect(sent.map(({ values: [keys] }) => keys)).to.deep.equal([['a'], ['b']]);
    sent[1]?.answer();
    await turn();
    expect(sent.map(({ values: [keys] }) => keys)).to.deep.equal([['a'], ['b'], ['c', 'd']]);
    for (const { answer } of sent) answer();
    await Promise.all(asked);
  });

  it('gives each of two calls for one key its own row, by the owner', async () => {
    const asked = Promise.all([batch.ask('a', 'o1'), batch.ask('a', 'o2')]);
    await turn();
    sent[0]?.answer();
    expect((await asked).map((row) => row?.['owner'])).to.deep.equal(['o1', 'o2']);
  });

  it('sends at most a hundred calls in one statement', async () => {
    const asked = Array.from({ length: 250 }, (_, n) => batch.ask(`k${n}`, 'o'));
    await turn();
    expect(sent.map(({ values: [keys] }) => (keys as string[]).length)).to.deep.equal([100, 100]);
    sent.forEach(({ answer }) => {
      answer();
    });
    await turn();
    expect(sent).to.have.length(3);
    sent[2]?.answer();
    await Promise.all(asked);
  });

  it('sends each call alone when the server ends a deadlock by it', async () => {
    const asked = Promise.all([batch.ask('a', 'o'), batch.ask('b', 'o')]);
    await turn();
    sent[0]?.fail(stateError('40P01'));
    await turn();
    expect(sent.slice(1).map(({ values: [keys] }) => keys)).to.deep.equal([['a'], ['b']]);
    sent.forEach(({ answer }) => {
      answer();
    });
    expect((await asked).map((row) => row?.['key'])).to.deep.equal(['a', 'b']);
  });

  it('refuses a call at once when two thousand wait', async () => {
    const ask = (_: unknown, n: number) => batch.ask(`k${n}`, 'o');
    const asked = Array.from({ length: 200 }, ask);
    await turn();
    asked.push(...Array.from({ length: 2000 }, ask));
    const error: unknown = await batch.ask('more', 'o').catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(LedgerUnavailable);
    while (sent.length > 0) {
      sent.splice(0).forEach(({ answer }) => {
        answer();
      });
      await turn();
    }
    await Promise.all(asked);
  });

  it('sends nothing any more that has waited for longer than a statement may take', async () => {
    const first = Promise.all([batch.ask('a', 'o'), turn().then(() => batch.ask('b', 'o'))]);
    await turn();
    await turn();
    const late = batch.ask('c', 'o').catch((reason: unknown) => reason);
    await turn();
    clock.advance(4000);
    const fresh = batch.ask('d', 'o');
    await turn();
    sent.splice(0).forEach(({ answer }) => {
      answer();
    });
    await turn();
    expect(sent.map(({ values: [keys] }) => keys)).to.deep.equal([['d']]);
    expect(await late).to.be.instanceOf(LedgerUnavailable);
    sent[0]?.answer();
    await Promise.all([first, fresh]);
  });

  it('fails every call of a statement that fails, and goes on with those that wait', async () => {
    const asked = Promise.allSettled([batch.ask('a', 'o'), batch.ask('b', 'o')]);
    await turn();
    const error = stateError('53100');
    sent[0]?.fail(error);
    for (const result of await asked) expect(result).to.deep.equal({ status: 'rejected', reason: error });
    const next = batch.ask('c', 'o');
    await turn();
    sent[1]?.answer();
    expect(await next).to.include({ key: 'c' });
  });
});
