import { expect } from 'chai';
import type { DeliveryLedger } from '../../../src/ledger/deliveries/deliveries.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';
import { ledgerWith } from '../../../src/ledger/wrapledger.ts';
import { tracedAttempts } from '../../../src/telemetry/tracing/attemptspan.ts';
import { splitOrigin } from '../../../src/telemetry/tracing/origin.ts';
import type { Spans } from '../../../src/telemetry/tracing/spans.ts';
import { tracedLedger } from '../../../src/telemetry/tracing/tracedledger.ts';
import { traceparentOf } from '../../../src/telemetry/tracing/traceparent.ts';
import { takenOf } from '../../delivery/fakedeliveries.ts';
import { type MakeLedger, claimOf, entryOf, ledgerContract, times } from '../../ledger/contract.ts';
import { deliveryContract, deliveryOf } from '../../ledger/deliverycontract.ts';
import { SqliteRuns } from '../../ledger/model/sqlite.ts';
import { QuietClock } from '../../ledger/sqlite/bench.ts';
import { spansHere } from './spanshere.ts';

/** The ledger with each of its calls in a webhook of its own. */
function calledByWebhooks(ledger: Ledger, spans: Spans): Ledger {
  return ledgerWith(
    ledger,
    (_, call) =>
      (...args) =>
        spans.run(spans.begin({ name: 'webhook' }), { requestId: 'test' }, () => call(...args)),
  );
}

const make: MakeLedger = ({ times: kept }) => {
  const clock = new QuietClock(1_000_000);
  const { spans } = spansHere();
  const ledger = calledByWebhooks(tracedLedger(new SqliteRuns().begin()(clock, kept), spans), spans);
  const advance = (ms: number): Promise<void> => {
    clock.advance(ms);
    return Promise.resolve();
  };
  return Promise.resolve({ ledger, advance, now: clock.monotonic, driftMs: 0 });
};

ledgerContract('the ledger whose calls are traced', make);
deliveryContract('the ledger whose calls are traced', make);

describe('A ledger whose calls are traced', () => {
  let { spans, ended } = spansHere();
  let ledger: Ledger;
  let deliveries: DeliveryLedger;
  let clock: QuietClock;

  beforeEach(() => {
    ({ spans, ended } = spansHere());
    clock = new QuietClock(1_000_000);
    ledger = tracedLedger(new SqliteRuns().begin()(clock, times), spans);
    if (ledger.deliveries === undefined) throw new Error('SQLite keeps deliveries');
    ({ deliveries } = ledger);
  });

  const entry = entryOf('order-1', { delivery: deliveryOf('d-1') });

  it('has no span for what belongs to no webhook', async () => {
    await ledger.claim(entry);
    await deliveries.dueTenants();
    expect(ended()).to.deep.equal([]);
  });

  it('names a span after its call', async () => {
    await spans.run(spans.begin({ name: 'webhook' }), { requestId: 'a' }, async () => {
      await deliveries.postpone(claimOf(await ledger.claim(entry)), 'throttled', 0);
    });
    expect(ended()).to.deep.equal(['ledger claim', 'ledger postpone', 'webhook']);
  });

  it('stores with a webhook which span it came by, and gives that with it', async () => {
    const span = spans.begin({ name: 'webhook' });
    await spans.run(span, { requestId: 'a' }, async () => {
      await deliveries.postpone(claimOf(await ledger.claim(entry)), 'throttled', 0);
    });
    const [taken] = await deliveries.takeDue('acme', 10);
    expect(splitOrigin(taken?.summary ?? '{}').origin).to.equal(traceparentOf(span.spanContext()));
    expect(splitOrigin(taken?.summary ?? '{}').rest).to.deep.equal({ amount: 10 });
  });

  it('stores likewise what is parked as it came', async () => {
    const span = spans.begin({ name: 'webhook' });
    const parked = {
      key: 'k',
      tenant: 'acme',
      delivery: deliveryOf('d-2'),
      reason: 'invalid_payload',
    } as const;
    await spans.run(span, { requestId: 'a' }, () => deliveries.parkNew(parked, 1000));
    const found = await deliveries.admin.find('d-2');
    expect(splitOrigin(found?.record.summary ?? '{}').origin).to.equal(traceparentOf(span.spanContext()));
  });

  it('keeps which webhook an attempt came from, when it stores that under another key', async () => {
    const origin = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await spans.run(spans.begin({ name: 'attempt' }), { requestId: 'a', origin }, () => ledger.claim(entry));
    const found = await deliveries.admin.find('d-1');
    expect(splitOrigin(found?.record.summary ?? '{}').origin).to.equal(origin);
  });

  it('stores nothing more of what an attempt stores whose webhook was not traced', async () => {
    const attempt = tracedAttempts(async () => {
      await ledger.claim(entry);
    }, spans);
    await attempt(undefined, takenOf('d-0'));
    expect(ended()).to.deep.equal(['ledger claim', 'deliver rewards']);
    expect((await deliveries.admin.find('d-1'))?.record.summary).to.equal('{"amount":10}');
  });

  it('stores nothing more of what belongs to no webhook', async () => {
    await ledger.claim(entry);
    expect((await deliveries.admin.find('d-1'))?.record.summary).to.equal('{"amount":10}');
  });

  it('tells of what is due outside of the webhook by which it became due', async () => {
    const seen: unknown[] = [];
    deliveries.onDue(() => {
      seen.push(spans.active);
    });
    await spans.run(spans.begin({ name: 'webhook' }), { requestId: 'a' }, async () => {
      await ledger.release(claimOf(await ledger.claim(entry)));
    });
    expect(seen).to.deep.equal([undefined]);
  });
});
