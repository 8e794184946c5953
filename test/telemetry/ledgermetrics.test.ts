import { expect } from 'chai';
import type { LedgerStats } from '../../src/ledger/ledgerstats.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { times } from '../ledger/contract.ts';
import { WrappedLedger } from '../ledger/wrapped.ts';
import { FakeClock } from '../sources/kubernetes/fakeclock.ts';
import { countsBy, samplesOf } from '../support/prometheus.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld } from '../support/world.ts';

/** A ledger in memory that looks as the test says. */
class VisibleLedger extends WrappedLedger {
  looks = 0;
  answer: () => Promise<LedgerStats> = () => Promise.resolve({});

  stats(): Promise<LedgerStats> {
    this.looks += 1;
    return this.answer();
  }
}

const gauges = [
  'size_bytes',
  'disk_free_bytes',
  'disk_size_bytes',
  'checkpoint_age_seconds',
  'connections',
  'connections_max',
];

/** The samples of every gauge of the ledger. */
function gaugesIn(text: string): [gauge: string, value: number][] {
  return gauges.flatMap((gauge) =>
    samplesOf(text, `omneo_gateway_ledger_${gauge}`).map(({ labels, value }): [string, number] => [
      [gauge, ...Object.values(labels)].join('/'),
      value,
    ]),
  );
}

describe('The metrics of the ledger', () => {
  let clock: FakeClock;
  let ledger: VisibleLedger;
  let gateway: Gateway;

  beforeEach(() => {
    clock = new FakeClock();
    ledger = new VisibleLedger(new MemoryLedger({ clock, times, maxEntries: 100 }));
  });
  afterEach(async () => {
    const stopped = gateway.stop();
    await clock.until(() => gateway.logs.some(({ msg }) => msg === 'stopped'), { stepMs: 100 });
    await stopped;
  });

  const start = async (): Promise<void> => {
    gateway = await startGateway({ DRAIN_MS: '0' }, { clock, ledger });
    await clock.settle();
  };
  const shown = async (): Promise<[string, number][]> => gaugesIn(await gateway.metrics());

  it('show what a SQLite ledger has, and no connections', async () => {
    ledger.answer = () =>
      Promise.resolve({
        sizeBytes: 4096,
        disk: { freeBytes: 0, sizeBytes: 1e9 },
        checkpointAgeSeconds: 12.5,
      });
    await start();
    expect(await shown()).to.deep.equal([
      ['size_bytes', 4096],
      ['disk_free_bytes', 0],
      ['disk_size_bytes', 1e9],
      ['checkpoint_age_seconds', 12.5],
    ]);
  });

  it('show what a Postgres ledger has, and no disk', async () => {
    ledger.answer = () =>
      Promise.resolve({ sizeBytes: 8192, connections: { open: 10, waiting: 3, most: 10 } });
    await start();
    expect(await shown()).to.deep.equal([
      ['size_bytes', 8192],
      ['connections/open', 10],
      ['connections/waiting', 3],
      ['connections_max', 10],
    ]);
  });

  it('show nothing of what nobody knows, since 0 free bytes would alarm', async () => {
    await start();
    expect(await shown()).to.deep.equal([]);
  });

  it('follow the ledger, and keep the last values while it cannot be looked at', async () => {
    ledger.answer = () => Promise.resolve({ sizeBytes: 1 });
    await start();
    ledger.answer = () => Promise.resolve({ sizeBytes: 2 });
    await clock.until(() => ledger.looks === 2, { stepMs: 1000 });
    expect(await shown()).to.deep.equal([['size_bytes', 2]]);
    ledger.answer = () => Promise.reject(new Error('gone'));
    await clock.until(() => ledger.looks === 4, { stepMs: 1000 });
    expect(await shown()).to.deep.equal([['size_bytes', 2]]);
    expect(gateway.logs.filter(({ level }) => level === 'error')).to.deep.equal([]);
  });

  it('are not looked at any more once the gateway drains', async () => {
    await start();
    await gateway.stop();
    clock.advance(60_000);
    await clock.settle();
    expect(ledger.looks).to.equal(1);
  });
});

describe('The times of the calls of the ledger', () => {
  it('are observed by operation, and none waits for a look that hangs', async () => {
    const ledger = new VisibleLedger(new MemoryLedger({ clock: systemClock, times, maxEntries: 100 }));
    ledger.answer = () => new Promise(() => undefined);
    const world = await startWorld({ parts: { ledger } });
    try {
      expect((await world.gateway.post('acme', webhook())).status).to.equal(200);
      const name = 'omneo_gateway_ledger_request_duration_seconds_count';
      const counts = countsBy(await world.gateway.metrics(), name, 'operation', 'result');
      expect(counts).to.include({ 'claim/ok': 1, 'settle/ok': 1, 'check/ok': 1 });
      expect(Object.keys(counts).filter((key) => !key.endsWith('/ok'))).to.deep.equal([]);
    } finally {
      await world.stop();
    }
  });
});
