import { inspect } from 'node:util';
import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../../sandbox/omneo.ts';
import type { FaultRule } from '../../../sandbox/faults.ts';
import { sample } from '../../../sandbox/sample.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { errorNames } from '../../../src/lib/log.ts';
import { type Grant, requestGrant } from '../../../src/omneo/token/grant.ts';
import { Pace } from '../../../src/omneo/pace/pace.ts';
import { type Omneo, createUpstream } from '../../../src/omneo/omneo.ts';
import { TokenSource } from '../../../src/omneo/token/token.ts';
import { UpstreamError } from '../../../src/omneo/client/upstream.ts';
import { Confidential } from '../../../src/tenants/confidential.ts';
import type { Credentials, Tenant } from '../../../src/tenants/tenant.ts';
import { senderOf } from '../../../src/omneo/client/transport.ts';
import { dispatcher, failureOf } from '../parts.ts';
import { type ManualClock, manualClock } from '../time.ts';
import { type Script, type Upstream, answer, forgetfulNat, startUpstream } from '../upstream.ts';
import { freeTurns, noProofs } from '../../support/omneo.ts';

type OAuth = Extract<Credentials, { kind: 'oauth' }>;

/** What must never be seen in an error. */
const secrets = {
  clientId: 'client-id-marker',
  clientSecret: 'client-secret-marker',
  username: 'user-marker@acme.example',
  password: 'password-marker',
};

const oauth = (tokenURL: string, more: Partial<OAuth> = {}): OAuth => ({
  kind: 'oauth',
  grantType: 'client_credentials',
  tokenURL,
  scope: '*',
  clientId: new Confidential(secrets.clientId),
  clientSecret: new Confidential(secrets.clientSecret),
  ...more,
});

const user = {
  username: new Confidential(secrets.username),
  password: new Confidential(secrets.password),
};

const grant = (url: string, more: Partial<OAuth> = {}, timeoutMs = 1000) =>
  requestGrant(oauth(`${url}/auth/token`, more), senderOf(dispatcher(), systemClock), timeoutMs, systemClock);

function expectNoSecret(error: unknown): void {
  const shown = [
    String(error),
    JSON.stringify(error),
    inspect(error, { depth: 10, showHidden: true }),
  ].join();
  for (const secret of Object.values(secrets)) expect(shown).not.to.include(secret);
}

