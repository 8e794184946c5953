import { expect } from 'chai';
import { systemClock } from '../../src/lib/clock.ts';
import type { Claim, AnswerOutcome, Receipt } from '../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { openSocket, requestOf } from '../support/rawsocket.ts';
import { webhook } from '../support/webhooks.ts';
import { type World, startWorld } from '../support/world.ts';
import { type LeapingClock, leapingClock } from '../scenario/clock.ts';
import { times } from './contract.ts';
import { WrappedLedger } from './wrapped.ts';

/** A ledger that settles when it is let, and tells when it was asked to, and when it kept. */
class SlowLedger extends WrappedLedger {
  readonly asked = Promise.withResolvers<undefined>();
  readonly let = Promise.withResolvers<undefined>();
  readonly kept = Promise.withResolvers<undefined>();

  override async settle(claim: Claim, receipt: Receipt, keepMs?: number): Promise<boolean> {
    this.asked.resolve(undefined);
    await this.let.promise;
    return await super.settle(claim, receipt, keepMs);
  }

  override async recordAnswer(key: string, externalId: string, outcome: AnswerOutcome): Promise<void> {
    await super.recordAnswer(key, externalId, outcome);
    this.kept.resolve(undefined);
  }
}

describe('a webhook without an id that a slow ledger settles after its caller', () => {
  let clock: LeapingClock;
  let ledger: SlowLedger;
  let world: World;

  /** Ends the time for an answer, which the machine's clock never does here. */
  let endPatience: () => void;

  beforeEach(async () => {
    // One clock for gateway and ledger, or leases end in the past of a process that has run for a while.
    clock = leapingClock();
    ledger = new SlowLedger(new MemoryLedger({ clock, times, maxEntries: 10 }));
    const after = (ms: number, run: () => void) => {
      // No other deadline is as long.
      if (ms <= 50_000) return systemClock.after(ms, run);
      endPatience = run;
      return () => undefined;
    };
    world = await startWorld({
      env: { ANSWER_DEADLINE_MS: '60000' },
      parts: { ledger, clock: { ...clock, after } },
    });
  });
  afterEach(() => world.stop());

  /** Long after the ledger would have forgotten one whose answer may have gone out. */
  async function expectRemembered(): Promise<void> {
    ledger.let.resolve(undefined);
    await ledger.kept.promise;
    clock.leap(times.retentionMs - 10_000);
    const retry = await world.gateway.post('acme', webhook({ id: '' }));
    expect(retry.json).to.include({ status: 'duplicate' });
    expect(world.sandbox.rewards('acme')).to.have.length(1);
  }

  it('was told to come back waits for its retry as long as the ledger remembers', async () => {
    const answering = world.gateway.post('acme', webhook({ id: '' }));
    await ledger.asked.promise;
    endPatience();
    expect((await answering).json).to.include({ code: 'upstream_unavailable' });
    await expectRemembered();
  });

  it('has hung up waits for its retry as long as the ledger remembers', async () => {
    const { gateway } = world;
    const caller = await openSocket(gateway.url);
    caller.write(requestOf('acme', webhook({ id: '' })));
    await ledger.asked.promise;
    caller.socket.destroy();
    // By then the gateway has seen it too.
    await gateway.get(`${gateway.adminURL}/livez`);
    await expectRemembered();
  });
});
