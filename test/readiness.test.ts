import { expect } from 'chai';
import { LedgerUnavailable } from '../src/ledger/ledger.ts';
import { MemoryLedger } from '../src/ledger/memory/memory.ts';
import { FakeClock } from './sources/kubernetes/fakeclock.ts';
import { times } from './ledger/contract.ts';
import { WrappedLedger } from './ledger/wrapped.ts';
import { startGateway, type Gateway } from './support/gateway.ts';

const wrongPassword = 'the ledger at db:5432 cannot be used: it refuses the login';

/** A ledger whose server is not yet as it should be. */
class FaultyLedger extends WrappedLedger {
  checks = 0;
  answer: () => Promise<void> = () => Promise.reject(new LedgerUnavailable(wrongPassword));

  override check(): Promise<void> {
    this.checks += 1;
    return this.answer();
  }
}

describe('readiness', () => {
  let clock: FakeClock;
  let ledger: FaultyLedger;
  let gateway: Gateway;

  beforeEach(async () => {
    clock = new FakeClock();
    ledger = new FaultyLedger(new MemoryLedger({ clock, times, maxEntries: 100 }));
    gateway = await startGateway({ DRAIN_MS: '0' }, { clock, ledger });
  });
  afterEach(async () => {
    const stopped = gateway.stop();
    await clock.until(() => gateway.logs.some(({ msg }) => msg === 'stopped'), { stepMs: 100 });
    await stopped;
  });

  const probe = async (path: string): Promise<[number, string]> => {
    const { status, text } = await gateway.get(gateway.adminURL + path);
    return [status, text];
  };
  const said = (level: string): unknown[] =>
    gateway.logs.filter((line) => line['level'] === level).map(({ msg, error }) => [msg, error]);

  it('waits for the first write to the ledger, which is tried again and again', async () => {
    await clock.until(() => ledger.checks >= 20, { stepMs: 1000 });
    expect(await probe('/readyz')).to.deep.equal([503, 'not ready\n']);
    expect(await probe('/livez')).to.deep.equal([200, 'ok\n']);
    ledger.answer = () => Promise.resolve();
    const { checks } = ledger;
    await clock.until(() => ledger.checks > checks, { stepMs: 1000 });
    expect(await probe('/readyz')).to.deep.equal([200, 'ok\n']);
    expect(said('info').flat()).to.include('the ledger takes writes');
  });

  it('says in one line what is wrong with the ledger, and another when that becomes something else', async () => {
    const line = 'the ledger takes no writes; not ready, and webhooks get 503';
    await clock.until(() => ledger.checks >= 5, { stepMs: 1000 });
    expect(said('error')).to.deep.equal([[line, wrongPassword]]);
    ledger.answer = () => Promise.reject(new LedgerUnavailable('it lacks rights'));
    const { checks } = ledger;
    await clock.until(() => ledger.checks >= checks + 5, { stepMs: 1000 });
    expect(said('error')).to.deep.equal([
      [line, wrongPassword],
      [line, 'it lacks rights'],
    ]);
  });

  it('counts a check that does not come to an end as one that failed', async () => {
    ledger.answer = () => new Promise(() => undefined);
    const { checks } = ledger;
    await clock.until(() => ledger.checks >= checks + 3, { stepMs: 1000 });
    expect(said('error').at(-1)).to.deep.include('the ledger does not answer in time');
    expect((await probe('/readyz'))[0]).to.equal(503);
  });

  it('lasts when the ledger goes later, which a probe of its own tells', async () => {
    ledger.answer = () => Promise.resolve();
    const { checks } = ledger;
    await clock.until(() => ledger.checks > checks, { stepMs: 1000 });
    expect(await probe('/readyz/ledger')).to.deep.equal([200, 'ok\n']);
    ledger.answer = () => Promise.reject(new LedgerUnavailable(wrongPassword));
    expect(await probe('/readyz')).to.deep.equal([200, 'ok\n']);
    expect(await probe('/readyz/ledger')).to.deep.equal([503, `${wrongPassword}\n`]);
  });

  it('asks the ledger no more once it took a write', async () => {
    ledger.answer = () => Promise.resolve();
    const { checks } = ledger;
    await clock.until(() => ledger.checks > checks, { stepMs: 1000 });
    clock.advance(3_600_000);
    await clock.settle();
    expect(ledger.checks).to.equal(checks + 1);
  });
});
