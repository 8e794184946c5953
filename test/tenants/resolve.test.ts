import { inspect } from 'node:util';
import { expect } from 'chai';
import { usualActions } from '../../src/tenants/actionnames.ts';
import { keyOf, knownParts, registrationOf, resolve, slugOf } from '../../src/tenants/resolve.ts';
import { decode, referencedSecrets, secretKeysOf } from '../../src/tenants/secrets.ts';
import type { Credentials } from '../../src/tenants/tenant.ts';
import { omneoTenant, policy, refusalIn, schema, secretsWith, secretValues, tenantIn } from './support.ts';

type Parts = Parameters<typeof omneoTenant>[0];
type Changes = Parameters<typeof secretsWith>[0];

function resolved(parts: Parts = {}, changes: Changes = {}) {
  return resolve(omneoTenant(parts), secretsWith(changes), policy);
}

function withOAuth(oauth: object = {}): NonNullable<Parts> {
  return { omneo: { credentials: { oauth: { secretRef: { name: 'acme-omneo' }, ...oauth } } } };
}

function oauthOf(parts: Parts, changes: Changes = {}): Extract<Credentials, { kind: 'oauth' }> {
  const { credentials } = tenantIn(resolved(parts, changes)).omneo;
  if (credentials.kind !== 'oauth') throw new Error('These are no OAuth credentials.');
  return credentials;
}

describe('An OmneoTenant that says little', () => {
  it('resolves with the documented defaults', () => {
    const tenant = tenantIn(resolved());
    expect(tenant).to.deep.include({
      slug: 'acme',
      key: 'loyalty/acme',
      klaviyo: { identityHandle: 'klaviyo', identifiers: 'both', actions: usualActions },
      rewards: { timezone: 'UTC' },
      delivery: { isDurable: true, waitsForProfile: false, giveUpAfterMs: 259_200_000 },
    });
    expect(tenant.omneo).not.to.have.property('callsPerMinute');
    expect(tenant.omneo.baseURL).to.equal('https://api.acme.getomneo.com/api/v3');
    expect(tenant.webhookSecrets.map(({ name }) => name)).to.deep.equal(['acme-klaviyo/webhook-secret']);
    expect(tenant.webhookSecrets[0]?.value.reveal()).to.equal(secretValues.webhook);
  });

  it('resolves to the same whether the schema or the code fills the defaults in', () => {
    for (const parts of [{}, withOAuth(), { delivery: {} }]) {
      const checked = schema(omneoTenant(parts));
      if (!('value' in checked)) throw new Error('The schema refuses the minimal tenant.');
      expect(resolve(checked.value, secretsWith(), policy)).to.deep.equal(resolved(parts));
    }
  });

  it('uses <base>/auth/token, the scope * and client_credentials for OAuth', () => {
    expect(oauthOf(withOAuth())).to.deep.include({
      grantType: 'client_credentials',
      scope: '*',
      tokenURL: 'https://api.acme.getomneo.com/api/v3/auth/token',
    });
  });
});

