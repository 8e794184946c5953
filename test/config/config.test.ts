import { expect } from 'chai';
import { resolve } from 'node:path';
import { readConfig, settings, tenantPolicy, warningsOf } from '../../src/config/config.ts';
import { startGateway } from '../support/gateway.ts';

describe('the configuration', () => {
  it('has every default of the documentation when nothing is set', () => {
    const config = readConfig({});
    expect(config).to.include({ port: 8080, adminPort: 9090, ledgerURL: 'memory:', answerDeadlineMs: 4500 });
    expect(config).to.include({ settleWindowMs: 120_000, ledgerRetentionHours: 72, drainMs: 20_000 });
    expect(config.upstreamHosts).to.deep.equal(['.getomneo.com']);
    expect(config.tenantsDir).to.equal(undefined);
    expect(config.allowInsecureUpstream).to.equal(false);
    expect(config).to.include({
      ledgerKeyFile: undefined,
      parkedRetentionDays: 30,
      maxParkedPerTenant: 100_000,
      acceptedStatus: 202,
    });
  });

  for (const text of ['', ' ', '\n']) {
    it(`counts a variable that is ${JSON.stringify(text)} as unset, whichever it is`, () => {
      const variables = Object.values(settings).map(({ variable }) => variable);
      const env = Object.fromEntries(variables.map((variable) => [variable, text]));
      expect(readConfig(env)).to.deep.equal(readConfig({}));
    });
  }

  it('takes a comma list of hosts', () => {
    const { upstreamHosts } = readConfig({ UPSTREAM_HOSTS: ' .getomneo.com, omneo.example ' });
    expect(upstreamHosts).to.deep.equal(['.getomneo.com', 'omneo.example']);
  });

  it('takes a comma list of namespaces, each once', () => {
    const { watchNamespaces } = readConfig({ WATCH_NAMESPACES: 'loyalty, team-7,,loyalty,' });
    expect(watchNamespaces).to.deep.equal(['loyalty', 'team-7']);
  });

  for (const [text, status] of [
    ['202', 202],
    ['200', 200],
  ] as const)
    it(`takes ${text} for the status of what is accepted`, () => {
      expect(readConfig({ ACCEPTED_STATUS: text }).acceptedStatus).to.equal(status);
    });

  it('is frozen', () => {
    expect(readConfig({})).to.satisfy(Object.isFrozen);
  });

  const refused: [string, string][] = [
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', '0x50'],
    ['UPSTREAM_HOSTS', ','],
    ['UPSTREAM_HOSTS', 'https://omneo.example'],
    ['ALLOW_INSECURE_UPSTREAM', 'yes'],
    ['LEDGER_RETENTION_HOURS', '24'],
    ['PARKED_RETENTION_DAYS', '0'],
    ['PARKED_RETENTION_DAYS', '366'],
    ['ACCEPTED_STATUS', '201'],
    ['ACCEPTED_STATUS', '204'],
    ['ACCEPTED_STATUS', 'accepted'],
    ['LEDGER_URL', 'postgres://user:password@host'],
    ['LEDGER_URL', 'postgres://user@cache:0/ledger'],
    ['LEDGER_URL', 'postgres://user@cache:65536/ledger'],
    ['LEDGER_URL', 'mysql://cache'],
    ['WATCH_NAMESPACES', 'Loyalty'],
    ['WATCH_NAMESPACES', 'loyalty,team/7'],
    ['WATCH_NAMESPACES', 'loyalty.example'],
    ['WATCH_NAMESPACES', `loyalty,${'x'.repeat(64)}`],
    // A list of nothing must not become the whole cluster.
    ['WATCH_NAMESPACES', ','],
    ['POD_NAMESPACE', 'a/b'],
    ['LEASE_NAME', 'Lease'],
    ['LOG_LEVEL', 'trace'],
  ];
  for (const [variable, value] of refused) {
    it(`refuses ${variable}=${JSON.stringify(value)} with a sentence that names it`, () => {
      expect(() => readConfig({ [variable]: value })).to.throw(
        new RegExp(`^${variable} must (be|have) [^.]+.*\\.$`),
      );
    });
  }

  for (const url of ['redis://cache', 'rediss://user:password@cache:6379/1', 'redis+sentinel://cache/main'])
    it(`says what takes the place of ${url}, and not its password`, () => {
      expect(() => readConfig({ LEDGER_URL: url })).to.throw(
        /^LEDGER_URL names a Redis, [^@]*sqlite:<path> or postgres:[^@]*\.$/,
      );
    });

  const together: [string, Record<string, string>, RegExp | null][] = [
    [
      'one port for webhooks and metrics',
      { PORT: '9000', ADMIN_PORT: '9000' },
      /^PORT and ADMIN_PORT must be two ports: [^.]+\.$/,
    ],
    ['two free ports', { PORT: '0', ADMIN_PORT: '0' }, null],
    ['a lease that a create outlasts', { LEASE_MS: '10000' }, /^LEASE_MS must be [^.]+UPSTREAM_TIMEOUT_MS/],
    [
      'a lease with no time for its own renewal',
      { UPSTREAM_TIMEOUT_MS: '20000', LEASE_MS: '20999' },
      /^LEASE_MS must be at least 21000[^.]+\.$/,
    ],
    ['a lease with just enough', { UPSTREAM_TIMEOUT_MS: '20000', LEASE_MS: '21000' }, null],
  ];
  for (const [what, env, sentence] of together) {
    it(`${sentence === null ? 'takes' : 'refuses'} ${what}`, () => {
      const read = (): unknown => readConfig(env);
      if (sentence === null) expect(read).not.to.throw();
      else expect(read).to.throw(sentence);
    });
  }

  for (const [what, env, count] of [
    ['nothing of the defaults', {}, 0],
    ['nothing of a limit of one tenant that leaves a place', { MAX_CONCURRENT_PER_TENANT: '999' }, 0],
    ['of a limit of one tenant that is that of the process', { MAX_CONCURRENT: '100' }, 1],
    ['of a limit of one tenant that is above it', { MAX_CONCURRENT_PER_TENANT: '1001' }, 1],
  ] as const) {
    it(`warns at the start ${what}`, async () => {
      const gateway = await startGateway(env);
      await gateway.stop();
      const warnings = gateway.logs.filter(
        ({ level, msg }) => level === 'warn' && !/^LEDGER_URL/.test(String(msg)),
      );
      expect(warnings).to.have.length(count);
      for (const { msg } of warnings)
        expect(msg).to.match(/^MAX_CONCURRENT_PER_TENANT should be below MAX_CONCURRENT, or /);
    });
  }

  for (const [url, count] of [
    ['', 1],
    ['memory:', 1],
    ['sqlite:ledger.db', 0],
    ['postgres://user@cache/ledger', 0],
  ] as const)
    it(`says ${count === 1 ? 'once' : 'nothing of'} what a crash loses, with "${url}" as LEDGER_URL`, () => {
      const warnings = warningsOf(readConfig({ LEDGER_URL: url })).filter((each) =>
        each.startsWith('LEDGER_URL'),
      );
      expect(warnings).to.have.length(count);
      for (const warning of warnings)
        expect(warning).to.match(/^LEDGER_URL is memory:, so a crash .* forgets/);
    });

  for (const [url, keys, isAble] of [
    ['', '', false],
    ['memory:', '/run/keys', false],
    ['sqlite:ledger.db', '', true],
    ['postgres://user@cache/ledger', '/run/keys', true],
    ['postgres://user@cache/ledger', '', false],
  ] as const)
    it(`lets tenants have ${isAble ? '' : 'no '}durable delivery with "${url}" as LEDGER_URL and "${keys}" as LEDGER_KEY_FILE`, () => {
      const config = readConfig({ LEDGER_URL: url, LEDGER_KEY_FILE: keys });
      expect(tenantPolicy(config).canAcceptDurably).to.equal(isAble);
    });

  for (const [url, file, count] of [
    ['postgres://user@cache/ledger', '', 1],
    ['postgres://user@cache/ledger', '/run/keys', 0],
    ['sqlite:ledger.db', '', 0],
    ['memory:', '', 0],
  ] as const)
    it(`says ${count === 1 ? 'once' : 'nothing of'} what is off without keys, with ${url} and "${file}" as LEDGER_KEY_FILE`, () => {
      const config = readConfig({ LEDGER_URL: url, LEDGER_KEY_FILE: file });
      const warnings = warningsOf(config).filter((each) => !each.startsWith('LEDGER_URL'));
      expect(warnings).to.have.length(count);
      for (const warning of warnings)
        expect(warning).to.match(
          /^LEDGER_KEY_FILE is not set, so durable delivery is off, .*; set it to a file with one base64 key of 32 bytes/,
        );
    });

  for (const [text, path] of [
    ['sqlite:/var/lib/ledger.db', '/var/lib/ledger.db'],
    ['sqlite:///var/lib/ledger.db', '/var/lib/ledger.db'],
    ['sqlite:data/ledger.db', resolve('data/ledger.db')],
    ['sqlite:./ledger.db', resolve('ledger.db')],
  ])
    it(`takes ${text} for a file`, () => {
      expect(readConfig({ LEDGER_URL: text }).ledgerURL).to.have.property('path', path);
    });

  for (const text of ['sqlite:', 'sqlite::memory:', 'sqlite://host/ledger.db', 'sqlite:data/'])
    it(`takes ${text} for no file, and says what is one`, () => {
      expect(() => readConfig({ LEDGER_URL: text })).to.throw(
        /^LEDGER_URL must be sqlite: and the path of a file, as /,
      );
    });

  it('refuses a variable with a prefix that none of ours has', () => {
    expect(() => readConfig({ OMNEO_GATEWAY_PORT: '80' })).to.throw('OMNEO_GATEWAY_PORT is not a variable');
  });

  it('gives every variable a name of its own', () => {
    const names = Object.values(settings).map(({ variable }) => variable);
    expect(new Set(names).size).to.equal(names.length);
  });
});
