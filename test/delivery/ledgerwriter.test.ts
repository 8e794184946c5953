import { expect } from 'chai';
import { systemClock } from '../../src/lib/clock.ts';
import { LedgerWriter } from '../../src/delivery/ledgerwriter.ts';
import {
  type Claim,
  type UnconfirmedAttempt,
  type AnswerOutcome,
  LedgerUnavailable,
  type Receipt,
} from '../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { startWorld } from '../support/world.ts';
import { webhook } from '../support/webhooks.ts';
import { HandClock } from '../ledger/clock.ts';
import { claimOf, unconfirmed, entryOf, receipt, times } from '../ledger/contract.ts';
import { type Lines, logInto } from '../support/loglines.ts';
import { WrappedLedger } from '../ledger/wrapped.ts';
import { adaWebhook, rewardRequestOf } from '../support/rewards.ts';

/** A ledger that is away for so many changes. */
class AbsentLedger extends WrappedLedger {
  absences = 0;

  override settle(claim: Claim, given: Receipt, keepMs?: number): Promise<boolean> {
    return this.#unlessAbsent(() => super.settle(claim, given, keepMs));
  }
  override markUnconfirmed(claim: Claim, unconfirmed: UnconfirmedAttempt): Promise<void> {
    return this.#unlessAbsent(() => super.markUnconfirmed(claim, unconfirmed));
  }
  override release(claim: Claim): Promise<void> {
    return this.#unlessAbsent(() => super.release(claim));
  }
  override recordAnswer(key: string, externalId: string, outcome: AnswerOutcome): Promise<void> {
    return this.#unlessAbsent(() => super.recordAnswer(key, externalId, outcome));
  }

  async #unlessAbsent<T>(change: () => Promise<T>): Promise<T> {
    if (this.absences === 0) return await change();
    this.absences -= 1;
    throw new LedgerUnavailable('away');
  }
}

const names = Object.freeze({ tenant: 'acme', request_id: 'request-1' });

describe('a ledger that is away when it should be told what became of a claim', () => {
  const entry = entryOf('request-1');
  const issued = { externalId: entry.externalId, receipt, settled: Promise.resolve() };
  const request = { webhook: rewardRequestOf({ ...adaWebhook, id: null }), entry, withoutId: true, names };
  let clock: HandClock;
  let ledger: AbsentLedger;
  let lines: Lines;
  /** Called before each pause between two tries. */
  let meanwhile: () => Promise<unknown>;
  let ledgerWriter: LedgerWriter;
  let begun: number;

  beforeEach(() => {
    clock = new HandClock();
    begun = clock.monotonic();
    ledger = new AbsentLedger(new MemoryLedger({ clock, times, maxEntries: 10 }));
    lines = [];
    meanwhile = () => Promise.resolve();
    const sleep = async (ms: number): Promise<void> => {
      await meanwhile();
      clock.advance(ms);
    };
    ledgerWriter = new LedgerWriter({
      ledger,
      clock: { now: clock.now, monotonic: clock.monotonic, sleep, after: clock.after },
      log: logInto(lines),
      retry: { everyMs: 1000, forMs: 60_000 },
    });
  });

  const win = async (): Promise<Claim> => claimOf(await ledger.claim(entry));
  const passed = (): number => clock.monotonic() - begun;

  it('holds up no answer: the reward is told again in the background', async () => {
    const claim = await win();
    ledger.absences = 5;
    const held = Promise.withResolvers<undefined>();
    meanwhile = () => held.promise;
    const { settled } = await ledgerWriter.settle(claim, { receipt }, request);
    expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
    held.resolve(undefined);
    await settled;
    expect((await ledger.claim(entry)).result).to.equal('issued');
    expect(passed()).to.equal(5000);
  });

  it('hears of a reward once when it was there at once', async () => {
    const { settled } = await ledgerWriter.settle(await win(), { receipt }, request);
    await settled;
    expect([passed(), lines]).to.deep.equal([0, []]);
  });

  it('hears nothing of it once somebody else holds the key', async () => {
    const claim = await win();
    ledger.absences = 1;
    const others: Claim[] = [];
    meanwhile = async () => {
      clock.advance(times.leaseMs);
      others.push(await win());
    };
    const { settled } = await ledgerWriter.settle(claim, { receipt }, request);
    await settled;
    expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
    expect(await ledger.settle(others[0]!, receipt)).to.equal(true);
  });

  it('is told for as long as agreed, and no longer, and the log says so in two lines', async () => {
    const claim = await win();
    ledger.absences = Infinity;
    const { settled } = await ledgerWriter.settle(claim, { receipt }, request);
    await settled;
    expect(passed()).to.equal(60_000);
    const fields = { ...names, reward_id: receipt.resourceId, change: 'settle', error: 'away' };
    expect(lines).to.deep.equal([
      ['warn', 'ledger change failed; it is made again', fields],
      ['warn', 'ledger change failed for too long; it is given up', fields],
    ]);
  });

  it('is told once more by a gateway that was paused for longer than that', async () => {
    const claim = await win();
    ledger.absences = 1;
    meanwhile = () => {
      clock.advance(100_000);
      return Promise.resolve();
    };
    const { settled } = await ledgerWriter.settle(claim, { receipt }, request);
    await settled;
    expect((await ledger.claim(entry)).result).to.equal('issued');
  });

  it('keeps what was answered for what is then left of its time', async () => {
    await ledger.settle(await win(), receipt);
    ledger.absences = 4;
    await ledgerWriter.recordAnswer(request, issued, { isSent: true, keepMs: 10_000 });
    expect(passed()).to.equal(4000);
    clock.advance(5999);
    expect((await ledger.claim(entry)).result).to.equal('issued');
    clock.advance(1);
    expect((await ledger.claim(entry)).result).to.equal('won');
  });

  it('forgets what was answered when its time has passed by then', async () => {
    await ledger.settle(await win(), receipt);
    ledger.absences = 4;
    await ledgerWriter.recordAnswer(request, issued, { isSent: true, keepMs: 3000 });
    expect((await ledger.claim(entry)).result).to.equal('won');
  });

  for (const change of ['markUnconfirmed', 'release'] as const)
    it(`is not told of a ${change} again: the end of the lease makes up for it`, async () => {
      const claim = await win();
      ledger.absences = 1;
      if (change === 'markUnconfirmed') await ledgerWriter.markUnconfirmed(claim, unconfirmed, names);
      else await ledgerWriter.release(claim, names);
      expect(await ledger.claim(entry)).to.deep.equal({ result: 'busy' });
      const fields = { ...names, change, error: 'away' };
      expect(lines).to.deep.equal([['warn', 'ledger change failed; its lease will end it', fields]]);
    });

  it('fails whoever finds a bug in it', async () => {
    const bug = new TypeError('a bug');
    const broken = new (class extends WrappedLedger {
      override markUnconfirmed(): Promise<void> {
        return Promise.reject(bug);
      }
    })(ledger);
    const buggy = new LedgerWriter({
      ledger: broken,
      clock,
      log: logInto(lines),
      retry: { everyMs: 1, forMs: 1 },
    });
    expect(
      await buggy.markUnconfirmed(await win(), unconfirmed, names).catch((error: unknown) => error),
    ).to.equal(bug);
  });
});

