/** What every rule of the CRD refuses, and what it accepts, by the path of the field. */

/** `refused`: values by the rule that they break, which is a keyword of the schema or a number: that CEL rule. */
export type FieldCases = {
  readonly refused: Readonly<Record<string, readonly unknown[]>>;
  readonly accepted: readonly unknown[];
};

const dnsLabel = {
  refused: { pattern: ['-a', 'a-', 'A', 'a.b', 'a_b'], maxLength: ['a'.repeat(64)] },
  accepted: ['a', 'a-1', '1', 'a'.repeat(63)],
};

const secretName = {
  refused: {
    pattern: ['-a', 'A', 'a..b', 'a/b', 'a.'],
    minLength: [''],
    maxLength: ['a'.repeat(254)],
    required: [undefined],
  },
  accepted: ['a', 'acme-omneo', 'a.b', 'a'.repeat(253)],
};

const secretKey = {
  refused: { pattern: ['a/b', 'a b', 'ä'], minLength: [''], maxLength: ['a'.repeat(254)] },
  accepted: ['a', 'webhook-secret', 'A.b_c', undefined, 'a'.repeat(253)],
};

const host = 'https://api.acme.getomneo.com';
const url = {
  refused: {
    0: ['acme', 'https://', 'https:///v3'],
    1: [
      `ftp://api.acme.getomneo.com`,
      'http://api.acme.getomneo.com/api/v3',
      'http://127.0.0.1.example.com/',
    ],
    2: ['https://a:b@api.acme.getomneo.com', `${host}/?a=b`, `${host}/#a`],
    3: [`${host}/ä`, `${host}/a\\b`],
    minLength: [''],
    maxLength: [`${host}/${'a'.repeat(512)}`],
  },
  accepted: [
    host,
    `${host}/api/v3`,
    'http://127.0.0.1:4010/acme',
    'http://localhost/',
    'http://[::1]:80/a',
    undefined,
  ],
};

const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const definitions = {
  refused: {
    minItems: [[]],
    maxItems: [ids(201)],
    0: [
      [42, 42],
      [1, 2, 1],
    ],
  },
  accepted: [[42], ids(200), undefined],
};
const definition = {
  refused: { minimum: [0, -1], maximum: [9_007_199_254_740_992] },
  accepted: [1, 9_007_199_254_740_991],
};

const budget = {
  refused: { 0: [{}] },
  accepted: [{ rewards: 1 }, { amount: 1 }, { rewards: 1, amount: 1 }, undefined],
};
const budgetOfRewards = {
  refused: { minimum: [0, -1], maximum: [1_000_000_001] },
  accepted: [1, 1_000_000_000],
};
const budgetOfAmount = {
  refused: { minimum: [-1, 0.001], maximum: [1_000_000_000_000.01], 0: [0.015, 99.999], 1: [0] },
  accepted: [0.01, 0.29, 1_000_000_000_000],
};

const token = { secretRef: { name: 'acme-omneo' } };
const refs = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `a${index}` }));

/** A spec whose Klaviyo is told how webhooks end. */
const telling = (delivery: object | undefined) => ({
  omneo: { credentials: { token } },
  klaviyo: { secretRefs: refs(1), events: { secretRef: { name: 'a' } } },
  ...(delivery && { delivery }),
});

const repeated = [
  [{ name: 'a' }, { name: 'a', key: 'webhook-secret' }],
  [{ name: 'a' }, { name: 'a' }],
  [
    { name: 'a', key: 'next' },
    { name: 'a', key: 'next' },
  ],
];

const webhookSecret = (path: string): Readonly<Record<string, FieldCases>> => ({
  [`${path}.name`]: secretName,
  [`${path}.key`]: secretKey,
  [`${path}.actions`]: {
    refused: { minItems: [[]], maxItems: [Array.from({ length: 9 }, () => 'rewards')] },
    accepted: [['rewards'], undefined],
  },
  [`${path}.actions.0`]: { refused: { enum: ['points', ''] }, accepted: ['rewards', 'interactions'] },
  [`${path}.rewardDefinitions`]: definitions,
  [`${path}.rewardDefinitions.0`]: definition,
});

