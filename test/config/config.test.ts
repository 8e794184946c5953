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

  for (const [text, url] of [
    ['https://gateway.example.com/', 'https://gateway.example.com'],
    ['https://Example.com:8443/hooks/', 'https://example.com:8443/hooks'],
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://localhost:8080/', 'http://localhost:8080'],
    ['http://[::1]:8080', 'http://[::1]:8080'],
  ] as const)
    it(`takes ${text} as ${url} for the public URL`, () => {
      expect(readConfig({ PUBLIC_URL: text }).publicURL).to.equal(url);
    });

  it('takes off for a console that is not wanted', () => {
    expect(readConfig({ CONSOLE_PORT: 'off' }).consolePort).to.equal(undefined);
    expect(readConfig({}).consolePort).to.equal(8090);
  });

  it('is frozen', () => {
    expect(readConfig({})).to.satisfy(Object.isFrozen);
  });

  const refused: [string, string][] = [
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://user:password@collector:4318'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'grpc://collector:4317'],
    ['OTEL_TRACES_EXPORTER', 'zipkin'],
    ['OTEL_SDK_DISABLED', 'yes'],
    ['OTEL_TRACES_SAMPLER', 'jaeger_remote'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.1'],
    ['OTEL_TRACES_SAMPLER_ARG', '-0.1'],
    ['OTEL_TRACES_SAMPLER_ARG', '10%'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'team'],
    ['OTEL_RESOURCE_ATTRIBUTES', '=loyalty'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'team=loyalty%'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80.5'],
    ['PORT', '0x50'],
    ['CONSOLE_PORT', 'none'],
    ['CONSOLE_PORT', '65536'],
    ['PUBLIC_URL', 'http://gateway.example.com'],
    ['PUBLIC_URL', 'https://user@gateway.example.com'],
    ['PUBLIC_URL', 'https://gateway.example.com/?a=b'],
    ['PUBLIC_URL', 'https://gateway.example.com/#a'],
    ['PUBLIC_URL', 'gateway.example.com'],
    ['PUBLIC_URL', 'https://'],
    ['KLAVIYO_API_URL', 'http://klaviyo.example.com'],
    ['KLAVIYO_API_URL', 'https://a.klaviyo.com/api'],
    ['KLAVIYO_API_URL', 'https://key@a.klaviyo.com'],
    ['KLAVIYO_API_URL', 'a.klaviyo.com'],
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
    ['CONSOLE_URL', 'console.example'],
    ['CONSOLE_URL', 'ftp://console.example'],
    ['CONSOLE_URL', 'https://console.example/path'],
    ['CONSOLE_URL', 'https://console.example/?a=b'],
    ['CONSOLE_URL', 'https://console.example/?'],
    ['CONSOLE_URL', 'https://ada:secret@console.example'],
    ['OIDC_ISSUER', 'login.example'],
    ['OIDC_ISSUER', 'https://login.example/?realm=shop'],
    ['OIDC_ISSUER', 'https://login.example/#shop'],
    ['OIDC_ISSUER', 'https://ada:secret@login.example'],
    ['OIDC_SCOPES', 'email,groups'],
    ['OIDC_SCOPES', 'openid,two words'],
    ['OIDC_SCOPES', 'openid,"groups"'],
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

  const signIn = {
    ...{ OIDC_ISSUER: 'https://login.example', OIDC_CLIENT_ID: 'console' },
    CONSOLE_URL: 'https://console.example',
  };
  const byHttp = { OIDC_ISSUER: 'http://127.0.0.1:4000', CONSOLE_URL: 'http://localhost:8090' };

  it('takes an address of the console as browsers name it, and an issuer to the letter', () => {
    const env = {
      ...signIn,
      CONSOLE_URL: 'HTTPS://Console.example:443/',
      OIDC_ISSUER: 'https://login.example/',
    };
    const { consoleURL, oidcIssuer } = readConfig(env);
    expect({ consoleURL, oidcIssuer }).to.deep.equal({
      consoleURL: 'https://console.example',
      oidcIssuer: 'https://login.example/',
    });
  });

  it('takes comma lists of scopes and groups, each once', () => {
    const env = {
      ...signIn,
      TENANTS_DIR: 'tenants',
      OIDC_SCOPES: 'openid, groups,openid',
      OIDC_VIEWERS: 'a b,c,,c',
    };
    const { oidcScopes, oidcViewers, oidcOperators } = readConfig(env);
    expect({ oidcScopes, oidcViewers, oidcOperators }).to.deep.equal({
      oidcScopes: ['openid', 'groups'],
      oidcViewers: ['a b', 'c'],
      oidcOperators: [],
    });
  });

  const together: [string, Record<string, string>, RegExp | null][] = [
    [
      'one port for webhooks and metrics',
      { PORT: '9000', ADMIN_PORT: '9000' },
      /^PORT, ADMIN_PORT and CONSOLE_PORT must be three ports: [^.]+\.$/,
    ],
    [
      'one port for metrics and the console',
      { ADMIN_PORT: '8090' },
      /^PORT, ADMIN_PORT and CONSOLE_PORT must be three ports: [^.]+\.$/,
    ],
    ['a port that the console leaves', { ADMIN_PORT: '8090', CONSOLE_PORT: 'off' }, null],
    [
      'a token for the console where Kubernetes says who may what',
      { ADMIN_TOKEN_FILE: '/run/token' },
      /^ADMIN_TOKEN_FILE goes with TENANTS_DIR only: [^.]+\.$/,
    ],
    [
      'a token for the console with a folder',
      { ADMIN_TOKEN_FILE: '/run/token', TENANTS_DIR: '/tenants' },
      null,
    ],
    ['three free ports', { PORT: '0', ADMIN_PORT: '0', CONSOLE_PORT: '0' }, null],
    ['a lease that a create outlasts', { LEASE_MS: '10000' }, /^LEASE_MS must be [^.]+UPSTREAM_TIMEOUT_MS/],
    [
      'a lease with no time for its own renewal',
      { UPSTREAM_TIMEOUT_MS: '20000', LEASE_MS: '20999' },
      /^LEASE_MS must be at least 21000[^.]+\.$/,
    ],
    ['signing in, in a cluster', signIn, null],
    [
      'signing in, with tenants from a folder',
      { ...signIn, TENANTS_DIR: 'tenants', OIDC_VIEWERS: 'support' },
      null,
    ],
    ['an address of the console alone', { CONSOLE_URL: 'http://localhost:8090' }, null],
    ...[
      'OIDC_CLIENT_ID',
      'OIDC_CLIENT_SECRET_FILE',
      'OIDC_VIEWERS',
      'OIDC_OPERATORS',
      'SESSION_KEY_FILE',
    ].map((variable): [string, Record<string, string>, RegExp] => [
      `${variable} without an issuer`,
      { [variable]: 'some', TENANTS_DIR: 'tenants' },
      new RegExp(`^OIDC_ISSUER must be set where ${variable} is[^.]+\\.$`),
    ]),
    ['an issuer without a client', { ...signIn, OIDC_CLIENT_ID: '' }, /^OIDC_CLIENT_ID must be set [^.]+\.$/],
    ['an issuer without an address', { ...signIn, CONSOLE_URL: '' }, /^CONSOLE_URL must be set [^.]+\.$/],
    [
      'an issuer by http',
      { ...signIn, OIDC_ISSUER: byHttp.OIDC_ISSUER },
      /^OIDC_ISSUER must begin with https[^.]+\.$/,
    ],
    [
      'a console by http',
      { ...signIn, CONSOLE_URL: byHttp.CONSOLE_URL },
      /^CONSOLE_URL must begin with https[^.]+\.$/,
    ],
    ['http for development', { ...signIn, ...byHttp, ALLOW_INSECURE_UPSTREAM: 'true' }, null],
    [
      'groups in a cluster',
      { ...signIn, OIDC_OPERATORS: 'a' },
      /^OIDC_VIEWERS and OIDC_OPERATORS must be unset [^.]+\.$/,
    ],
    [
      'no groups with a folder',
      { ...signIn, TENANTS_DIR: 'x' },
      /^OIDC_VIEWERS or OIDC_OPERATORS must name [^.]+\.$/,
    ],
    ...['OIDC_USER_PREFIX', 'OIDC_GROUPS_PREFIX'].flatMap(
      (variable): [string, Record<string, string>, RegExp | null][] => [
        [
          `${variable} that makes names of Kubernetes`,
          { ...signIn, [variable]: 'system:oidc:' },
          new RegExp(`^${variable} must not begin with system:[^.]+\\.$`),
        ],
        [`${variable} that has system: further on`, { ...signIn, [variable]: 'oidc:system:' }, null],
        [`${variable} that only looks like it`, { ...signIn, [variable]: 'systems:' }, null],
      ],
    ),
    ...['OIDC_VIEWERS', 'OIDC_OPERATORS'].flatMap(
      (variable): [string, Record<string, string>, RegExp | null][] => {
        const folder = { ...signIn, TENANTS_DIR: 'tenants' };
        const prefixed = { ...folder, OIDC_GROUPS_PREFIX: 'oidc:' };
        return [
          [`${variable} with the prefix`, { ...prefixed, [variable]: 'oidc:a,oidc:system:b' }, null],
          [
            `${variable} of which one has no prefix`,
            { ...prefixed, [variable]: 'oidc:a,b' },
            new RegExp(`^${variable} must name groups that begin with OIDC_GROUPS_PREFIX[^.]+\\.$`),
          ],
          [
            `${variable} of which one is Kubernetes’ own`,
            { ...folder, [variable]: 'a,system:masters' },
            new RegExp(`^${variable} must name no group that begins with system:[^.]+\\.$`),
          ],
          [
            `${variable} of which a prefix makes one that is Kubernetes’ own`,
            { ...folder, OIDC_GROUPS_PREFIX: 'sys', [variable]: 'system:masters' },
            new RegExp(`^${variable} must name no group that begins with system:[^.]+\\.$`),
          ],
        ];
      },
    ),
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