describe('a grant', () => {
  let upstream: Upstream;

  const scripted = async (script: Script) => {
    upstream = await startUpstream(script);
    return upstream.url;
  };

  afterEach(() => upstream.close());

  const issued: Script = (response) => {
    answer(response, 200, { token_type: 'Bearer', expires_in: 3600, access_token: 'fresh' });
  };

  it('asks with a form, the client in it', async () => {
    const url = await scripted(issued);
    const { token, lifetime } = await grant(url);
    expect(token).to.equal('fresh');
    // What is left of it by now.
    expect(lifetime).to.be.within(3590, 3600);
    const [request] = upstream.requests;
    expect(request).to.include({ method: 'POST', path: '/auth/token' });
    expect(request?.headers).to.include({ accept: 'application/json' });
    expect(request?.headers['content-type']).to.match(/^application\/x-www-form-urlencoded/);
    expect(request?.headers).not.to.have.property('authorization');
    expect(Object.fromEntries(new URLSearchParams(request?.body))).to.deep.equal({
      grant_type: 'client_credentials',
      client_id: secrets.clientId,
      client_secret: secrets.clientSecret,
      scope: '*',
    });
  });

  for (const grantType of ['client_credentials', 'password'] as const) {
    it(`sends user name and password along with ${grantType}`, async () => {
      const url = await scripted(issued);
      await grant(url, { grantType, ...user, scope: 'read-profiles create-rewards' });
      expect(Object.fromEntries(new URLSearchParams(upstream.requests[0]?.body))).to.deep.equal({
        grant_type: grantType,
        client_id: secrets.clientId,
        client_secret: secrets.clientSecret,
        scope: 'read-profiles create-rewards',
        username: secrets.username,
        password: secrets.password,
      });
    });
  }

  it('has no lifetime when the server does not say', async () => {
    const url = await scripted((response) => {
      answer(response, 200, { token_type: 'bearer', access_token: 'fresh' });
    });
    expect(await grant(url)).to.deep.equal({ token: 'fresh', lifetime: undefined, deviations: [] });
  });

  it('takes a lifetime in the form of a text', async () => {
    const url = await scripted((response) => {
      answer(response, 200, { token_type: 'bearer', access_token: 'fresh', expires_in: '60' });
    });
    expect((await grant(url)).lifetime).to.be.within(50, 60);
  });

  it('is refused with the names of what the server complains about, and no word of its own', async () => {
    const url = await scripted((response) => {
      answer(response, 422, {
        error: 'invalid_scope',
        message: secrets.clientSecret,
        errors: { client_id: [secrets.clientId], [secrets.username]: ['no'] },
      });
    });
    const error = await failureOf(grant(url));
    expect(error).to.deep.include({ fault: 'refused', fields: ['invalid_scope', 'client_id'] });
    expect(errorNames(error)).to.equal("Omneo's token endpoint answered 422: invalid_scope, client_id");
    expectNoSecret(error);
  });

  it('goes round every stale connection: those that a NAT forgot while they were idle', async () => {
    const { script, idle } = forgetfulNat({ token_type: 'Bearer', expires_in: 3600, access_token: 'fresh' });
    const url = await scripted(script);
    const pool = dispatcher();
    const ask = () =>
      requestGrant(oauth(`${url}/auth/token`), senderOf(pool, systemClock), 1000, systemClock);
    await idle(4, ask);
    for (let count = 0; count < 10; count += 1) expect((await ask()).token).to.equal('fresh');
  });

  for (const [wording, script] of [
    ['a reset', (response) => response.socket?.resetAndDestroy()],
    [
      'an answer that breaks off',
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{', () => response.socket?.destroy());
      },
    ],
  ] satisfies [string, Script][]) {
    it(`asks twice at most after ${wording}`, async () => {
      const url = await scripted(script);
      expect((await failureOf(grant(url))).fault).to.equal('unavailable');
      expect(upstream.requests).to.have.length(2);
    });
  }

  it('takes a token that comes with an error', async () => {
    const url = await scripted((response) => {
      answer(response, 200, { error: 'none', access_token: 'fresh', token_type: 'Bearer' });
    });
    expect((await grant(url)).token).to.equal('fresh');
  });

  it('takes the token of an odd answer, and says what is odd about it', async () => {
    const url = await scripted((response) => {
      answer(response, 201, { data: { access_token: 'fresh', expires_in: -1, scope: null } });
    });
    expect(await grant(url)).to.deep.include({
      token: 'fresh',
      lifetime: 60,
      deviations: [
        'the status is 201',
        'access_token is within data',
        'token_type is missing',
        'expires_in is not a lifetime',
        'scope is null',
      ],
    });
  });

  for (const [wording, token] of [
    ['is missing', undefined],
    ['is empty', ''],
    ['has characters that cannot stand in a header', 'two\nlines'],
  ] as const) {
    it(`says that access_token ${wording}, without a code of a library`, async () => {
      const url = await scripted((response) => {
        answer(response, 200, { token_type: 'Bearer', access_token: token });
      });
      const error = await failureOf(grant(url));
      expect(error.fault).to.equal('unavailable');
      expect(errorNames(error)).to.equal(`Omneo's token endpoint answered 200: access_token ${wording}`);
    });
  }

  // 1001 ms have no exact number of seconds.
  for (const timeoutMs of [10, 1001, 4350, 60_000]) {
    it(`works with a time-out of ${timeoutMs} ms`, async () => {
      const url = await scripted(issued);
      // Whether ten milliseconds are enough is the machine's affair: that they are understood is what counts.
      const result = await grant(url, {}, timeoutMs).catch((error: unknown) => error);
      if (timeoutMs > 1000) expect(result).to.include({ token: 'fresh' });
      expect(upstream.requests.length).to.be.at.most(1);
    });
  }

  type Case = readonly [wording: string, script: Script, error: Partial<UpstreamError>];
  const html: Script = (response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<html>We will be right back</html>');
  };
  const status =
    (code: number, headers: Record<string, string> = {}): Script =>
    (response) => {
      answer(response, code, { error: 'invalid_client', error_description: 'no', message: 'no' }, headers);
    };
  const cases: Case[] = [
    ['400', status(400), { fault: 'refused' }],
    ['401', status(401), { fault: 'refused' }],
    ['401 with a challenge', status(401, { 'www-authenticate': 'Basic realm="x"' }), { fault: 'refused' }],
    ['403', status(403), { fault: 'refused' }],
    ['404', status(404), { fault: 'unavailable' }],
    ['422', status(422), { fault: 'refused' }],
    ['422 in HTML', (response) => response.writeHead(422).end('<html></html>'), { fault: 'refused' }],
    ['405', status(405), { fault: 'unavailable' }],
    ['an error in a 200', status(200), { fault: 'refused' }],
    ['an error in a 201', status(201), { fault: 'refused' }],
    [
      'an error of its own in a 400',
      (response) => {
        answer(response, 400, { error: 'temporarily_unavailable' });
      },
      { fault: 'unavailable' },
    ],
    [
      'an error beside a token',
      (response) => {
        answer(response, 200, { error: 'invalid_client', access_token: null });
      },
      { fault: 'refused' },
    ],
    ['429 with seconds', status(429, { 'retry-after': '7' }), { fault: 'throttled', retryAfter: 7 }],
    ['429 with a huge wait', status(429, { 'retry-after': '9'.repeat(30) }), { retryAfter: 3600 }],
    ['429 with nonsense', status(429, { 'retry-after': 'soon' }), { fault: 'throttled', retryAfter: 1 }],
    ['429 without Retry-After', status(429), { fault: 'throttled', retryAfter: 1 }],
    ['500', status(500), { fault: 'unavailable' }],
    ['503', status(503), { fault: 'unavailable' }],
    ['HTML', html, { fault: 'unavailable' }],
    ['an empty body', (response) => response.end(), { fault: 'unavailable' }],
    [
      'no token',
      (response) => {
        answer(response, 200, { token_type: 'Bearer' });
      },
      { fault: 'unavailable' },
    ],
    [
      'more than 1 MiB',
      (response) => {
        answer(response, 200, { token_type: 'Bearer', access_token: 'x'.repeat(1_100_000) });
      },
      { fault: 'unavailable' },
    ],
    ['a broken connection', (response) => response.socket?.resetAndDestroy(), { fault: 'unavailable' }],
  ];
  for (const [wording, script, expected] of cases) {
    it(`that is answered with ${wording} is ${expected.fault ?? 'throttled'}, without a word of the secrets`, async () => {
      const url = await scripted(script);
      const error = await failureOf(grant(url, { grantType: 'password', ...user }));
      expect(error).to.include(expected);
      expectNoSecret(error);
    });
  }

  it('does not follow a redirect, nor calls its target', async () => {
    const target = await startUpstream(issued);
    const url = await scripted((response) => {
      response.writeHead(307, { location: target.url }).end();
    });
    const error = await failureOf(grant(url));
    await target.close();
    expect(error.fault).to.equal('unavailable');
    expect(target.connections()).to.equal(0);
  });

  for (const [wording, script] of [
    ['never answers', () => undefined],
    [
      'drips',
      (response) => {
        response.write('{');
      },
    ],
  ] satisfies [string, Script][]) {
    it(`ends in time when the server ${wording}`, async () => {
      const url = await scripted(script);
      const error = await failureOf(grant(url, {}, 50));
      expect(error.fault).to.equal('unavailable');
      expectNoSecret(error);
    });
  }
});