describe('An OmneoTenant that says much', () => {
  it('has its settings taken over', () => {
    const tenant = tenantIn(
      resolved({
        slug: 'acme-au',
        klaviyo: { identityHandle: 'kl', identifiers: 'any', secretRefs: [{ name: 'acme-klaviyo' }] },
        rewards: { timezone: 'Australia/Melbourne', expiresAfter: '30d' },
      }),
    );
    expect(tenant.slug).to.equal('acme-au');
    expect(tenant.omneo.baseURL).to.equal('https://api.acme-au.getomneo.com/api/v3');
    expect(tenant.klaviyo).to.deep.equal({ identityHandle: 'kl', identifiers: 'any', actions: usualActions });
    expect(tenant.rewards).to.deep.equal({ timezone: 'Australia/Melbourne', expiresAfter: 2_592_000_000 });
  });

  for (const [omneo, expected] of [
    [{ tenant: 'other' }, 'https://api.other.getomneo.com/api/v3'],
    [{ baseURL: 'https://eu.getomneo.com/api/v3/' }, 'https://eu.getomneo.com/api/v3'],
    [{ baseURL: 'https://eu.getomneo.com' }, 'https://eu.getomneo.com'],
    [{ tenant: 'other', baseURL: 'https://EU.getomneo.com//' }, 'https://eu.getomneo.com'],
  ] as const) {
    it(`calls ${expected} for ${JSON.stringify(omneo)}`, () => {
      const { credentials } = omneoTenant().spec.omneo;
      expect(tenantIn(resolved({ omneo: { credentials, ...omneo } })).omneo.baseURL).to.equal(expected);
    });
  }

  it('may fetch its tokens elsewhere', () => {
    const tokenURL = 'https://auth.getomneo.com/token';
    expect(oauthOf(withOAuth({ tokenURL, scope: 'rewards' }))).to.deep.include({
      tokenURL,
      scope: 'rewards',
    });
  });

  for (const timezone of ['UTC', 'Australia/Melbourne', 'US/Pacific', 'Asia/Calcutta', 'Etc/GMT+5']) {
    it(`may be in the time zone ${timezone}`, () => {
      expect(tenantIn(resolved({ rewards: { timezone } })).rewards.timezone).to.equal(timezone);
    });
  }

  it('has the most calls a minute that its spec says', () => {
    const { credentials } = omneoTenant().spec.omneo;
    const { omneo } = tenantIn(resolved({ omneo: { credentials, callsPerMinute: 600 } }));
    expect(omneo.callsPerMinute).to.equal(600);
  });

  it('may have several webhook secrets, all accepted at once', () => {
    const secretRefs = [{ name: 'acme-klaviyo' }, { name: 'acme-klaviyo', key: 'next' }];
    const changes = { 'acme-klaviyo': { next: 'the-next-secret-0123' } };
    const tenant = tenantIn(resolved({ klaviyo: { secretRefs } }, changes));
    expect(tenant.webhookSecrets.map(({ name }) => name)).to.deep.equal([
      'acme-klaviyo/webhook-secret',
      'acme-klaviyo/next',
    ]);
  });
});

describe('The webhook secrets of an OmneoTenant', () => {
  const changes = { 'acme-klaviyo': { next: 'the-next-secret-0123' } };
  const rehearsal = { rehearsal: { 'webhook-secret': 'the-secret-to-rehearse' } };

  it('are for all that is there, and live, unless it says otherwise', () => {
    const [secret] = tenantIn(resolved()).webhookSecrets;
    expect(secret).to.include({ isRehearsal: false }).and.to.not.have.property('scope');
  });

  it('have the scope that it says, and rehearse if they are listed for that', () => {
    const scope = { actions: ['rewards'] as 'rewards'[], rewardDefinitions: [42, 6] };
    const klaviyo = {
      secretRefs: [{ name: 'acme-klaviyo', ...scope }],
      rehearsalSecretRefs: [
        { name: 'acme-klaviyo', key: 'next' },
        { name: 'rehearsal', ...scope },
      ],
    };
    const { webhookSecrets } = tenantIn(resolved({ klaviyo }, { ...changes, ...rehearsal }));
    expect(
      webhookSecrets.map(({ name, isRehearsal, scope }) => ({ name, isRehearsal, scope })),
    ).to.deep.equal([
      { name: 'acme-klaviyo/webhook-secret', isRehearsal: false, scope },
      { name: 'acme-klaviyo/next', isRehearsal: true, scope: undefined },
      { name: 'rehearsal/webhook-secret', isRehearsal: true, scope },
    ]);
  });

  it('may be of one value if they are for the same, as in the middle of a rotation', () => {
    const scope = { actions: ['rewards' as const], rewardDefinitions: [42] };
    const same = { 'acme-klaviyo': { next: secretValues.webhook } };
    for (const given of [{}, scope]) {
      const secretRefs = [
        { name: 'acme-klaviyo', ...given },
        { name: 'acme-klaviyo', key: 'next', ...given },
      ];
      expect(tenantIn(resolved({ klaviyo: { secretRefs } }, same)).webhookSecrets).to.have.length(2);
    }
  });

  it('are live alone where the list of those that rehearse is empty', () => {
    const { webhookSecrets } = tenantIn(resolved({ klaviyo: { rehearsalSecretRefs: [] } }));
    expect(webhookSecrets.map(({ isRehearsal }) => isRehearsal)).to.deep.equal([false]);
  });

  it('are all needed, those that rehearse too', () => {
    const resolution = resolved({ klaviyo: { rehearsalSecretRefs: [{ name: 'gone' }] } });
    expect(refusalIn(resolution)).to.include({ condition: 'ResolvedRefs', reason: 'SecretNotFound' });
    expect(resolution.hasUnreadSecret).to.equal(true);
    expect(resolution.webhookSecrets.map(({ name }) => name)).to.deep.equal(['acme-klaviyo/webhook-secret']);
  });

  const next = { name: 'acme-klaviyo', key: 'next' };
  const lists: [where: string, parts: Parts][] = [
    [
      'in one list with different scopes',
      { klaviyo: { secretRefs: [{ name: 'acme-klaviyo' }, { ...next, rewardDefinitions: [42] }] } },
    ],
    ['in both lists', { klaviyo: { rehearsalSecretRefs: [next] } }],
  ];
  for (const [where, parts] of lists)
    it(`must be of two values ${where}, since it could not be told whose use and scope count`, () => {
      const same = { 'acme-klaviyo': { next: secretValues.webhook } };
      const resolution = resolved(parts, same);
      expect(refusalIn(resolution)).to.deep.equal({
        condition: 'ResolvedRefs',
        reason: 'InvalidSecret',
        message:
          'Webhook secret acme-klaviyo/next has the value of acme-klaviyo/webhook-secret; give each a value of its own.',
      });
      // Both were read: whoever has another one is nobody.
      expect(resolution.hasUnreadSecret).to.equal(undefined);
    });
});

