import { expect } from 'chai';
import type { DeliveryLedger } from '../../src/ledger/deliveries/deliveries.ts';
import type { DeliveryAdmin } from '../../src/ledger/deliveries/deliveryadmin.ts';
import type { Outbox } from '../../src/ledger/deliveries/outbox.ts';
import { type Claim, type Ledger, LedgerUnavailable } from '../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { meteredLedger } from '../../src/ledger/metered.ts';
import type { LedgerOperation } from '../../src/ledger/wrapledger.ts';
import { decision } from '../support/deliveries.ts';
import { HandClock } from './clock.ts';
import { entryOf, ledgerContract, receipt, unconfirmed } from './contract.ts';

ledgerContract('the ledger whose calls are timed', ({ times, maxEntries = 100 }) => {
  const clock = new HandClock(1_000_000);
  const ledger = new MemoryLedger({ clock, times, maxEntries });
  const advance = (ms: number): Promise<void> => {
    clock.advance(ms);
    return Promise.resolve();
  };
  const metered = meteredLedger({ ledger, clock, observe: () => undefined });
  return Promise.resolve({ ledger: metered, advance, now: clock.monotonic, driftMs: 0 });
});

const claim: Claim = { key: 'acme/id/a', owner: 'one', externalId: 'a', leasedUntil: 1000 };
const outcome = { isSent: true, keepMs: 1 };

type Call = readonly [
  method: keyof Ledger | keyof DeliveryLedger | keyof DeliveryAdmin | `outbox.${keyof Outbox}`,
  operation: LedgerOperation,
  args: readonly unknown[],
];

const calls: readonly Call[] = [
  ['claim', 'claim', [entryOf('a')]],
  ['peek', 'peek', ['acme/id/a']],
  ['renew', 'renew', [claim]],
  ['settle', 'settle', [claim, receipt, 1000]],
  ['markUnconfirmed', 'mark_unconfirmed', [claim, unconfirmed]],
  ['release', 'release', [claim]],
  ['recordAnswer', 'record_answer', ['acme/id/a', 'a', outcome]],
  ['expectAnswer', 'expect_answer', ['acme/id/a', 'a', 1000]],
  ['check', 'check', []],
  ['recordMax', 'record_max', ['name', 7]],
  ['readMax', 'read_max', ['name']],
  ['postpone', 'postpone', [claim, 'throttled', 1000]],
  ['park', 'park', [claim, 'a parking']],
  ['drop', 'drop', [claim]],
  ['parkNew', 'park_new', ['a webhook', 1000]],
  ['takeDue', 'take_due', ['acme', 7]],
  ['dueTenants', 'due_tenants', []],
  ['wake', 'wake', ['acme', ['suspended']]],
  ['giveUp', 'give_up', ['acme', { acceptedBefore: 7, keepMs: 9 }]],
  ['counts', 'counts', []],
  ['outbox.tenants', 'outbox_tenants', []],
  ['outbox.take', 'take_outbox', ['acme', 7, 1000]],
  ['outbox.postpone', 'postpone_outbox', ['an item', 1000]],
  ['outbox.remove', 'remove_outbox', ['an item']],
  ['outbox.counts', 'count_outbox', []],
  ['list', 'list', [{ tenants: ['acme'] }, { limit: 7 }]],
  ['find', 'find', ['d-1']],
  ['webhookOf', 'webhook_of', ['d-1']],
  ['replayAll', 'replay_all', [{ tenants: ['acme'] }, decision, 7]],
  ['replayOne', 'replay_one', ['d-1', decision]],
  ['discardAll', 'discard_all', [{ tenants: ['acme'] }, decision, 7]],
  ['discardOne', 'discard_one', ['d-1', decision]],
  ['erase', 'erase', ['acme', { email: ['ada'] }, decision]],
  ['activity', 'activity', ['acme', 1000]],
];

describe('A ledger whose calls are timed', () => {
  let clock: HandClock;
  let asked: unknown[][];
  let observed: unknown[][];
  let answer: () => Promise<unknown>;
  let ledger: Ledger;

  beforeEach(() => {
    clock = new HandClock(5000);
    asked = [];
    observed = [];
    answer = () => Promise.resolve('the answer');
    /** Every call of it takes a quarter of a second. */
    const slowly =
      (method: string | symbol) =>
      (...args: unknown[]) => {
        asked.push([method, ...args]);
        clock.advance(250);
        return answer();
      };
    const admin = new Proxy({} as DeliveryAdmin, { get: (_, method) => slowly(method) });
    const outbox = new Proxy({} as Outbox, { get: (_, method) => slowly(`outbox.${String(method)}`) });
    const deliveries = new Proxy({} as DeliveryLedger, {
      get: (_, method) => {
        if (method === 'admin') return admin;
        return method === 'outbox' ? outbox : slowly(method);
      },
    });
    const slow = new Proxy({} as Ledger, {
      get: (_, method) => (method === 'deliveries' ? deliveries : slowly(method)),
    });
    ledger = meteredLedger({
      ledger: slow,
      clock,
      observe: (...values) => {
        observed.push(values);
      },
    });
  });

  const call = ([method, , args]: Call): Promise<unknown> => {
    const { admin, outbox = {}, ...deliveries } = ledger.deliveries ?? {};
    const ofOutbox = Object.entries(outbox).map(([name, ask]) => [`outbox.${name}`, ask]);
    const methods = {
      ...{ ...ledger, ...deliveries, ...admin },
      ...Object.fromEntries(ofOutbox),
    } as unknown as Record<string, (...args: readonly unknown[]) => Promise<unknown>>;
    return methods[method]!(...args);
  };

  for (const each of calls) {
    const [method, operation, args] = each;

    it(`hands ${method} on and observes ${operation} with its time in seconds`, async () => {
      expect(await call(each)).to.equal('the answer');
      expect(asked).to.deep.equal([[method, ...args]]);
      expect(observed).to.deep.equal([[operation, 'ok', 0.25]]);
    });

    it(`observes ${operation} as unavailable when ${method} throws, and throws the same`, async () => {
      const fault = new LedgerUnavailable('gone');
      answer = () => Promise.reject(fault);
      const thrown: unknown = await call(each).catch((error: unknown) => error);
      expect(thrown).to.equal(fault);
      expect(observed).to.deep.equal([[operation, 'unavailable', 0.25]]);
    });
  }

  it('is closed with the ledger that it times', async () => {
    await ledger.close();
    expect(asked).to.deep.equal([['close']]);
    expect(observed).to.deep.equal([]);
  });
});