describe('the token of a tenant', () => {
  let clock: ManualClock;
  /** What was observed, in order: results of fetches, and `refused`/`accepted`. */
  let reported: string[];
  let fetches: PromiseWithResolvers<Grant>[];

  beforeEach(() => {
    clock = manualClock();
    reported = [];
    fetches = [];
  });

  const tokens = (options: Partial<{ source: string; random: number }> = {}) =>
    new TokenSource({
      source:
        options.source ??
        (() => {
          const fetch = Promise.withResolvers<Grant>();
          fetches.push(fetch);
          return fetch.promise;
        }),
      clock,
      random: () => options.random ?? 0,
      refusedForMs: 30_000,
      observe: {
        fetched: (result) => reported.push(result),
        deviation: (deviations) => reported.push(deviations),
        refused: (refused, fields) =>
          reported.push([refused ? 'refused!' : 'accepted!', ...fields].join(' ')),
      },
    });

  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const issue = async (token: string, lifetime: number | null = 3600, deviations: readonly string[] = []) => {
    fetches.at(-1)?.resolve({ token, lifetime: lifetime ?? undefined, deviations });
    await settled();
  };
  const fail = async (error: Error) => {
    fetches.at(-1)?.reject(error);
    await settled();
  };
  const held = async (options: Partial<{ random: number; lifetime: number | null }> = {}) => {
    const source = tokens(options);
    const first = source.get();
    await issue('first', options.lifetime === undefined ? 3600 : options.lifetime);
    await first;
    return source;
  };

  it('is fetched on first use only', async () => {
    const source = tokens();
    expect(fetches).to.be.empty;
    const first = source.get();
    await issue('first');
    expect(await first).to.equal('first');
    expect(await source.get()).to.equal('first');
    expect(fetches).to.have.length(1);
    expect(reported).to.deep.equal(['issued']);
  });

  it('reports what is odd about its answer once, and what is new about it later', async () => {
    const source = tokens();
    for (const deviations of [['a'], ['a'], ['a', 'b', 'c'], [], ['a'], ['c']]) {
      const next = source.get();
      await issue('first', 0, deviations);
      await next;
    }
    expect(reported.filter((each) => each !== 'issued')).to.deep.equal(['a', 'b, c']);
  });

  it('is fetched once for 1,000 that ask at once', async () => {
    const source = tokens();
    const all = Array.from({ length: 1000 }, () => source.get());
    await issue('first');
    expect(new Set(await Promise.all(all))).to.deep.equal(new Set(['first']));
    expect(fetches).to.have.length(1);
  });

  it('fails for 1,000 that ask at once by one fetch', async () => {
    const source = tokens();
    const all = Array.from({ length: 1000 }, () => failureOf(source.get()));
    await fail(new UpstreamError('unavailable', 'down'));
    expect(new Set((await Promise.all(all)).map(({ message }) => message))).to.deep.equal(new Set(['down']));
    expect(fetches).to.have.length(1);
  });

  for (const [random, refreshMs] of [
    [0, 0.75 * 3_595_000],
    [1, 0.9 * 3_595_000],
  ] as const) {
    it(`is refreshed early, at a moment that chance decides (${random}), while the old one serves`, async () => {
      const source = await held({ random });
      clock.advance(refreshMs - 1);
      await source.get();
      expect(fetches).to.have.length(1);
      clock.advance(1);
      expect(await Promise.all([source.get(), source.get()])).to.deep.equal(['first', 'first']);
      expect(fetches).to.have.length(2);
      await issue('second');
      expect(await source.get()).to.equal('second');
    });
  }

  it('is refreshed early also when it lives but for half a minute', async () => {
    const source = await held({ random: 1, lifetime: 30 });
    clock.advance(24_000);
    expect(await source.get()).to.equal('first');
    expect(fetches).to.have.length(2);
  });

  it('serves on while its refresh fails, which is tried again after a pause', async () => {
    const source = await held();
    clock.advance(3_000_000);
    await source.get();
    await fail(new UpstreamError('unavailable', 'down'));
    expect(await source.get()).to.equal('first');
    expect(fetches).to.have.length(2);
    clock.advance(200);
    expect(await source.get()).to.equal('first');
    expect(fetches).to.have.length(3);
    await issue('second');
    expect(await source.get()).to.equal('second');
  });

  it('is asked for ever less often while that fails, and at first again after a success', async () => {
    const source = await held({ lifetime: 0 });
    const pauses: number[] = [];
    for (let failures = 0; failures < 8; failures += 1) {
      if (failures === 7) {
        const good = source.get();
        await issue('good', 0);
        await good;
      }
      const asked = failureOf(source.get());
      await fail(new UpstreamError('unavailable', 'down'));
      await asked;
      const known = fetches.length;
      let paused = 0;
      for (; fetches.length === known && paused < 10_000; paused += 100) {
        clock.advance(100);
        source.get().catch(() => undefined);
      }
      pauses.push(paused);
      await fail(new UpstreamError('throttled', 'down', { retryAfter: 1 }));
      clock.advance(1000);
    }
    expect(pauses).to.deep.equal([200, 800, 3200, 5000, 5000, 5000, 5000, 200]);
  });

  it('is not used in its last seconds', async () => {
    const source = await held();
    clock.advance(3_595_000);
    const next = source.get();
    await issue('second');
    expect(await next).to.equal('second');
  });

  it('is held for ten minutes when nobody says how long it lives', async () => {
    const source = await held({ lifetime: null });
    clock.advance(594_999);
    expect(await source.get()).to.equal('first');
    clock.advance(1);
    await settled();
    const next = source.get();
    await issue('second');
    expect(await next).to.equal('second');
  });

  it('serves the one who asked even if it has no time to live', async () => {
    const source = tokens();
    for (const token of ['first', 'second']) {
      const next = source.get();
      await issue(token, 0);
      expect(await next).to.equal(token);
    }
  });

  it('is fetched again when Omneo answers 401 to it, once for all who were answered so', async () => {
    const source = await held();
    source.refuse('first', false);
    const next = source.get();
    source.refuse('first', false);
    await issue('second');
    source.refuse('first', false);
    expect([await next, await source.get()]).to.deep.equal(['second', 'second']);
    expect(fetches).to.have.length(2);
    source.accept('second');
    expect(reported).to.deep.equal(['issued', 'issued']);
  });

  it('that is refused anew means that the credentials are refused, until they are accepted', async () => {
    const source = await held();
    source.refuse('first', false);
    const next = source.get();
    await issue('second');
    await next;
    source.refuse('second', false);
    expect((await failureOf(source.get())).fault).to.equal('refused');
    clock.advance(29_999);
    expect((await failureOf(source.get())).fault).to.equal('refused');
    expect(fetches).to.have.length(2);
    clock.advance(1);
    const third = source.get();
    await issue('third');
    source.accept(await third);
    source.accept('third');
    expect(reported).to.deep.equal(['issued', 'issued', 'refused!', 'issued', 'accepted!']);
  });

  it('is not asked for with refused credentials until a while has passed', async () => {
    const source = tokens();
    const first = failureOf(source.get());
    await fail(new UpstreamError('refused', 'no'));
    expect((await first).fault).to.equal('refused');
    clock.advance(29_999);
    expect((await failureOf(source.get())).fault).to.equal('refused');
    expect(fetches).to.have.length(1);
    clock.advance(1);
    const again = failureOf(source.get());
    await fail(new UpstreamError('refused', 'no'));
    await again;
    expect(reported).to.deep.equal(['refused', 'refused!', 'refused']);
    clock.advance(30_000);
    const good = source.get();
    await issue('good');
    source.accept(await good);
    expect(reported.slice(3)).to.deep.equal(['issued', 'accepted!']);
  });

  it('that is refused shows which names the endpoint complained about', async () => {
    const source = tokens();
    const asked = failureOf(source.get());
    await fail(new UpstreamError('refused', 'no', { fields: ['client_id', 'scope'] }));
    await asked;
    expect(reported).to.deep.equal(['refused', 'refused! client_id scope']);
  });

  it('waits as long as the endpoint says in Retry-After', async () => {
    const source = tokens();
    const first = failureOf(source.get());
    await fail(new UpstreamError('throttled', 'slow down', { retryAfter: 7 }));
    await first;
    clock.advance(6_999);
    expect((await failureOf(source.get())).fault).to.equal('throttled');
    clock.advance(1);
    const next = source.get();
    await issue('first');
    expect(await next).to.equal('first');
  });

  it('goes on to be reported as refused while the old one still serves', async () => {
    const source = await held();
    clock.advance(3_000_000);
    await source.get();
    await fail(new UpstreamError('refused', 'no'));
    source.accept(await source.get());
    expect(reported).to.deep.equal(['issued', 'refused', 'refused!']);
  });

  it('turns an unforeseen failure into an unavailable Omneo', async () => {
    const source = tokens();
    const first = failureOf(source.get());
    await fail(new TypeError('a bug'));
    expect(await first).to.include({ fault: 'unavailable' });
    expect(reported).to.deep.equal(['unavailable']);
  });

  it('that is static is used as it is, and not counted as fetched', async () => {
    const source = tokens({ source: 'static' });
    clock.advance(1e12);
    expect(await source.get()).to.equal('static');
    source.accept('static');
    expect(reported).to.be.empty;
  });

  it('that is static is refused when a call was refused it twice, and tried again after a while', async () => {
    const source = tokens({ source: 'static' });
    await source.get();
    source.refuse('static', true);
    expect(reported).to.deep.equal(['refused!']);
    expect((await failureOf(source.get())).fault).to.equal('refused');
    clock.advance(30_000);
    source.accept(await source.get());
    expect(reported).to.deep.equal(['refused!', 'accepted!']);
  });

  it('that is static serves on though a thousand calls are refused it once each', async () => {
    const source = tokens({ source: 'static' });
    await source.get();
    for (let call = 0; call < 1000; call += 1) source.refuse('static', false);
    expect(await source.get()).to.equal('static');
    expect(reported).to.be.empty;
  });
});