describe('A spec that cannot be served', () => {
  const { credentials } = omneoTenant().spec.omneo;
  const token = { secretRef: { name: 'acme-omneo' } };
  const twice = { secretRefs: [{ name: 'acme-klaviyo' }, { name: 'acme-klaviyo', key: 'webhook-secret' }] };
  const cases: [what: string, parts: Parts, message: RegExp][] = [
    ['a slug with capitals', { slug: 'Acme' }, /^spec\.slug must be/],
    ['a slug with an outer hyphen', { slug: 'acme-' }, /^spec\.slug/],
    ['a slug of 64 characters', { slug: 'a'.repeat(64) }, /^spec\.slug/],
    ['an empty slug', { slug: '' }, /^spec\.slug/],
    ['a slug of two lines', { slug: 'acme\n' }, /^spec\.slug/],
    [
      'a tenant that is no DNS label',
      { omneo: { credentials, tenant: 'evil.example/x' } },
      /^spec\.omneo\.tenant/,
    ],
    [
      'a base URL elsewhere',
      { omneo: { credentials, baseURL: 'https://evil.example' } },
      /^spec\.omneo\.baseURL/,
    ],
    [
      'a token URL elsewhere',
      withOAuth({ tokenURL: 'https://evil.example' }),
      /^spec\.omneo\.credentials\.oauth\.tokenURL/,
    ],
    ['no credentials', { omneo: { credentials: {} } }, /exactly one of oauth and token/],
    [
      'two kinds of credentials',
      { omneo: { credentials: { token, oauth: token } } },
      /exactly one of oauth and token/,
    ],
    ['no webhook secret', { klaviyo: { secretRefs: [] } }, /at least one/],
    ['a repeated webhook secret', { klaviyo: twice }, /remove the repeated one/],
    [
      'a scope without an action',
      { klaviyo: { secretRefs: [{ name: 'acme-klaviyo', actions: [] }] } },
      /^spec\.klaviyo\.secretRefs\[0\]\.actions/,
    ],
    [
      'a scope with a repeated definition',
      { klaviyo: { secretRefs: [{ name: 'acme-klaviyo', rewardDefinitions: [1, 1] }] } },
      /^spec\.klaviyo\.secretRefs\[0\]\.rewardDefinitions/,
    ],
    [
      'a repeated rehearsal secret',
      { klaviyo: { rehearsalSecretRefs: [{ name: 'r' }, { name: 'r' }] } },
      /^spec\.klaviyo\.rehearsalSecretRefs may list each pair/,
    ],
    [
      'a secret that is live and rehearses',
      { klaviyo: { rehearsalSecretRefs: [{ name: 'acme-klaviyo', key: 'webhook-secret' }] } },
      /^spec\.klaviyo\.rehearsalSecretRefs may list no secret of secretRefs/,
    ],
    [
      'the scope of a rehearsal secret without an action',
      { klaviyo: { rehearsalSecretRefs: [{ name: 'r', actions: [] }] } },
      /^spec\.klaviyo\.rehearsalSecretRefs\[0\]\.actions/,
    ],
    ['limits that are none', { limits: { rewardDefinitions: [] } }, /^spec\.limits\.rewardDefinitions/],
    ['an unknown time zone', { rewards: { timezone: 'Mars/Olympus' } }, /^spec\.rewards\.timezone/],
    ['an offset for a time zone', { rewards: { timezone: '+10:00' } }, /^spec\.rewards\.timezone/],
    [
      'an expiry that is no duration',
      { rewards: { expiresAfter: '30 days' } },
      /^spec\.rewards\.expiresAfter/,
    ],
  ];
  for (const [what, parts, message] of cases) {
    it(`is refused as Invalid for ${what}, by the field's name`, () => {
      const resolution = resolved(parts);
      expect(refusalIn(resolution)).to.include({ condition: 'Accepted', reason: 'Invalid' });
      expect(refusalIn(resolution).message)
        .to.match(message)
        .and.not.match(/evil|Mars|30 days/);
    });
  }

  it('is advised to set spec.slug where metadata.name cannot be one', () => {
    const object = omneoTenant({}, { name: 'acme.eu' });
    expect(refusalIn(resolve(object, secretsWith(), policy)).message).to.match(
      /^metadata\.name .* set spec\.slug/,
    );
    const named = omneoTenant({ slug: 'acme-eu' }, { name: 'acme.eu' });
    expect(tenantIn(resolve(named, secretsWith(), policy)).slug).to.equal('acme-eu');
  });

  it('is refused with the default base URL named where it is not allowed', () => {
    const elsewhere = { ...policy, hosts: ['omneo.example'] };
    const { message } = refusalIn(resolve(omneoTenant(), secretsWith(), elsewhere));
    expect(message).to.match(/^The default of spec\.omneo\.baseURL .*omneo\.example/);
  });

  it('is refused for its spec before its Secrets are looked at', () => {
    expect(refusalIn(resolve(omneoTenant({ slug: 'A' }), () => undefined, policy)).reason).to.equal(
      'Invalid',
    );
  });
});