export const cases: Readonly<Record<string, FieldCases>> = {
  spec: {
    refused: { required: [undefined], 0: [telling({ mode: 'Synchronous' })] },
    accepted: [telling({ mode: 'Durable' }), telling({}), telling(undefined)],
  },
  'spec.slug': {
    refused: { maxLength: ['a'.repeat(64)] },
    accepted: [...dnsLabel.accepted, undefined],
  },
  'spec.omneo': { refused: { required: [undefined] }, accepted: [] },
  'spec.omneo.tenant': { ...dnsLabel, accepted: [...dnsLabel.accepted, undefined] },
  'spec.omneo.baseURL': url,
  'spec.omneo.callsPerMinute': {
    refused: { minimum: [0, -1], maximum: [100_001] },
    accepted: [1, 1000, 100_000, undefined],
  },
  'spec.omneo.credentials': {
    refused: { required: [undefined], 0: [{}, { token, oauth: token }] },
    accepted: [{ token }, { oauth: token }],
  },
  'spec.omneo.credentials.oauth.grantType': {
    refused: { enum: ['authorization_code', ''] },
    accepted: ['client_credentials', 'password', undefined],
  },
  'spec.omneo.credentials.oauth.tokenURL': url,
  'spec.omneo.credentials.oauth.scope': {
    refused: { pattern: [' a', 'a  b', 'a"b', 'ä'], minLength: [''], maxLength: ['a'.repeat(257)] },
    accepted: ['*', 'read write', undefined, 'a'.repeat(256)],
  },
  'spec.omneo.credentials.oauth.secretRef': { refused: { required: [undefined] }, accepted: [] },
  'spec.omneo.credentials.oauth.secretRef.name': secretName,
  'spec.omneo.credentials.token.secretRef': { refused: { required: [undefined] }, accepted: [] },
  'spec.omneo.credentials.token.secretRef.name': secretName,
  'spec.omneo.credentials.token.secretRef.key': secretKey,
  'spec.klaviyo': {
    refused: {
      required: [undefined],
      0: [
        { secretRefs: [{ name: 'a' }], rehearsalSecretRefs: [{ name: 'a' }] },
        {
          secretRefs: [{ name: 'a' }],
          rehearsalSecretRefs: [{ name: 'b' }, { name: 'a', key: 'webhook-secret' }],
        },
        {
          secretRefs: [{ name: 'b' }, { name: 'a', key: 'k' }],
          rehearsalSecretRefs: [{ name: 'a', key: 'k' }],
        },
      ],
    },
    accepted: [
      { secretRefs: [{ name: 'a' }], rehearsalSecretRefs: [{ name: 'a', key: 'k' }] },
      { secretRefs: refs(4), rehearsalSecretRefs: [{ name: 'a' }] },
    ],
  },
  'spec.klaviyo.secretRefs': {
    refused: { required: [undefined], minItems: [[]], maxItems: [refs(5)], 0: repeated },
    accepted: [refs(1), refs(4), [{ name: 'a' }, { name: 'a', key: 'next' }]],
  },
  ...webhookSecret('spec.klaviyo.secretRefs.0'),
  'spec.klaviyo.rehearsalSecretRefs': {
    refused: { maxItems: [refs(5)], 0: repeated },
    accepted: [undefined, [], refs(4), [{ name: 'a' }, { name: 'a', key: 'next' }]],
  },
  ...webhookSecret('spec.klaviyo.rehearsalSecretRefs.0'),
  'spec.klaviyo.actions': {
    refused: { minItems: [[]], maxItems: [Array.from({ length: 9 }, () => 'rewards')] },
    accepted: [['rewards'], undefined],
  },
  'spec.klaviyo.actions.0': {
    refused: { enum: ['points', ''] },
    accepted: ['rewards', 'benefits', 'credits', 'interactions', 'attributes'],
  },
  'spec.klaviyo.identityHandle': {
    refused: { pattern: ['-a', 'ä', 'a b'], minLength: [''], maxLength: ['a'.repeat(65)] },
    accepted: ['klaviyo', 'A.b_c-d', undefined, 'a'.repeat(64)],
  },
  'spec.klaviyo.events.secretRef': { refused: { required: [undefined] }, accepted: [] },
  'spec.klaviyo.events.secretRef.name': secretName,
  'spec.klaviyo.events.secretRef.key': secretKey,
  'spec.klaviyo.identifiers': { refused: { enum: ['none', ''] }, accepted: ['both', 'any', undefined] },
  'spec.rewards.timezone': {
    refused: { pattern: ['+10:00', '1', 'a b'], minLength: [''], maxLength: ['a'.repeat(65)] },
    accepted: ['UTC', 'Australia/Melbourne', 'Etc/GMT+10', undefined],
  },
  'spec.rewards.expiresAfter': {
    refused: { pattern: ['30', '0d', '30m', '1.5d', ''], maxLength: ['12345d'] },
    accepted: ['1h', '9999d', '4w', undefined],
  },
  'spec.limits.rewardDefinitions': definitions,
  'spec.limits.rewardDefinitions.0': definition,
  'spec.limits.maxAmount': {
    refused: {
      minimum: [-1, 0.001],
      maximum: [1_000_000_000.01],
      0: [0.015, 10.001, 99.999],
      1: [0],
    },
    accepted: [0.01, 0.29, 1.15, 10, 99.95, 1_000_000_000, undefined],
  },
  'spec.limits.perDay': budget,
  'spec.limits.perDay.rewards': budgetOfRewards,
  'spec.limits.perDay.amount': budgetOfAmount,
  'spec.limits.perProfilePerDay': budget,
  'spec.limits.perProfilePerDay.rewards': budgetOfRewards,
  'spec.limits.perProfilePerDay.amount': budgetOfAmount,
  'spec.delivery.mode': {
    refused: { enum: ['durable', ''] },
    accepted: ['Durable', 'Synchronous', undefined],
  },
  'spec.delivery.profileNotFound': {
    refused: { enum: ['Retry', ''] },
    accepted: ['Reject', 'Wait', undefined],
  },
  'spec.delivery.giveUpAfter': {
    refused: { pattern: ['72', '0h', '30m', '1.5d', ''], maxLength: ['12345h'] },
    accepted: ['1h', '72h', '9999d', '4w', undefined],
  },
};

/** What the API server says of a value that breaks this keyword. */
export const complaints: Readonly<Record<string, RegExp>> = {
  pattern: /should match/,
  minLength: /should be at least \d+ chars long/,
  maxLength: /Too long: may not be more than \d+ bytes/,
  minimum: /should be greater than or equal to \d+/,
  maximum: /should be less than or equal to \d+/,
  minItems: /should have at least \d+ items/,
  maxItems: /must have at most \d+ items/,
  enum: /Unsupported value: .*supported values:/,
  required: /Required value/,
  type: /must be of type/,
};
