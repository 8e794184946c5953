import { expect } from 'chai';
import { Client } from 'pg';
import {
  type ClaimResult,
  type Ledger,
  type LedgerTimes,
  LedgerUnavailable,
} from '../../src/ledger/ledger.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { batch } from '../../src/ledger/postgres/expiry.ts';
import { newest } from '../../src/ledger/postgres/migrate.ts';
import { errorNames } from '../../src/lib/log.ts';
import { claimOf, entryOf, ledgerContract, receipt, unconfirmed } from '../ledger/contract.ts';
import { deliveryAdminContract } from '../ledger/deliveryadmincontract.ts';
import { deliveryContract } from '../ledger/deliverycontract.ts';
import { outboxContract } from '../ledger/outboxcontract.ts';
import { deliveryStates } from '../../src/ledger/deliveries/deliveryadmin.ts';
import { parkedReasons } from '../../src/ledger/deliveries/deliveries.ts';
import { statements } from '../../src/ledger/postgres/statements.ts';
import { manyEmail, manyId, manyTenant, putMany } from './manydeliveries.ts';
import { needTools } from './needs.ts';
import { Postgres, startPgBouncer } from './postgres.ts';
import { type Lines, ledgerAt, makeOn, newDatabase } from './postgresbench.ts';
import { startProxy, type Proxy } from './proxy.ts';
import { budgetContract } from '../ledger/budgetcontract.ts';
import { budgetDeliveryContract } from '../ledger/budgetdeliverycontract.ts';
import { eventually } from './time.ts';

/** Real time passes in these tests, so everything is short. */
const times: LedgerTimes = { leaseMs: 600, settleWindowMs: 300, retentionMs: 60_000 };
const answerMs = 500;