describe('Secrets', () => {
  const password = withOAuth({ grantType: 'password' });
  const cases: [what: string, parts: Parts, changes: Changes, reason: string, names: string[]][] = [
    ['a missing credentials Secret', {}, { 'acme-omneo': undefined }, 'SecretNotFound', ['acme-omneo']],
    ['a missing webhook Secret', {}, { 'acme-klaviyo': undefined }, 'SecretNotFound', ['acme-klaviyo']],
    [
      'a missing token',
      {},
      { 'acme-omneo': { token: undefined } },
      'SecretKeyMissing',
      ['acme-omneo', 'token'],
    ],
    [
      'a missing client_id',
      withOAuth(),
      { 'acme-omneo': { client_id: undefined } },
      'SecretKeyMissing',
      ['client_id'],
    ],
    [
      'a missing client_secret',
      withOAuth(),
      { 'acme-omneo': { client_secret: undefined } },
      'SecretKeyMissing',
      ['client_secret'],
    ],
    [
      'a missing username',
      password,
      { 'acme-omneo': { username: undefined } },
      'SecretKeyMissing',
      ['username'],
    ],
    [
      'a missing password',
      password,
      { 'acme-omneo': { password: undefined } },
      'SecretKeyMissing',
      ['password'],
    ],
    [
      'a missing webhook secret',
      {},
      { 'acme-klaviyo': { 'webhook-secret': undefined } },
      'SecretKeyMissing',
      ['acme-klaviyo', 'webhook-secret'],
    ],
    ['an empty token', {}, { 'acme-omneo': { token: '\n' } }, 'InvalidSecret', ['token']],
    ['a token of two lines', {}, { 'acme-omneo': { token: 'not\nsafe' } }, 'InvalidSecret', ['token']],
    [
      'a client_secret that is not UTF-8',
      withOAuth(),
      { 'acme-omneo': { client_secret: 'x\uFFFD' } },
      'InvalidSecret',
      ['client_secret'],
    ],
    [
      'a client_id that begins with a byte order mark',
      withOAuth(),
      { 'acme-omneo': { client_id: '\uFEFFacme-client' } },
      'InvalidSecret',
      ['client_id', 'byte order mark'],
    ],
    [
      'a client_secret that ends with a blank',
      withOAuth(),
      { 'acme-omneo': { client_secret: 'acme-client-secret ' } },
      'InvalidSecret',
      ['client_secret', 'blank'],
    ],
    [
      'a password that begins with a tab',
      password,
      { 'acme-omneo': { password: '\tacme-password' } },
      'InvalidSecret',
      ['password', 'blank'],
    ],
    ['an empty password', withOAuth(), { 'acme-omneo': { password: '' } }, 'InvalidSecret', ['password']],
    [
      'an empty webhook secret',
      {},
      { 'acme-klaviyo': { 'webhook-secret': '' } },
      'InvalidSecret',
      ['webhook-secret'],
    ],
    [
      'a webhook secret of 15 characters',
      {},
      { 'acme-klaviyo': { 'webhook-secret': 'unsafe-89012345' } },
      'InvalidSecret',
      ['at least 16'],
    ],
    [
      'a webhook secret with a space',
      {},
      { 'acme-klaviyo': { 'webhook-secret': 'unsafe 1234567890' } },
      'InvalidSecret',
      ['visible ASCII'],
    ],
    [
      'a webhook secret outside ASCII',
      {},
      { 'acme-klaviyo': { 'webhook-secret': 'unsäfe-1234567890' } },
      'InvalidSecret',
      ['visible ASCII'],
    ],
  ];
  for (const [what, parts, changes, reason, names] of cases) {
    it(`refuse ${what} as ${reason}, by name and not by value`, () => {
      const refusal = refusalIn(resolved(parts, changes));
      expect(refusal).to.include({ condition: 'ResolvedRefs', reason });
      for (const name of names) expect(refusal.message).to.contain(name);
      expect(refusal.message).not.to.match(/safe/);
    });
  }

  it('lose the newlines that files and echo put at their end, and nothing else', () => {
    const changes = {
      'acme-klaviyo': { 'webhook-secret': 'webhook-secret-0123\r\n\n' },
      'acme-omneo': { password: 'p p\n' },
    };
    expect(tenantIn(resolved({}, changes)).webhookSecrets[0]?.value.reveal()).to.equal('webhook-secret-0123');
    expect(oauthOf(password, changes).password?.reveal()).to.equal('p p');
  });

  it('have username and password sent along for client_credentials where they are there', () => {
    expect(oauthOf(withOAuth()).username?.reveal()).to.equal('user');
    const without = oauthOf(withOAuth(), { 'acme-omneo': { username: undefined, password: undefined } });
    expect(without).not.to.have.any.keys('username', 'password');
  });

  it('authenticate callers even while the tenant cannot be served', () => {
    for (const resolution of [
      resolved({ slug: 'A' }),
      resolved({}, { 'acme-omneo': undefined }),
      resolved({ suspend: true }),
      resolved({ klaviyo: { secretRefs: [{ name: 'gone' }, { name: 'acme-klaviyo' }] } }),
    ]) {
      expect(resolution).to.have.property('refusal');
      expect(resolution.webhookSecrets.map(({ value }) => value.reveal())).to.deep.equal([
        secretValues.webhook,
      ]);
    }
  });

  it('are listed by name, each once', () => {
    const secretRefs = [{ name: 'k' }, { name: 'k', key: 'next' }, { name: 'acme-omneo' }];
    expect(referencedSecrets(omneoTenant({ klaviyo: { secretRefs } }))).to.deep.equal(['acme-omneo', 'k']);
    const rehearsalSecretRefs = [{ name: 'r' }, { name: 'k', key: 'r' }];
    const keys = secretKeysOf(omneoTenant({ klaviyo: { secretRefs, rehearsalSecretRefs } }));
    expect([...keys.keys()]).to.deep.equal(['acme-omneo', 'k', 'r']);
    expect(keys.get('k')).to.deep.equal(['webhook-secret', 'next', 'r']);
    expect(referencedSecrets(omneoTenant(withOAuth()))).to.deep.equal(['acme-omneo', 'acme-klaviyo']);
  });

  it('are decoded from base64', () => {
    expect(decode({ a: 'w6Q=', b: '' })).to.deep.equal(
      new Map([
        ['a', 'ä'],
        ['b', ''],
      ]),
    );
  });

  it('do not show when a Resolution is printed', () => {
    for (const parts of [{}, password, { suspend: true }]) {
      const resolution = resolved(parts);
      const printed = inspect(resolution, { depth: 9, showHidden: true }) + JSON.stringify(resolution);
      for (const value of Object.values(secretValues)) expect(printed).not.to.contain(value);
    }
  });

  it('do not hide a failure of their look-up', () => {
    const broken = () => {
      throw new Error('cache');
    };
    expect(() => resolve(omneoTenant(), broken, policy)).to.throw('cache');
  });
});

