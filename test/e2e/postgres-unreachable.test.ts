/** Every way in which a PostgreSQL cannot be used is one sentence that says what to change. */
import { expect } from 'chai';
import { once } from 'node:events';
import { chmod, copyFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { LedgerUnavailable } from '../../src/ledger/ledger.ts';
import { errorNames } from '../../src/lib/log.ts';
import { claimOf, entryOf, receipt } from '../ledger/contract.ts';
import { selfSigned } from './apiproxy/certificate.ts';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import { needTools } from './needs.ts';
import { Postgres } from './postgres.ts';
import { type Lines, ledgerAt } from './postgresbench.ts';

const password = 's3cr3t-pass';

describe('the check of a Postgres ledger', () => {
  let folder: TemporaryFolder;
  let plain: Postgres;
  let secure: Postgres;
  let caFile: string;
  let keyFile: string;

  before(async function () {
    await needTools(this, 'postgres');
    folder = await temporaryFolder('postgres-check');
    ({ caFile, keyFile } = await selfSigned(folder.path));
    // The server's own copy, which its user may read.
    const [cert, key] = [await shared(caFile, 'server.crt'), await shared(keyFile, 'server.key')];
    plain = await Postgres.start({
      hba: [
        'host all ada 127.0.0.1/32 scram-sha-256',
        'host all weak,limited,careless,picky,readonly 127.0.0.1/32 trust',
        'hostssl all tls 127.0.0.1/32 trust',
      ],
    });
    secure = await Postgres.start({
      settings: [
        'ssl = on',
        ...[`ssl_cert_file = '${cert}'`, `ssl_key_file = '${key}'`, `ssl_ca_file = '${cert}'`],
        "listen_addresses = '127.0.0.1,127.0.0.2'",
      ],
      hba: [
        'hostssl all tls 127.0.0.1/32 scram-sha-256',
        'hostssl all "omneo-gateway e2e proxy" 127.0.0.1/32 cert',
      ],
    });
    await plain.run(
      `CREATE USER ada PASSWORD '${password}'; CREATE USER weak; CREATE USER limited CONNECTION LIMIT 0;
       CREATE USER careless SUPERUSER; ALTER USER careless SET synchronous_commit = off;
       CREATE USER picky SUPERUSER; ALTER USER picky SET default_transaction_isolation = serializable;
       CREATE USER readonly SUPERUSER; ALTER USER readonly SET default_transaction_read_only = on`,
    );
    await secure.run(
      `CREATE USER tls SUPERUSER PASSWORD '${password}'; CREATE USER "omneo-gateway e2e proxy" SUPERUSER`,
    );
  });
  after(async () => {
    await (plain as Postgres | undefined)?.remove();
    await (secure as Postgres | undefined)?.remove();
    await (folder as TemporaryFolder | undefined)?.remove();
  });

  async function shared(file: string, name: string): Promise<string> {
    const copy = join(folder.path, name);
    await copyFile(file, copy);
    await chmod(folder.path, 0o711);
    await chmod(copy, 0o640);
    await Postgres.give(copy);
    return copy;
  }

  /** What the log shows of the failure of a check. */
  async function refusal(url: string): Promise<string> {
    const lines: Lines = [];
    const ledger = ledgerAt(url, { lines });
    try {
      const error: unknown = await ledger.check().catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(LedgerUnavailable);
      expect(JSON.stringify(lines) + errorNames(error)).not.to.contain(password);
      return errorNames(error);
    } finally {
      await ledger.close();
    }
  }

  async function passes(url: string): Promise<void> {
    const ledger = ledgerAt(url);
    try {
      await ledger.check();
      expect((await ledger.claim(entryOf(`check-${Math.random()}`))).result).to.equal('won');
    } finally {
      await ledger.close();
    }
  }

  const as =
    (server: () => Postgres, user: string, rest: { host?: string; database?: string; query?: string } = {}) =>
    () =>
      server().url({ user, ...rest });
  const isPlain = (): Postgres => plain;
  const isSecure = (): Postgres => secure;

  const cases: [what: string, url: () => string, says: RegExp][] = [
    [
      'a password is wrong',
      as(isPlain, 'ada:wrong'),
      /it refuses the login; correct user and password in LEDGER_URL/,
    ],
    ['a password is missing', as(isPlain, 'ada'), /it wants a password; put one into LEDGER_URL/],
    [
      'there is no such user',
      as(isPlain, 'nobody'),
      /it admits no such login from here .*correct its user and database, or change the pg_hba\.conf of the server/,
    ],
    [
      'there is no such database',
      as(isPlain, 'postgres', { database: 'nowhere' }),
      /it has no such database; create it, or correct the name at the end of LEDGER_URL/,
    ],
    [
      'it is asked without TLS and wants it',
      as(isSecure, `tls:${password}`, { query: '?sslmode=disable' }),
      /it admits no such login from here without TLS; set sslmode=verify-full in LEDGER_URL/,
    ],
    [
      'it is asked by TLS and has none',
      as(isPlain, 'postgres', { query: '?sslmode=require' }),
      /it offers no TLS; turn it on there, or set sslmode=disable in LEDGER_URL/,
    ],
    [
      'the CA of its certificate is unknown',
      as(isSecure, `tls:${password}`, { query: '?sslmode=verify-full' }),
      /the CA of its certificate is unknown; set sslrootcert in LEDGER_URL/,
    ],
    [
      'its certificate is for another name',
      () =>
        secure.url({ user: 'tls', host: '127.0.0.2', query: `?sslmode=verify-full&sslrootcert=${caFile}` }),
      /its certificate is for another name; use a name of it in LEDGER_URL/,
    ],
    [
      'the file with its CA is missing',
      as(isSecure, 'tls', { query: '?sslmode=verify-full&sslrootcert=/nowhere/ca.crt' }),
      /the file that sslrootcert names in LEDGER_URL cannot be read/,
    ],
    [
      'the file with the password is missing',
      as(isPlain, 'ada', { query: '?passfile=/nowhere/pgpass' }),
      /the file that passfile names in LEDGER_URL cannot be read/,
    ],
    [
      'its name is not known',
      () => 'postgres://ada@postgres.invalid/ledger',
      /DNS does not .* its name; .*correct the host in LEDGER_URL/,
    ],
    [
      'nothing listens there',
      () => 'postgres://ada@127.0.0.1:1/ledger',
      /nothing listens there; start it, or correct host and port in LEDGER_URL/,
    ],
    [
      'its user lacks rights',
      as(isPlain, 'weak'),
      /its user lacks rights; give it those in docs\/operating\.md/,
    ],
    [
      'it has no connection left',
      as(isPlain, 'limited'),
      /it has no connection left; raise its max_connections, or put PgBouncer in front of it/,
    ],
    [
      'its commits do not wait for the disk',
      as(isPlain, 'careless'),
      /its setting synchronous_commit is off, .* set synchronous_commit to on for this user/,
    ],
    [
      'its transactions are of another kind',
      as(isPlain, 'picky'),
      /its setting default_transaction_isolation is not read committed; set it to that for this user/,
    ],
    [
      'its user may only read',
      as(isPlain, 'readonly'),
      /its setting default_transaction_read_only is on; set it to off for this user/,
    ],
  ];

  for (const [what, urlOf, says] of cases) {
    it(`says in words what is wrong, where, and what to change when ${what}`, async () => {
      const url = urlOf();
      const words = await refusal(url);
      const { hostname, port } = new URL(url);
      expect(words)
        .to.match(says)
        .and.to.contain(`the ledger at ${hostname}:${port || '5432'} cannot be used: `);
    });
  }

  it('says in words that it does not sync to its disk', async () => {
    const server = await Postgres.start({ settings: ['fsync = off'] });
    try {
      expect(await refusal(server.url())).to.match(/its setting fsync is off, .* set fsync to on$/);
    } finally {
      await server.remove();
    }
  });

  it('says in words that it is a standby, and passes once that was made the primary', async () => {
    await passes(plain.url());
    const standby = await Postgres.startStandbyOf(plain);
    try {
      expect(await refusal(standby.url())).to.match(
        /it is a standby, which takes no writes; point LEDGER_URL to the primary$/,
      );
      await standby.run('SELECT pg_promote()');
      await passes(standby.url());
    } finally {
      await standby.remove();
    }
  });

  it('says in words that it does not answer in time, as behind a firewall that drops packets', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    expect(await refusal(`postgres://ada@127.0.0.1:${port}/ledger`)).to.match(
      /^the ledger at 127\.0\.0\.1:\d+ cannot be used: it does not answer in time; let this Pod reach it/,
    );
    silent.close();
  });

  for (const [what, query] of [
    ['by TLS, whoever it is', () => '?sslmode=require'],
    ['by TLS, with its CA', () => `?sslmode=verify-ca&sslrootcert=${caFile}`],
    ['by TLS, with its CA and name', () => `?sslmode=verify-full&sslrootcert=${caFile}`],
  ] as const) {
    it(`passes ${what}`, async () => {
      await passes(secure.url({ user: `tls:${password}`, query: query() }));
    });
  }

  it('passes with a certificate of its own instead of a password', async () => {
    const query = `?sslmode=verify-full&sslrootcert=${caFile}&sslcert=${caFile}&sslkey=${keyFile}`;
    await passes(secure.url({ user: encodeURIComponent('omneo-gateway e2e proxy'), query }));
  });

  it('reads the password anew for every connection', async () => {
    const passFile = join(folder.path, 'pgpass');
    await plain.run("CREATE USER rotated SUPERUSER PASSWORD 'first'");
    await plain.admit('host all rotated 127.0.0.1/32 scram-sha-256');
    await writeFile(passFile, '*:*:*:rotated:first\n');
    const ledger = ledgerAt(plain.url({ user: 'rotated', query: `?passfile=${passFile}` }));
    try {
      await ledger.check();
      await plain.run("ALTER USER rotated PASSWORD 'sec:ond'");
      await writeFile(passFile, '*:*:*:rotated:sec:ond\n');
      await plain.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'rotated'");
      await ledger.check();
    } finally {
      await ledger.close();
    }
  });

  it('leaves nothing behind', async () => {
    const ledger = ledgerAt(plain.url());
    await ledger.check();
    await plain.run('TRUNCATE omneo_gateway.entries, omneo_gateway.maxima, omneo_gateway.budgets');
    await ledger.check();
    const [row] = await plain.run(
      'SELECT (SELECT count(*)::int FROM omneo_gateway.entries) + (SELECT count(*)::int FROM omneo_gateway.maxima) AS left',
    );
    expect(row).to.deep.equal({ left: 0 });
    expect(await ledger.settle(claimOf(await ledger.claim(entryOf('a'))), receipt)).to.equal(true);
    await ledger.close();
  });
});