/** How a call that must fail does so: the names of the error and its causes. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const asked = performance.now();
  const error: unknown = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(LedgerUnavailable);
  expect(performance.now() - asked).to.be.below(3 * answerMs);
  return errorNames(error);
}

describe('the Postgres ledger on a real PostgreSQL', () => {
  let server: Postgres;
  let database: string;
  const ledgers: Ledger[] = [];
  const proxies: Proxy[] = [];

  before(async function () {
    await needTools(this, 'postgres');
    server = await Postgres.start({ hba: ['host all gateway 127.0.0.1/32 trust'] });
  });
  after(async () => {
    await (server as Postgres | undefined)?.remove();
  });
  afterEach(async () => {
    await Promise.all(proxies.splice(0).map((proxy) => proxy.close()));
    await Promise.all(ledgers.splice(0).map((ledger) => ledger.close()));
  });

  describe('', () => {
    before(async () => {
      database = await newDatabase(server);
    });
    ledgerContract('it', (options) => makeOn(server, database, options));
    budgetContract('it', (options) => makeOn(server, database, options));
    budgetDeliveryContract('it', (options) => makeOn(server, database, options));
    deliveryContract('it', (options) => makeOn(server, database, options));
    deliveryAdminContract('it', (options) => makeOn(server, database, options));
    outboxContract('it', (options) => makeOn(server, database, options));
  });

  /** What one replica of the gateway has, on a database that the test has for itself. */
  function replica(lines: Lines = [], port = server.port): Ledger {
    const ledger = ledgerAt(server.url({ database, port }), { times, answerMs, lines });
    ledgers.push(ledger);
    return ledger;
  }

  async function throughProxy(): Promise<{ ledger: Ledger; proxy: Proxy }> {
    const proxy = await startProxy({ target: { host: '127.0.0.1', port: server.port } });
    proxies.push(proxy);
    const ledger = replica([], proxy.port);
    await ledger.check();
    return { ledger, proxy };
  }

  /** The first answer to a claim that comes, once the server is back. */
  async function answerOf(ledger: Ledger, key: string): Promise<ClaimResult> {
    return eventually('an answer', () => ledger.claim(entryOf(key)), { everyMs: 10 });
  }

  async function issue(ledger: Ledger, key: string): Promise<void> {
    expect(await ledger.settle(claimOf(await ledger.claim(entryOf(key))), receipt)).to.equal(true);
  }

  describe('of many who ask at once over connections of their own', () => {
    before(async () => {
      database = await newDatabase(server);
    });

    let replicas: Ledger[];
    beforeEach(async () => {
      replicas = [replica(), replica(), replica(), replica()];
      await Promise.all(replicas.map((ledger) => ledger.check()));
    });

    const countOf = async (key: string, count = 40): Promise<Record<string, number>> => {
      const asked = Array.from({ length: count }, (_, n) => replicas[n % 4]!.claim(entryOf(key)));
      const counts: Record<string, number> = {};
      for (const { result } of await Promise.all(asked)) counts[result] = (counts[result] ?? 0) + 1;
      return counts;
    };

    it('lets exactly one win a new key, again and again', async () => {
      for (let n = 0; n < 20; n++) expect(await countOf(`new-${n}`)).to.deep.equal({ won: 1, busy: 39 });
    }).timeout(60_000);

    it('lets exactly one take over a lease that ran out', async () => {
      for (let n = 0; n < 5; n++) {
        await replicas[0]!.claim(entryOf(`late-${n}`));
        await server.run("UPDATE omneo_gateway.entries SET lease_ends_at = now() - interval '1 s'", database);
        expect(await countOf(`late-${n}`)).to.deep.equal({ unconfirmed: 1, busy: 39 });
      }
    });

    it('lets exactly one win what expired and is not deleted yet', async () => {
      await issue(replicas[0]!, 'old');
      await server.run("UPDATE omneo_gateway.entries SET expires_at = now() - interval '1 s'", database);
      expect(await countOf('old')).to.deep.equal({ won: 1, busy: 39 });
    });

    it('lets one win while others release the same key', async () => {
      const [one, other] = [replicas[0]!, replicas[1]!];
      const round = async (ledger: Ledger): Promise<number> => {
        let wins = 0;
        for (let n = 0; n < 100; n++) {
          const result = await ledger.claim(entryOf('contended'));
          if (result.result === 'busy') continue;
          expect(result.result).to.equal('won');
          wins += 1;
          expect(await ledger.renew(claimOf(result))).to.not.equal(null);
          await ledger.release(claimOf(result));
        }
        return wins;
      };
      const wins = await Promise.all([round(one), round(one), round(other), round(other)]);
      expect(Math.max(...wins)).to.be.above(0);
    });
  });

  describe('when the schema', () => {
    beforeEach(async () => {
      database = await newDatabase(server);
    });

    const versions = async (): Promise<unknown> =>
      (await server.run('SELECT number FROM omneo_gateway.migrations ORDER BY number', database)).map(
        ({ number }) => number,
      );

    it('is missing, many replicas that start at once make it once', async () => {
      const replicas = Array.from({ length: 5 }, () => replica());
      await Promise.all(replicas.map((ledger) => ledger.check()));
      expect(await versions()).to.deep.equal(Array.from({ length: newest }, (_, n) => n + 1));
      await issue(replicas[0]!, 'a');
      expect((await replicas[4]!.claim(entryOf('a'))).result).to.equal('issued');
    });

    it('is newer than this release knows, refuses it with a sentence', async () => {
      await replica().check();
      await server.run("INSERT INTO omneo_gateway.migrations (number, name) VALUES (99, 'later')", database);
      expect(await refusal(replica().check())).to.equal(
        `the ledger's schema has version 99 and this release knows versions up to ${newest}; ` +
          'run the release that made it, or a newer one',
      );
    });

    it('was made by another user, needs no more rights than the docs name', async () => {
      await replica().check();
      await server.run(await documentedGrants(), database);
      const ledger = ledgerAt(server.url({ database, user: 'gateway' }), { times, answerMs });
      ledgers.push(ledger);
      await ledger.check();
      await issue(ledger, 'a');
      await ledger.recordMax('a', 1);
      expect(await ledger.readMax('a')).to.equal(1);
      expect((await ledger.stats()).sizeBytes).to.be.above(0);
    });
  });

  describe('when a connection breaks', () => {
    before(async () => {
      database = await newDatabase(server);
    });

    it('asks again when it was cut while nothing was under way', async () => {
      const { ledger, proxy } = await throughProxy();
      proxy.reset();
      await issue(ledger, 'idle');
    });

    it('wins a claim whose answer was cut off, by asking again under the same owner', async () => {
      const { ledger, proxy } = await throughProxy();
      await proxy.stallDown();
      const asked = ledger.claim(entryOf('cut'));
      await eventually('the commit', async () => (await rowsOf('cut')).length === 1);
      await proxy.pass();
      proxy.reset();
      const result = await asked;
      expect(result.result).to.equal('won');
      expect(await ledger.settle(claimOf(result), receipt)).to.equal(true);
    });

    it('settles once though the first answer was cut off', async () => {
      const { ledger, proxy } = await throughProxy();
      const claim = claimOf(await ledger.claim(entryOf('settled')));
      await proxy.stallDown();
      const asked = ledger.settle(claim, receipt);
      await eventually('the commit', async () => (await rowsOf('settled'))[0]?.['receipt'] !== null);
      await proxy.pass();
      proxy.reset();
      expect(await asked).to.equal(true);
      expect(await ledger.claim(entryOf('settled'))).to.include({ result: 'issued' });
    });

    it('frees a key whose claim was never answered when the lease ends', async () => {
      const { ledger, proxy } = await throughProxy();
      await proxy.stallDown();
      expect(await refusal(ledger.claim(entryOf('lost')))).to.contain('it does not answer in time');
      await proxy.pass();
      const since = performance.now();
      const late = await eventually('the end of the lost lease', async () => {
        const result = await ledger.claim(entryOf('lost'));
        return result.result !== 'busy' && result;
      });
      expect(late.result).to.equal('unconfirmed');
      expect(performance.now() - since).to.be.below(times.leaseMs + 500);
    });

    it('is unavailable while packets are dropped, within its deadline, and recovers by itself', async () => {
      const { ledger, proxy } = await throughProxy();
      await proxy.stall();
      const many = Array.from({ length: 50 }, (_, n) => refusal(ledger.claim(entryOf(`dropped-${n}`))));
      for (const words of await Promise.all(many)) expect(words).to.contain('it does not answer in time');
      await proxy.pass();
      expect((await answerOf(ledger, 'after')).result).to.equal('won');
    });

    const rowsOf = (key: string): Promise<readonly Record<string, unknown>[]> =>
      server.run(`SELECT receipt FROM omneo_gateway.entries WHERE key = '${entryOf(key).key}'`, database);
  });

  describe('when the server', () => {
    before(async () => {
      database = await newDatabase(server);
    });

    for (const [what, end] of [
      ['is restarted', () => server.stop()],
      ['is killed', () => server.kill()],
    ] as const) {
      it(`${what}, is unavailable until it is back, and has forgotten nothing`, async () => {
        const lines: Lines = [];
        const ledger = replica(lines);
        await issue(ledger, `${what} before`);
        const held = claimOf(await ledger.claim(entryOf(`${what} held`)));
        await end();
        await refusal(ledger.claim(entryOf(`${what} a`)));
        await server.revive();
        expect((await answerOf(ledger, `${what} a`)).result).to.equal('won');
        expect(await ledger.claim(entryOf(`${what} before`))).to.include({ result: 'issued' });
        expect(await ledger.settle(held, receipt)).to.equal(true);
        expect(lines.filter(([level]) => level !== 'debug').map(([, message]) => message)).to.deep.equal([
          'the ledger cannot be reached; webhooks get 503',
          'the ledger is back',
        ]);
      });
    }

    it('loses nothing that it acknowledged, however often it is killed', async () => {
      const ledger = replica();
      await ledger.check();
      const acknowledged: string[] = [];
      const isRunning = { value: true };
      const work = async (worker: number): Promise<void> => {
        for (let n = 0; isRunning.value; n++) {
          const key = `killed-${worker}-${n}`;
          try {
            await issue(ledger, key);
            acknowledged.push(key);
          } catch (error) {
            if (!(error instanceof LedgerUnavailable)) throw error;
          }
        }
      };
      const workers = [1, 2, 3, 4].map(work);
      for (let n = 1; n <= 3; n++) {
        const before = acknowledged.length;
        await eventually('webhooks', () => acknowledged.length > before + 200);
        await server.kill();
        await server.revive();
      }
      isRunning.value = false;
      await Promise.all(workers);
      await eventually('it takes writes again', async () => {
        await ledger.check();
        return true;
      });
      for (const key of acknowledged)
        expect((await ledger.claim(entryOf(key))).result, key).to.equal('issued');
    });
  });

  it('sends each claim alone when the server ends a deadlock by a batch of them', async () => {
    database = await newDatabase(server);
    await server.run(`ALTER DATABASE ${database} SET deadlock_timeout = '300ms'`);
    const ledger = replica();
    // Claims of these lock their rows.
    for (const key of ['a', 'b'])
      await ledger.markUnconfirmed(claimOf(await ledger.claim(entryOf(key))), unconfirmed);
    const [{ key: a }, { key: b }] = [entryOf('a'), entryOf('b')];
    const other = new Client({ connectionString: server.url({ database }) });
    await other.connect();
    try {
      const lock = (key: string) =>
        other.query('SELECT 1 FROM omneo_gateway.entries WHERE key = $1 FOR UPDATE', [key]);
      // Not this one looks for the deadlock.
      await other.query("SET deadlock_timeout = '10s'");
      await other.query('BEGIN');
      await lock(b);
      const claims = Promise.all([ledger.claim(entryOf('a')), ledger.claim(entryOf('b'))]);
      await eventually('the batch waits', async () => {
        const [row] = await server.run('SELECT count(*)::integer AS waiting FROM pg_locks WHERE NOT granted');
        return row?.['waiting'] === 1;
      });
      await lock(a);
      await other.query('COMMIT');
      expect((await claims).map(({ result }) => result)).to.deep.equal(['unconfirmed', 'unconfirmed']);
    } finally {
      await other.end();
    }
    await eventually('the server has counted it', async () => {
      const [row] = await server.run(
        `SELECT deadlocks::integer FROM pg_stat_database WHERE datname = '${database}'`,
      );
      return row?.['deadlocks'] === 1;
    });
  });

  it('works behind PgBouncer in transaction mode, from the schema on', async function () {
    await needTools(this, 'pgbouncer');
    database = await newDatabase(server);
    const bouncer = await startPgBouncer(server);
    try {
      const replicas = [replica([], bouncer.port), replica([], bouncer.port)];
      await Promise.all(replicas.map((ledger) => ledger.check()));
      const issueOne = (_: unknown, n: number): Promise<void> => issue(replicas[n % 2]!, `bounced-${n}`);
      await Promise.all(Array.from({ length: 100 }, issueOne));
      const same = Array.from({ length: 40 }, (_, n) => replicas[n % 2]!.claim(entryOf('same')));
      expect((await Promise.all(same)).filter(({ result }) => result === 'won')).to.have.length(1);
    } finally {
      await bouncer.stop();
    }
  });

  it('deletes what expired in batches, also when two replicas do so at once', async () => {
    database = await newDatabase(server);
    const ledger = replica();
    await issue(ledger, 'kept');
    await server.run(
      `INSERT INTO omneo_gateway.entries (key, fingerprint, settle_window, claimed_at, expires_at)
       SELECT 'old/' || n, '', interval '0', now(), now() - interval '1 s' FROM generate_series(1, ${3 * batch}) n`,
      database,
    );
    const { expire } = statements;
    const one = (): Promise<readonly Record<string, unknown>[]> =>
      server.run(expire.replaceAll('$1', String(batch)).replace(/^--.*$/m, ''), database);
    const deleted = await Promise.all([one(), one(), one()]);
    expect(deleted.flat().map((row) => row['deleted'])).to.deep.equal([batch, batch, batch]);
    const [left] = await server.run('SELECT count(*)::int AS count FROM omneo_gateway.entries', database);
    expect(left?.['count']).to.equal(1);
    expect((await ledger.claim(entryOf('kept'))).result).to.equal('issued');
  });

  it('keeps an issued id in a few hundred bytes', async () => {
    database = await newDatabase(server);
    const ledger = replica();
    const size = async (): Promise<number> => {
      const [row] = await server.run(
        "SELECT pg_total_relation_size('omneo_gateway.entries')::int AS bytes",
        database,
      );
      return Number(row?.['bytes']);
    };
    await ledger.check();
    const before = await size();
    const count = 2000;
    const one = async (n: number): Promise<void> => {
      const key = `rewards/id/${String(n).padStart(43, 'x')}`;
      const entry = { key, tenant: 'acme', fingerprint: 'f'.repeat(43), externalId: `winback-${n}` };
      await ledger.settle(claimOf(await ledger.claim(entry)), receipt);
    };
    for (let n = 0; n < count; n += 50)
      await Promise.all(Array.from({ length: 50 }, (_, more) => one(n + more)));
    expect(((await size()) - before) / count).to.be.below(1000);
  });

  it('shows its connections and the size of its table, and logs nothing when the server is gone by then', async () => {
    database = await newDatabase(server);
    const lines: Lines = [];
    let moved = 0;
    const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + moved };
    const ledger = ledgerAt(server.url({ database }), { times, answerMs, lines, clock });
    ledgers.push(ledger);
    await ledger.check();
    const [row] = await server.run(
      "SELECT pg_total_relation_size('omneo_gateway.entries')::int AS bytes",
      database,
    );
    expect(await ledger.stats()).to.deep.equal({
      sizeBytes: row?.['bytes'],
      connections: { open: 1, waiting: 0, most: 10 },
    });
    moved = 60_000;
    await server.stop();
    try {
      expect((await ledger.stats()).sizeBytes).to.equal(row?.['bytes']);
      expect(lines.filter(([level]) => level === 'error')).to.deep.equal([]);
      await refusal(ledger.claim(entryOf('a')));
      expect(lines.filter(([level]) => level === 'error')).to.have.length(1);
    } finally {
      await server.revive();
    }
  });

  it('counts the statements that wait for a connection', async () => {
    database = await newDatabase(server);
    const ledger = ledgerAt(server.url({ database }), { times, answerMs });
    ledgers.push(ledger);
    await ledger.check();
    // Its size is known for a minute now, so that a look asks the server nothing.
    await ledger.stats();
    await server.freeze();
    // Claims would go together, in two statements.
    const asked = Promise.allSettled(Array.from({ length: 25 }, (_, n) => ledger.readMax(`${n}`)));
    try {
      const seen = await eventually('some of them wait', async () => {
        const { connections } = await ledger.stats();
        return connections !== undefined && connections.waiting > 0 && connections;
      });
      expect(seen).to.deep.equal({ open: 10, waiting: 15, most: 10 });
    } finally {
      await server.thaw();
      await asked;
    }
  });

  describe('of very many deliveries', () => {
    const count = 20_000;
    const states = deliveryStates;
    const some = [manyTenant(1), manyTenant(2), manyTenant(3)];
    const from = [0, Infinity, ''];
    const page = [...from, 51];
    let client: Client;
    let plans: string[] = [];

    before(async () => {
      database = await newDatabase(server);
      await replica().check();
      await putMany(server, database, count);
      client = new Client({ connectionString: server.url({ database }) });
      client.on('notice', ({ message }) => plans.push(message ?? ''));
      await client.connect();
      // What a function does is planned within it, which EXPLAIN does not show.
      await client.query("LOAD 'auto_explain'");
      for (const setting of [
        ...['auto_explain.log_min_duration = 0', 'auto_explain.log_nested_statements = on'],
        ...['auto_explain.log_analyze = on', 'auto_explain.log_timing = off', 'client_min_messages = log'],
      ])
        await client.query(`SET ${setting}`);
    });
    after(() => client.end());

    /** How many rows each node of the plans has given, in all of its loops. */
    const rowsOfNodes = (): readonly number[] =>
      plans.flatMap((plan) =>
        [...plan.matchAll(/\(actual rows=(\d+) loops=(\d+)\)/g)].map(
          ([, rows, loops]) => Number(rows) * Number(loops),
        ),
      );

    for (const [what, statement, values] of [
      ['a page of one tenant', 'listDeliveries', [[manyTenant(1)], states, null, null, ...page]],
      ['a page of several tenants', 'listDeliveries', [some, states, null, null, ...page]],
      ['a page of one state', 'listDeliveries', [some, ['discarded'], null, 'decided', ...page]],
      ['a page of one reason', 'listReason', [some, true, true, null, 'profile_not_found', ...page]],
      [
        'a page of one person',
        'searchDeliveries',
        [some, states, null, null, ...page, null, null, [manyEmail(771)]],
      ],
      ['one delivery', 'findRecord', [manyId(777)]],
      ['its webhook', 'findWebhook', [manyId(940)]],
      ['what is parked for longest', 'findParked', [some, parkedReasons, null, 0, Infinity, 50]],
      ['how much of a person is held', 'countPerson', [manyTenant(7), null, null, [manyEmail(777)]]],
    ] as const)
      it(`reads ${what} from short ranges of indexes, and sorts no more than that`, async () => {
        // Plans of functions are made for the parameters of no special call, after some calls.
        for (let n = 0; n < 7; n += 1) {
          plans = [];
          const { rows } = await client.query(statements[statement], [...values]);
          expect(rows).to.not.have.length(0);
          expect(plans.join('\n')).to.include('Index').and.to.not.include('Seq Scan');
          expect(Math.max(...rowsOfNodes())).to.be.within(1, 1000);
        }
      });

    /** The most rows that a node of the plans has read for nothing. */
    const passedOver = (): number =>
      Math.max(
        0,
        ...plans.flatMap((plan) =>
          [...plan.matchAll(/Rows Removed by Filter: (\d+)/g)].map(([, rows]) => Number(rows)),
        ),
      );

    it('takes what is due, and does not walk through what is not', async () => {
      await client.query(`
        INSERT INTO omneo_gateway.entries
          (key, fingerprint, settle_window, claimed_at, expires_at, delivery_id, tenant, action, webhook, summary, since,
           due_at, reason)
        SELECT
          'rewards/backlog/' || n, 'f', interval '120 s', now(), 'infinity', 'backlog-' || n, 'backlog', 'rewards',
          '\\x5a', '{}', now(), now() + CASE WHEN n > 3 THEN interval '1 h' ELSE interval '-1 s' END, 'throttled'
        FROM generate_series(1, 5000) AS n
      `);
      plans = [];
      const { rows } = await client.query(statements.takeDue, ['owner', 'backlog', 32, 35_000, 120_000]);
      expect(rows).to.have.length(3);
      expect(passedOver()).to.be.below(100);
    });

    it('wakes what waits, and does not walk through what it has woken', async () => {
      for (let n = 0; n < 3; n += 1) {
        plans = [];
        const { rows } = await client.query(statements.wake, ['backlog', ['throttled'], 1000]);
        expect(rows).to.have.length(1000);
        expect(passedOver()).to.be.below(100);
      }
    });

    it('deletes what is over, and does not walk through what is not', async () => {
      await client.query(
        "UPDATE omneo_gateway.entries SET expires_at = now() - interval '1 s' WHERE delivery_id = 'backlog-1'",
      );
      plans = [];
      const { rows } = await client.query(statements.expire, [100]);
      expect(rows).to.deep.equal([{ deleted: 1 }]);
      expect(passedOver()).to.be.below(100);
    });

    it('counts what arrived from an index alone', async () => {
      plans = [];
      await client.query(statements.activity, [manyTenant(1), Date.now() - 3_600_000]);
      expect(plans.join('\n')).to.include('Index Only Scan using entries_listed');
    });
  });

  it('marks, releases and takes over as a second replica would see it', async () => {
    database = await newDatabase(server);
    const [one, other] = [replica(), replica()];
    await one.markUnconfirmed(claimOf(await one.claim(entryOf('a'))), unconfirmed);
    const taken = await other.claim(entryOf('a'));
    expect(taken).to.include({ result: 'unconfirmed', attempt: 'sent' });
    expect(await one.claim(entryOf('a'))).to.deep.equal({ result: 'busy' });
    await other.release(claimOf(taken));
    expect((await one.claim(entryOf('a'))).result).to.equal('unconfirmed');
  });

  /** What docs/operating.md says that a user needs who does not own the schema. */
  async function documentedGrants(): Promise<string> {
    const { readFile } = await import('node:fs/promises');
    const docs = await readFile(new URL('../../docs/operating.md', import.meta.url), 'utf8');
    const [, grants = ''] = /A user that does not own the schema[^`]*```sql\n([^`]+)```/.exec(docs) ?? [];
    expect(grants).to.contain('GRANT');
    return `CREATE USER gateway; ALTER USER gateway SET search_path = ''; ${grants}`;
  }
});