describe('A suspended tenant', () => {
  it('resolves to the tenant that would be served, beside the refusal', () => {
    const parts = { klaviyo: { secretRefs: [{ name: 'acme-klaviyo' }] }, slug: 'acme-au' };
    const resolution = resolved({ ...parts, suspend: true });
    expect(resolution).not.to.have.property('tenant');
    expect(resolution).to.have.deep.property('suspended', tenantIn(resolved(parts)));
  });

  it('resolves to a refusal alone while it could not be served either', () => {
    for (const resolution of [
      resolved({ suspend: true }, { 'acme-omneo': undefined }),
      resolved({ suspend: true }, { 'acme-klaviyo': undefined }),
      resolved({ suspend: true, slug: 'A' }),
    ]) {
      expect(resolution).to.have.property('refusal');
      expect(resolution).not.to.have.property('suspended');
    }
  });

  it('is refused as Suspended, once everything else is right', () => {
    expect(refusalIn(resolved({ suspend: true }))).to.include({ condition: 'Ready', reason: 'Suspended' });
    expect(refusalIn(resolved({ suspend: true }, { 'acme-omneo': undefined })).reason).to.equal(
      'SecretNotFound',
    );
  });
});

describe('A Resolution', () => {
  it('is frozen all the way down', () => {
    const isFrozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      Buffer.isBuffer(value) ||
      value.constructor.name === 'Confidential'
        ? true
        : Object.isFrozen(value) && Object.values(value).every(isFrozen);
    expect(isFrozen(resolved())).to.equal(true);
    expect(isFrozen(resolved(withOAuth()))).to.equal(true);
    expect(isFrozen(resolved({ suspend: true }))).to.equal(true);
    expect(isFrozen(resolved({ slug: 'A' }))).to.equal(true);
  });

  it('is registered under key, slug and creation time', () => {
    const at = (creationTimestamp?: string) =>
      registrationOf(
        omneoTenant({}, creationTimestamp === undefined ? {} : { creationTimestamp }),
        secretsWith(),
        policy,
      );
    expect(at('2026-01-01T00:00:00Z')).to.deep.include({
      key: 'loyalty/acme',
      slug: 'acme',
      createdAt: 1_767_225_600_000,
    });
    expect(at().createdAt).to.equal(0);
    expect(at('yesterday').createdAt).to.equal(0);
  });

  it('has the namespace default where none is given', () => {
    const object = omneoTenant({ slug: 's' });
    delete object.metadata.namespace;
    expect([keyOf(object), slugOf(object)]).to.deep.equal(['default/acme', 's']);
  });
});

describe('Parts of tenants', () => {
  const known = knownParts();
  const tenantWith = (spec: Parameters<typeof omneoTenant>[0]) =>
    tenantIn(resolve(omneoTenant(spec), secretsWith(), policy, known));

  it('that are equal are one object, but for those of its Omneo and its Secrets', () => {
    const limits = { maxAmount: 10 };
    const [one, other] = [tenantWith({ slug: 'one', limits }), tenantWith({ slug: 'other', limits })];
    for (const part of ['klaviyo', 'rewards', 'limits', 'delivery'] as const)
      expect(one[part]).to.equal(other[part]);
    for (const part of ['omneo', 'webhookSecrets'] as const) expect(one[part]).to.not.equal(other[part]);
  });

  it('that differ are each its own', () => {
    const [one, other] = [
      tenantWith({ limits: { maxAmount: 10 } }),
      tenantWith({ limits: { maxAmount: 11 } }),
    ];
    expect([one.limits, other.limits]).to.deep.equal([{ maxAmount: 10 }, { maxAmount: 11 }]);
  });
});
