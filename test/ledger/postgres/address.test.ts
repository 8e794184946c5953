import { expect } from 'chai';
import { inspect } from 'node:util';
import { type PostgresConnection, PostgresAddress } from '../../../src/ledger/postgres/address.ts';
import { findPassword } from '../../../src/ledger/postgres/credentials.ts';

const usual: PostgresConnection = {
  host: 'db.example',
  port: 5432,
  user: 'ada',
  database: 'ledger',
  tls: { mode: 'verify-full' },
};

const right: Readonly<Record<string, Partial<PostgresConnection>>> = {
  'postgres://ada@db.example/ledger': {},
  'postgresql://ada@db.example/ledger': {},
  'postgres://ada:p%40s%2Fs@db.example:6432/le%20dger': {
    port: 6432,
    password: 'p@s/s',
    database: 'le dger',
  },
  'postgres://ada@[::1]:6432/ledger': { host: '::1', port: 6432, tls: { mode: 'disable' } },
  'postgres://ada@127.0.0.1/ledger': { host: '127.0.0.1', tls: { mode: 'disable' } },
  'postgres://ada@localhost/ledger?sslmode=verify-full': { host: 'localhost' },
  'postgres://ada@db.example/ledger?sslmode=disable': { tls: { mode: 'disable' } },
  'postgres://ada@db.example/ledger?sslmode=require': { tls: { mode: 'require' } },
  'postgres://ada@db.example/ledger?sslmode=require&sslrootcert=/ca': {
    tls: { mode: 'verify-ca', caFile: '/ca' },
  },
  'postgres://ada@db.example/ledger?sslcert=/c&sslkey=/k&passfile=/p': {
    passFile: '/p',
    tls: { mode: 'verify-full', certFile: '/c', keyFile: '/k' },
  },
};

const wrong: readonly string[] = [
  'postgres:s3cr3t',
  'postgres://s3cr3t/ledger',
  'postgres://ada:s3cr3t@/ledger',
  'postgres://ada:s3cr3t@db.example',
  'postgres://ada:s3cr3t@db.example/',
  'postgres://ada:s3cr3t@db.example/a/b',
  'postgres://ada:s3cr3t@db.example:0x1/ledger',
  'postgres://ada:s3cr3t@db.example:65536/ledger',
  'postgres://ada:s3cr3t@db.example,other/ledger',
  'postgres://ada:s3cr3t%zz@db.example/ledger',
  'postgres://ada:s3cr3t@db.example/ledger?sslmode=prefer',
  'postgres://ada:s3cr3t@db.example/ledger?sslcert=/c',
  'postgres://ada:s3cr3t@db.example/ledger?options=s3cr3t',
  'postgres://ada:s3cr3t@db.example/ledger#s3cr3t',
];

describe('the address of a Postgres ledger', () => {
  for (const [text, changes] of Object.entries(right)) {
    it(`takes ${text}`, () => {
      expect(PostgresAddress.parse(text).reveal()).to.deep.equal({ ...usual, ...changes });
    });
  }

  for (const text of wrong) {
    it(`refuses ${text} with a sentence that holds none of it`, () => {
      expect(() => PostgresAddress.parse(text))
        .to.throw(/^(must|has) /)
        .with.property('message')
        .that.does.not.contain('s3cr3t');
    });
  }

  it('shows no password, however it is written out', () => {
    const address = PostgresAddress.parse('postgres://ada:s3cr3t@db.example/ledger');
    const written = [
      String(address),
      JSON.stringify({ address }),
      inspect(address, { depth: 9, showHidden: true }),
    ];
    expect(written.slice(0, 2)).to.deep.equal(['db.example:5432', '{"address":"db.example:5432"}']);
    expect(written.join('\n')).to.not.contain('s3cr3t');
  });
});

describe('a password in a passfile', () => {
  const asked = { host: 'db.example', port: 5432, database: 'ledger', user: 'ada' };
  for (const [text, password] of [
    ['db.example:5432:ledger:ada:secret', 'secret'],
    ['*:*:*:*:secret\n', 'secret'],
    ['# db.example:5432:ledger:ada:old\r\nother:*:*:*:wrong\r\n*:*:*:ada:secret\r\n', 'secret'],
    ['*:*:*:ada:first\n*:*:*:ada:second', 'first'],
    ['*:*:*:ada:a\\:b\\\\c', 'a:b\\c'],
    ['*:*:*:ada:a:b', 'a:b'],
    ['db\\.example:5432:ledger:ada:secret', 'secret'],
    ['*:5433:*:ada:secret', undefined],
    ['*:*:*:adam:secret', undefined],
    ['just-a-password', undefined],
    ['', undefined],
  ] as const) {
    it(`is ${password ?? 'none'} in ${JSON.stringify(text)}`, () => {
      expect(findPassword(text, asked)).to.equal(password);
    });
  }
});