describe('a gateway whose ledger does not answer a claim', () => {
  it('has the webhook come again, and says so of the ledger and not of Omneo', async () => {
    const held = Promise.withResolvers<never>();
    const ledger = new (class extends WrappedLedger {
      override claim(): Promise<never> {
        return held.promise;
      }
    })(new MemoryLedger({ clock: systemClock, times, maxEntries: 10 }));
    const world = await startWorld({ env: { ANSWER_DEADLINE_MS: '50' }, parts: { ledger } });
    const reply = await world.gateway.post('acme', webhook());
    expect(reply.json).to.deep.include({
      code: 'not_ready',
      detail: 'Nothing to fix: the ledger did not answer in time; Klaviyo sends it again.',
    });
    held.reject(new LedgerUnavailable('away'));
    await world.stop();
  });
});

describe('a gateway whose ledger is away when a reward was made', () => {
  for (const [how, id, told] of [
    ['answers one with an id', 'request-1', { status: 'created' }],
    ['has one without an id come again', '', { code: 'not_ready' }],
  ] as const)
    it(`${how}, and does not stop before the ledger knows`, async () => {
      const ledger = new AbsentLedger(new MemoryLedger({ clock: systemClock, times, maxEntries: 10 }));
      const held = Promise.withResolvers<undefined>();
      const sleep = async (ms: number): Promise<void> => {
        // The drain's own deadline is longer.
        if (ms > 1000) await systemClock.sleep(ms);
        else await held.promise;
      };
      const { gateway, sandbox } = await startWorld({
        env: { REPEAT_WINDOW_MS: '60000' },
        parts: { ledger, clock: { ...systemClock, sleep } },
      });
      ledger.absences = 2;
      expect((await gateway.post('acme', webhook({ id }))).json).to.include(told);
      const stopped = gateway.stop();
      // Time enough for one that does not wait.
      for (let n = 0; n < 20; n += 1) {
        expect((await gateway.get(`${gateway.adminURL}/livez`)).status).to.equal(200);
      }
      held.resolve(undefined);
      expect(await stopped).to.equal(true);
      await sandbox.close();

      // The ledger's keys go by Omneo's address.
      const after = await startWorld({ parts: { ledger }, sandbox: { port: sandbox.port } });
      expect((await after.gateway.post('acme', webhook({ id }))).json).to.include({ status: 'duplicate' });
      expect(after.sandbox.rewards('acme')).to.have.length(0);
      await after.stop();
    });
});
