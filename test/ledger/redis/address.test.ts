import { expect } from 'chai';
import { inspect } from 'node:util';
import { type Connection, InvalidLedgerURL, LedgerAddress } from '../../../src/ledger/redis/address.ts';
import { openClient } from '../../../src/ledger/redis/connect.ts';

const usual: Connection = {
  kind: 'single',
  hosts: [{ host: 'cache', port: 6379 }],
  tls: false,
  login: {},
  db: 0,
  master: '',
  sentinelLogin: {},
};

const right: Readonly<Record<string, Partial<Connection>>> = {
  'redis://cache': {},
  'redis://cache:6380/5': { hosts: [{ host: 'cache', port: 6380 }], db: 5 },
  'redis://cache/': {},
  'rediss://:p%40ss@cache': { tls: true, login: { password: 'p@ss' } },
  'redis://ada:p%3Aa%2Fss@cache': { login: { username: 'ada', password: 'p:a/ss' } },
  'redis://ada:pa:ss@cache': { login: { username: 'ada', password: 'pa:ss' } },
  'redis://[::1]:7000': { hosts: [{ host: '::1', port: 7000 }] },
  'redis+sentinel://ada:pw@s1,s2:26380/mymaster/2?sentinel_username=eve&sentinel_password=x%26y': {
    kind: 'sentinel',
    hosts: [
      { host: 's1', port: 26379 },
      { host: 's2', port: 26380 },
    ],
    login: { username: 'ada', password: 'pw' },
    master: 'mymaster',
    db: 2,
    sentinelLogin: { username: 'eve', password: 'x&y' },
  },
  'rediss+cluster://:pw@n1:7000,n2': {
    kind: 'cluster',
    tls: true,
    hosts: [
      { host: 'n1', port: 7000 },
      { host: 'n2', port: 6379 },
    ],
    login: { password: 'pw' },
  },
};

const wrong: readonly string[] = [
  '',
  'http://s3cr3t@cache',
  'redis:s3cr3t',
  'redis://',
  'redis://:s3cr3t@',
  'redis://:s3cr3t/x@cache',
  'redis://:s3cr3t%zz@cache',
  'redis://:s3cr3t@cache:0',
  'redis://:pass@s3cr3t@cache',
  'redis://cache@s3cr3t@',
  'redis://:s3cr3t@cache:65536',
  'redis://:s3cr3t@[cache]',
  'redis://:s3cr3t@::1',
  'redis://:s3cr3t@a,b',
  'redis://:s3cr3t@cache/one',
  'redis://:s3cr3t@cache/1/2',
  'redis://:s3cr3t@cache?db=1',
  'redis://:s3cr3t@cache?sentinel_password=x',
  'redis+sentinel://:s3cr3t@a',
  'redis+sentinel://:s3cr3t@a/',
  'redis+sentinel://:s3cr3t@a/m?timeout=1',
  'redis+cluster://:s3cr3t@a,/',
  'redis+cluster://:s3cr3t@a/1',
  'redis+unix://s3cr3t',
];

describe('LEDGER_URL', () => {
  for (const [url, connection] of Object.entries(right)) {
    it(`may be ${url}`, () => {
      expect(LedgerAddress.parse(url).reveal()).to.deep.equal({ ...usual, ...connection });
    });
  }

  for (const url of wrong) {
    it(`must not be ${url === '' ? 'empty' : url}`, () => {
      expect(() => LedgerAddress.parse(url))
        .to.throw(InvalidLedgerURL, /^(must|has) /)
        .with.property('message')
        .that.does.not.contain('s3cr3t@');
    });
  }

  it('shows its hosts and no password, however it is written out', () => {
    const address = LedgerAddress.parse('redis+sentinel://ada:s3cr3t@s1,s2/m?sentinel_password=s3cr3t');
    expect(String(address)).to.equal('s1:26379,s2:26379');
    expect(JSON.stringify({ address })).to.equal('{"address":"s1:26379,s2:26379"}');
    expect(inspect(address, { showHidden: true, depth: 9 })).not.to.contain('s3cr3t');
  });

  for (const form of ['rediss://cache', 'rediss+sentinel://s1/m?sentinel_username=eve&sentinel_password=x']) {
    it(`becomes a client that encrypts its connection: ${form}`, () => {
      const client = openClient(LedgerAddress.parse(form), { answerMs: 100, reconnectMs: 100 });
      expect(client.options).to.deep.include({ tls: {} });
      if (form.includes('sentinel'))
        expect(client.options).to.deep.include({ sentinelTLS: {}, sentinelPassword: 'x' });
      client.disconnect();
    });
  }

  it('becomes a client that encrypts its connections to the nodes of a cluster', () => {
    const address = LedgerAddress.parse('rediss+cluster://n1,n2');
    const client = openClient(address, { answerMs: 100, reconnectMs: 100 });
    expect(client.options).to.have.deep.nested.property('redisOptions.tls', {});
    client.disconnect();
  });
});