describe('tokens over the sandbox Omneo', () => {
  let sandbox: Sandbox;
  let upstream: (tenant: Tenant) => Omneo;
  let reported: string[];

  before(async () => {
    sandbox = await startSandbox({ tenants: sample });
  });

  beforeEach(() => {
    sandbox.reset();
    reported = [];
    upstream = createUpstream({
      // A thousand at once take a busy machine longer than a second.
      send: senderOf(dispatcher(10_000), systemClock),
      clock: systemClock,
      random: Math.random,
      timeoutMs: 10_000,
      credentialsRetryMs: 0,
      proofsOf: () => noProofs,
      turnsOf: () => freeTurns,
      paceOf: () => new Pace(systemClock),
      observe: {
        call: () => undefined,
        tokenFetched: (tenant, result) => reported.push(`${tenant.slug} ${result}`),
        tokenDeviation: (tenant, deviations) => reported.push(`${tenant.slug}: ${deviations}`),
        refused: (tenant, refused) => reported.push(`${tenant.slug} ${refused ? 'refused!' : 'accepted!'}`),
        altered: () => undefined,
      },
    });
  });

  after(() => sandbox.close());

  const acme = (credentials: Credentials): Tenant => ({
    slug: 'acme',
    key: 'default/acme',
    webhookSecrets: [],
    omneo: { baseURL: sandbox.baseURL('acme'), credentials },
    klaviyo: { identityHandle: 'klaviyo', identifiers: 'both', actions: ['rewards'] },
    rewards: { timezone: 'UTC' },
    limits: {},
    delivery: { isDurable: false, waitsForProfile: false, giveUpAfterMs: 259_200_000 },
  });

  const client = (more: Partial<OAuth> = {}): Credentials =>
    oauth(`${sandbox.baseURL('acme')}/auth/token`, {
      clientId: new Confidential('acme-client'),
      clientSecret: new Confidential('acme-client-secret'),
      ...more,
    });
  const ada = { personId: '01ACMEADA', email: 'ada@example.com' };
  const match = { profileId: '6f9c1b1e-3c55-4d0a-9a53-0d5a3b1f0a01', matchedBy: 'klaviyo' };

  const good: [string, () => Credentials][] = [
    ['client credentials', () => client()],
    [
      'a password',
      () =>
        client({
          grantType: 'password',
          username: new Confidential('gateway@acme.example'),
          password: new Confidential('acme-password'),
        }),
    ],
    ['a static token', () => ({ kind: 'token', token: new Confidential('acme-static-token') })],
  ];
  for (const [name, credentials] of good) {
    it(`come by ${name}`, async () => {
      expect(await upstream(acme(credentials())).findProfile(ada)).to.deep.equal(match);
    });
  }

  it('are fetched once for 1,000 webhooks at once', async () => {
    const tenant = acme(client());
    const found = await Promise.all(Array.from({ length: 1000 }, () => upstream(tenant).findProfile(ada)));
    expect(found).to.have.length(1000);
    expect(sandbox.calls()).to.include({ 'acme token': 1, 'acme search-id': 1000 });
    expect(reported).to.deep.equal(['acme issued']);
  });

  it('are fetched anew when Omneo has revoked them', async () => {
    const tenant = acme(client());
    await upstream(tenant).findProfile(ada);
    sandbox.revokeTokens('acme');
    expect(await upstream(tenant).findProfile(ada)).to.deep.equal(match);
    expect(sandbox.calls()).to.include({ 'acme token': 2 });
    expect(reported).to.deep.equal(['acme issued', 'acme issued']);
  });

  describe('that are static', () => {
    const held = () => acme({ kind: 'token', token: new Confidential('acme-static-token') });
    const slow = () =>
      createUpstream({
        send: senderOf(dispatcher(), systemClock),
        clock: systemClock,
        random: Math.random,
        timeoutMs: 10_000,
        credentialsRetryMs: 3_600_000,
        proofsOf: () => noProofs,
        turnsOf: () => freeTurns,
        paceOf: () => new Pace(systemClock),
        observe: {
          call: () => undefined,
          tokenFetched: () => undefined,
          tokenDeviation: () => undefined,
          altered: () => undefined,
          refused: (_, refused) => reported.push(refused ? 'refused!' : 'accepted!'),
        },
      });

    it('are asked with once more after a 401', async () => {
      const omneo = slow()(held());
      sandbox.setFaults([{ kind: 'unauthorized', operation: 'search-id', times: 1 }]);
      expect(await omneo.findProfile(ada)).to.deep.equal(match);
      expect(reported).to.be.empty;
    });

    it('count as refused after the second 401 to one look-up, and nothing is sent any more', async () => {
      const omneo = slow()(held());
      sandbox.setFaults([{ kind: 'unauthorized', operation: 'search-id' }]);
      for (let count = 0; count < 3; count += 1)
        expect((await failureOf(omneo.findProfile(ada))).fault).to.equal('refused');
      expect(sandbox.calls()).to.deep.equal({ 'acme search-id': 2 });
      expect(reported).to.deep.equal(['refused!']);
    });

    it('serve the look-up after a create that was answered 401', async () => {
      const omneo = slow()(held());
      sandbox.setFaults([{ kind: 'unauthorized', operation: 'rewards.create', times: 1 }]);
      const error = await failureOf(omneo.rewards.create({}, systemClock.monotonic() + 10_000));
      expect(error).to.include({ fault: 'refused', mayHaveHappened: true });
      expect(await omneo.rewards.list('a')).to.deep.equal([]);
      expect(sandbox.calls()).to.deep.equal({ 'acme rewards.create': 1, 'acme rewards.list': 1 });
      expect(reported).to.be.empty;
    });
  });

  it('are reported as refused once, and as accepted once', async () => {
    const tenant = acme(client({ clientSecret: new Confidential('wrong') }));
    for (let count = 0; count < 3; count += 1) {
      expect((await failureOf(upstream(tenant).findProfile(ada))).fault).to.equal('refused');
    }
    sandbox.rotateCredentials('acme', { clientId: 'acme-client', clientSecret: 'wrong' });
    await upstream(tenant).findProfile(ada);
    await upstream(tenant).findProfile(ada);
    expect(reported.filter((each) => each.endsWith('!'))).to.deep.equal(['acme refused!', 'acme accepted!']);
  });

  it('of changed credentials are new ones: the old are not used again', async () => {
    const before = acme(client());
    await upstream(before).findProfile(ada);
    sandbox.rotateCredentials('acme', { clientId: 'acme-client', clientSecret: 'rotated' });
    sandbox.revokeTokens('acme');
    const after = acme(client({ clientSecret: new Confidential('rotated') }));
    expect(await upstream(after).findProfile(ada)).to.deep.equal(match);
    expect(sandbox.statuses()).to.include({ 'acme token 200': 2, 'acme search-id 200': 2 });
    expect(sandbox.statuses()).not.to.have.property('acme search-id 401');
  });

  const faults: [string, FaultRule, string, asked: number][] = [
    ['hangs', { kind: 'hang' }, 'unavailable', 1],
    ['answers HTML', { kind: 'html' }, 'unavailable', 1],
    ['answers 429', { kind: 'throttle', retryAfter: 3 }, 'throttled', 1],
    ['answers 500', { kind: 'error', status: 500 }, 'unavailable', 1],
    ['answers 401', { kind: 'unauthorized' }, 'refused', 1],
    ['breaks off', { kind: 'truncated' }, 'unavailable', 2],
    ['is reset', { kind: 'reset' }, 'unavailable', 2],
  ];
  for (const [does, fault, expected, asked] of faults) {
    it(`do not come when the endpoint ${does}, and nothing else is called`, async () => {
      sandbox.setFaults([{ ...fault, operation: 'token' }]);
      const quick = createUpstream({
        send: senderOf(dispatcher(), systemClock),
        clock: systemClock,
        random: Math.random,
        timeoutMs: 100,
        credentialsRetryMs: 0,
        proofsOf: () => noProofs,
        turnsOf: () => freeTurns,
        paceOf: () => new Pace(systemClock),
        observe: {
          call: () => undefined,
          tokenFetched: () => undefined,
          tokenDeviation: () => undefined,
          refused: () => undefined,
          altered: () => undefined,
        },
      });
      const error = await failureOf(quick(acme(client())).findProfile(ada));
      expect(error).to.include({ fault: expected, mayHaveHappened: false });
      expect(sandbox.calls()).to.deep.equal({ 'acme token': asked });
    });
  }
});
