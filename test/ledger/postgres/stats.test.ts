import { expect } from 'chai';
import { systemClock } from '../../../src/lib/clock.ts';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import type { ResultRow } from '../../../src/ledger/postgres/database.ts';
import { PostgresLedger } from '../../../src/ledger/postgres/postgres.ts';
import { HandClock } from '../clock.ts';
import { entryOf, times } from '../contract.ts';
import { PGliteDatabase } from './pglite.ts';

describe('What an operator sees of a Postgres ledger on PGlite', () => {
  let database: PGliteDatabase;

  before(async () => {
    database = await PGliteDatabase.open();
  });
  after(() => database.end());

  const make = (): PostgresLedger => new PostgresLedger({ database, clock: systemClock, times });

  it('is no size while there is no table', async () => {
    expect(await make().stats()).to.deep.equal({ connections: { open: 1, waiting: 0, most: 1 } });
  });

  it('is the size of its table with the indexes, once it is there', async () => {
    const ledger = make();
    await ledger.check();
    await ledger.claim(entryOf('a'));
    const [row] = await database.query(
      "SELECT pg_relation_size('omneo_gateway.entries') AS rows, pg_indexes_size('omneo_gateway.entries') AS indexes",
      [],
    );
    const { sizeBytes } = await ledger.stats();
    expect(sizeBytes).to.be.at.least(Number(row?.['rows']) + Number(row?.['indexes']));
    await ledger.close();
  });
});

/** A database with a table of one size, which counts how often it is asked. */
class Measured {
  asked = 0;
  connections = { open: 3, waiting: 0, most: 10 };
  answer: () => Promise<readonly ResultRow[]> = () => Promise.resolve([{ bytes: '8192' }]);

  readonly probe = (): Promise<readonly ResultRow[]> => {
    this.asked += 1;
    return this.answer();
  };
  readonly query = (): Promise<never> => Promise.reject(new Error('webhooks ask so'));
  readonly transaction = this.query;
  readonly notices = { send: () => undefined, onNotice: () => () => undefined };
  readonly close = (): Promise<void> => Promise.resolve();
}

describe('What an operator sees of a Postgres ledger', () => {
  let clock: HandClock;
  let database: Measured;
  let ledger: PostgresLedger;

  beforeEach(() => {
    clock = new HandClock(5000);
    database = new Measured();
    ledger = new PostgresLedger({ database, clock, times });
  });

  it('are its connections now, and a size that is asked once a minute', async () => {
    expect(await ledger.stats()).to.deep.equal({
      sizeBytes: 8192,
      connections: { open: 3, waiting: 0, most: 10 },
    });
    clock.advance(59_999);
    database.connections = { open: 5, waiting: 0, most: 10 };
    database.answer = () => Promise.resolve([{ bytes: '16384' }]);
    expect(await ledger.stats()).to.deep.include({ sizeBytes: 8192, connections: database.connections });
    clock.advance(1);
    expect(await ledger.stats()).to.deep.include({ sizeBytes: 16_384 });
    expect(database.asked).to.equal(2);
  });

  it('is not asked for a size while statements of webhooks wait for a connection', async () => {
    database.connections = { open: 10, waiting: 4, most: 10 };
    expect(await ledger.stats()).to.deep.equal({ connections: database.connections });
    expect(database.asked).to.equal(0);
  });

  it('are its connections and the last size when the server does not answer', async () => {
    await ledger.stats();
    clock.advance(60_000);
    database.answer = () => Promise.reject(new LedgerUnavailable('gone'));
    database.connections = { open: 0, waiting: 0, most: 10 };
    expect(await ledger.stats()).to.deep.equal({ sizeBytes: 8192, connections: database.connections });
    expect(database.asked).to.equal(2);
  });
});
