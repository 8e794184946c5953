import type { FaultRule } from './faults.ts';

/** What becomes of a webhook that the gateway keeps: it is issued a moment later, or waits for a human. */
export type Kept = 'issued' | 'parked';

/** One webhook of the demo: what is sent, what is wrong with Omneo meanwhile, and what has to come back. */
export type Scene = {
  title: string;
  tenant: string;
  /** The last segment of the path; a reward is asked for if there is none. */
  action?: string;
  secret: string;
  body: object;
  faults?: FaultRule[];
  expect: { status: number; says: string; becomes?: Kept };
};

const acme = { tenant: 'acme', secret: 'acme-webhook-secret-change-me' };
const bloom = { tenant: 'bloom', secret: 'bloom-webhook-secret-change-me' };

const ada = { person_id: '01ACMEADA', email: 'ada@example.com' };
const ben = { person_id: '01ACMEBEN', email: 'ben@example.com' };
const cleo = { person_id: '01KLAVIYOONLY', email: 'Cleo+Loyal@example.com' };

function reward(id: string, person: object, amount: unknown = 10): object {
  const data = { reward_definition_id: 42, amount, meta: { flow: 'winback' } };
  return { id, ...person, data };
}

/** The contract, told by webhooks: each is what a Klaviyo Flow would post. */
export const scenes: Scene[] = [
  {
    title: 'a new reward',
    ...acme,
    body: reward('winback-1', ada),
    expect: { status: 200, says: 'created' },
  },
  {
    title: 'the same again',
    ...acme,
    body: reward('winback-1', ada),
    expect: { status: 200, says: 'duplicate' },
  },
  {
    title: 'known by e-mail only',
    ...acme,
    body: reward('winback-2', cleo, '25.0'),
    expect: { status: 200, says: 'created' },
  },
  {
    title: 'e-mail is enough for bloom',
    ...bloom,
    body: reward('spring-1', { email: 'eve@example.com' }, 5),
    expect: { status: 200, says: 'created' },
  },
  {
    title: 'wrong secret',
    ...acme,
    secret: 'a-secret-that-is-not-the-one',
    body: reward('winback-3', ben),
    expect: { status: 401, says: 'unauthorized' },
  },
  {
    title: 'amount rendered to nothing',
    ...acme,
    body: reward('winback-3', ben, ''),
    expect: { status: 400, says: 'invalid_payload', becomes: 'parked' },
  },
  {
    title: 'nobody by that name',
    ...acme,
    body: reward('winback-4', { person_id: '01NOBODY', email: 'nobody@example.com' }),
    expect: { status: 404, says: 'profile_not_found', becomes: 'parked' },
  },
  {
    title: 'one id, another amount',
    ...acme,
    body: reward('winback-1', ada, 99),
    expect: { status: 422, says: 'id_reused', becomes: 'parked' },
  },
  {
    title: 'Omneo is down for a moment',
    ...acme,
    body: reward('winback-5', ben),
    faults: [{ kind: 'error', status: 503 }],
    expect: { status: 202, says: 'accepted', becomes: 'issued' },
  },
  {
    title: 'the same, once that is issued',
    ...acme,
    body: reward('winback-5', ben),
    expect: { status: 200, says: 'duplicate' },
  },
  {
    title: "Omneo's answer is lost",
    ...acme,
    body: reward('winback-6', ben, 15),
    faults: [{ operation: 'rewards.create', kind: 'reset', when: 'after' }],
    expect: { status: 200, says: 'created' },
  },
  {
    title: 'a credit under an id of a reward',
    ...acme,
    action: 'credits',
    body: { id: 'winback-1', ...ada, data: { credit_definition_id: 7, amount: 10 } },
    expect: { status: 200, says: 'created' },
  },
  {
    title: 'a benefit by its handle',
    ...acme,
    action: 'benefits',
    body: { id: 'birthday-1', ...ben, data: { benefit_definition_handle: 'birthday-gift' } },
    expect: { status: 200, says: 'created' },
  },
  {
    title: 'a benefit that has ended',
    ...acme,
    action: 'benefits',
    body: { id: 'summer-1', ...ben, data: { benefit_definition_handle: 'last-summer' } },
    expect: { status: 422, says: 'reward_rejected', becomes: 'parked' },
  },
  {
    title: 'an interaction about the first reward',
    ...acme,
    action: 'interactions',
    body: {
      ...{ id: 'mail-1', ...ada },
      data: {
        ...{ name: 'Opened the win-back mail', channel: 'email', action: 'view', signal: 1 },
        reward_external_id: 'winback-1',
      },
    },
    expect: { status: 200, says: 'created' },
  },
  {
    title: 'an interaction about no reward',
    ...acme,
    action: 'interactions',
    body: {
      ...{ id: 'mail-2', ...ada },
      data: { name: 'Opened', channel: 'email', action: 'view', signal: 1, reward_external_id: 'nothing' },
    },
    expect: { status: 400, says: 'invalid_payload', becomes: 'parked' },
  },
  {
    title: 'an attribute of a customer',
    ...acme,
    action: 'attributes',
    body: { id: 'quiz-1', ...ada, data: { namespace: 'pet', handle: 'breed', value: 'beagle' } },
    expect: { status: 200, says: 'created' },
  },
  {
    title: 'it is set anew',
    ...acme,
    action: 'attributes',
    body: { id: 'quiz-2', ...ada, data: { namespace: 'pet', handle: 'breed', value: 'poodle' } },
    expect: { status: 200, says: 'created' },
  },
  {
    title: 'the first of these again',
    ...acme,
    action: 'attributes',
    body: { id: 'quiz-1', ...ada, data: { namespace: 'pet', handle: 'breed', value: 'beagle' } },
    expect: { status: 200, says: 'duplicate' },
  },
  {
    title: 'an attribute that Omneo has not',
    ...acme,
    action: 'attributes',
    body: { id: 'quiz-3', ...ada, data: { namespace: 'pet', handle: 'colour', value: 'brown' } },
    expect: { status: 422, says: 'reward_rejected', becomes: 'parked' },
  },
  {
    title: 'a credit from who gives none',
    ...bloom,
    action: 'credits',
    body: { id: 'spring-2', email: 'eve@example.com', data: { credit_definition_id: 7, amount: 5 } },
    expect: { status: 404, says: 'not_found' },
  },
];

/** How many of each kind each tenant must hold when all scenes are over. */
export const afterwards = {
  rewards: { acme: 4, bloom: 1 },
  benefits: { acme: 1, bloom: 0 },
  credits: { acme: 1, bloom: 0 },
  interactions: { acme: 1, bloom: 0 },
  attributes: { acme: 1, bloom: 0 },
};

/** How often Klaviyo must have been told of each metric. What is refused at the door, and a duplicate, it is not told. */
export const toldAfterwards = {
  'Omneo reward issued': 5,
  'Omneo reward failed': 1,
  'Omneo benefit issued': 1,
  'Omneo benefit failed': 1,
  'Omneo credit issued': 1,
  'Omneo interaction recorded': 1,
  'Omneo interaction failed': 1,
  'Omneo attribute set': 2,
  'Omneo attribute failed': 1,
};

export type HeldKindName = keyof typeof afterwards;
