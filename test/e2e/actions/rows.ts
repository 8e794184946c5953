/** The contract of the README, as one table of rows for actions. */
import { expect } from 'chai';
import type { Fault, FaultRule, Scope, When } from '../../../sandbox/faults.ts';
import { actionNames } from '../../../src/tenants/actionnames.ts';
import { type ActionName, asked } from '../../support/asked.ts';
import { faultsOf } from '../../support/problems.ts';
import type { Reply } from '../gateway.ts';
import { eventually } from '../time.ts';
import { cases, type Refusal } from './cases.ts';
import type { Sent, Stage } from './stage.ts';
import { anotherThan, rehearsalSecret } from './tenants.ts';

/** A way in which a webhook can go, and what is answered and made then. */
export type Row = Readonly<{
  when: string;
  /** The row of the README's table on what a tenant is answered; absent: it is in none. */
  cause?: string;
  /** The actions that it holds for. */
  of: readonly ActionName[];
  act: (stage: Stage, action: ActionName) => Promise<Reply>;
  /** Status, then `status` of the answer or `code` of the problem, and whether it is parked, by what the tenant's delivery is. */
  synchronous: string;
  durable: string;
  /** How many Omneo has made of the webhook by then. */
  made: number;
  /** Ends what is in the way; then one exists, and the retry is a duplicate. Absent: that is never so. */
  mend?: (stage: Stage, action: ActionName) => Promise<void> | void;
  /** Nothing that changes something was sent to Omneo. */
  isOnlyRead?: true;
  /** What is said in `detail`, and of the first field. */
  says?: readonly [detail: RegExp, hint?: RegExp];
}>;

const all = actionNames;
const counted = all.filter((name) => asked[name].isFree !== true);
const free = all.filter((name) => asked[name].isFree === true);
/** What limits can be about. */
const bounded = ['rewards', 'benefits', 'credits'] as const;
const unbounded = all.filter((name) => !bounded.some((one) => one === name));

const nobody = { person_id: '01NOBODY', email: 'nobody@example.com' };
const ben = { person_id: '01ACMEBEN', email: 'ben@example.com' };

function endFaults({ sandbox }: Stage): void {
  sandbox.setFaults([]);
}

/** Has Omneo make what is asked for, and then answer so; what is asked for after that is answered so too, if it is given. */
function spoil(
  { sandbox }: Stage,
  action: ActionName,
  making: Extract<Fault, { when?: When }> & Scope,
  finding?: Fault,
): void {
  const { make, find } = cases[action].calls;
  // What is looked for before is found; an attribute is not looked for.
  const after = action === 'attributes' ? 0 : 1;
  const rules: FaultRule[] = [{ ...making, operation: make, when: 'after' }];
  if (finding !== undefined) rules.push({ ...finding, operation: find, after });
  sandbox.setFaults(rules);
}

/** Sends a copy of a webhook that is under way; gives the answers to the copy and to the first. */
async function sendTwice(stage: Stage, action: ActionName): Promise<readonly [copy: Reply, first: Reply]> {
  const { make } = cases[action].calls;
  const sent = stage.webhook(action);
  const first = stage.post(sent);
  await eventually('it is under way', () => (stage.sandbox.calls()[`acme ${make}`] ?? 0) > 0);
  return Promise.all([stage.send(sent), first]);
}

const made: readonly Row[] = [
  {
    when: 'it comes for the first time',
    of: all,
    act: (stage, action) => stage.send(stage.webhook(action)),
    synchronous: '200 created',
    durable: '200 created',
    made: 1,
  },
  {
    when: 'the same webhook has come before',
    of: all,
    act: async (stage, action) => {
      const sent = stage.webhook(action);
      await stage.sendBefore(sent);
      return stage.send(sent);
    },
    synchronous: '200 duplicate',
    durable: '200 duplicate',
    made: 0,
    isOnlyRead: true,
  },
  {
    when: 'its id has asked for one of everything else',
    of: all,
    act: async (stage, action) => {
      const sent = stage.webhook(action);
      const { id } = sent.body as { id: string };
      for (const other of all.filter((name) => name !== action))
        await stage.sendBefore(stage.webhook(other, {}, { id }));
      return stage.send(sent);
    },
    synchronous: '200 created',
    durable: '200 created',
    made: 1,
  },
  {
    when: 'its id was used for another person',
    cause: 'the `id` was used for another person, or for something else',
    of: all,
    act: async (stage, action) => {
      const sent = stage.webhook(action);
      await stage.sendBefore(sent);
      return stage.send({ ...sent, body: { ...(sent.body as object), ...ben } });
    },
    synchronous: '422 id_reused',
    durable: '422 id_reused, and parked',
    made: 0,
    isOnlyRead: true,
    says: [/^Make id unique: this one was used before, for another person or to ask for something else\.$/],
  },
  {
    when: 'its id was used for something else of the same action',
    cause: 'the `id` was used for another person, or for something else',
    of: all,
    act: async (stage, action) => {
      const sent = stage.webhook(action);
      await stage.sendBefore(sent);
      const data = { ...asked[action].data, ...cases[action].another };
      return stage.send({ ...sent, body: { ...(sent.body as object), data } });
    },
    synchronous: '422 id_reused',
    durable: '422 id_reused, and parked',
    made: 0,
    isOnlyRead: true,
    says: [/^Make id unique: this one was used before, for another person or to ask for something else\.$/],
  },
];

const refusedHere: readonly Row[] = [
  {
    when: 'the secret is wrong',
    cause: 'the secret is wrong, or the tenant is unknown',
    of: all,
    act: (stage, action) => stage.send({ ...stage.webhook(action), secret: 'wrong' }),
    synchronous: '401 unauthorized',
    durable: '401 unauthorized',
    made: 0,
    isOnlyRead: true,
  },
  {
    when: 'no secret is sent',
    cause: 'the secret is wrong, or the tenant is unknown',
    of: all,
    act: (stage, action) => stage.send({ ...stage.webhook(action), secret: undefined }),
    synchronous: '401 unauthorized',
    durable: '401 unauthorized',
    made: 0,
    isOnlyRead: true,
  },
  {
    when: 'the tenant is unknown',
    cause: 'the secret is wrong, or the tenant is unknown',
    of: all,
    act: (stage, action) => stage.send({ ...stage.webhook(action), slug: 'nobody' }),
    synchronous: '401 unauthorized',
    durable: '401 unauthorized',
    made: 0,
    isOnlyRead: true,
  },
  {
    when: 'its secret is for this action alone',
    of: all,
    act: (stage, action) => stage.send(stage.to(`scoped-${action}`, stage.webhook(action))),
    synchronous: '200 created',
    durable: '200 created',
    made: 1,
  },
  {
    when: 'its secret is for another action alone',
    cause: "it is outside of the tenant's limits, or of its secret's scope",
    of: all,
    act: (stage, action) => stage.send(stage.to(`scoped-${anotherThan(action)}`, stage.webhook(action))),
    synchronous: '422 not_allowed',
    durable: '422 not_allowed, and parked',
    made: 0,
    isOnlyRead: true,
    says: [/^Use the secret that was made for this Flow/],
  },
  {
    when: 'the tenant serves another action alone',
    of: all,
    act: (stage, action) => stage.send(stage.to(`only-${anotherThan(action)}`, stage.webhook(action))),
    synchronous: '404 not_found',
    durable: '404 not_found',
    made: 0,
    isOnlyRead: true,
    says: [/^Check the last part of the URL: this tenant does not serve that action/],
  },
  {
    when: 'it is outside of the limits of the tenant',
    cause: "it is outside of the tenant's limits, or of its secret's scope",
    of: bounded,
    act: (stage, action) => stage.send(stage.to('limited', stage.webhook(action))),
    synchronous: '422 not_allowed',
    durable: '422 not_allowed, and parked',
    made: 0,
    isOnlyRead: true,
    says: [/^Check data\.\w+: it is/],
  },
  {
    when: 'the tenant has limits, of which none is about it',
    of: unbounded,
    act: (stage, action) => stage.send(stage.to('limited', stage.webhook(action))),
    synchronous: '200 created',
    durable: '200 created',
    made: 1,
  },
  {
    when: 'a field is wrong, whichever',
    cause: 'the body is no JSON, or a field is wrong',
    of: all,
    act: async (stage, action) => {
      const replies: Reply[] = [];
      for (const [field, [value, code]] of Object.entries(cases[action].wrong)) {
        const reply = await stage.send(stage.webhook(action, { [field]: value }));
        expect(faultsOf(reply)).to.deep.equal([`data.${field} ${code}`]);
        replies.push(reply);
      }
      return theSame(replies);
    },
    synchronous: '400 invalid_payload',
    durable: '400 invalid_payload, and parked',
    made: 0,
    isOnlyRead: true,
    says: [/^Fix data\.\w+: /],
  },
  {
    when: 'it does not say for whom it is',
    cause: 'the body is no JSON, or a field is wrong',
    of: all,
    act: (stage, action) => stage.send(stage.webhook(action, {}, { person_id: 'None', email: '' })),
    synchronous: '400 invalid_payload',
    durable: '400 invalid_payload, and parked',
    made: 0,
    isOnlyRead: true,
    says: [/^Fix person_id, email: /],
  },
  {
    when: 'the body is no JSON',
    cause: 'the body is no JSON, or a field is wrong',
    of: all,
    act: (stage, action) => stage.send({ ...stage.webhook(action), body: '{"id": "a", "data": }' }),
    synchronous: '400 invalid_json',
    durable: '400 invalid_json, and parked',
    made: 0,
    isOnlyRead: true,
    says: [/^Fix the JSON body at line 1, column 21/],
  },
  {
    when: 'the body is too large',
    cause: 'the body is too large',
    of: all,
    act: (stage, action) => stage.send(stage.webhook(action, { note: 'x'.repeat(70_000) })),
    synchronous: '413 payload_too_large',
    durable: '413 payload_too_large',
    made: 0,
    isOnlyRead: true,
  },
  {
    when: 'the tenant is suspended',
    cause: 'the tenant is suspended',
    of: all,
    act: (stage, action) => stage.send(stage.to('suspended', stage.webhook(action))),
    synchronous: '503 not_ready',
    durable: '202 accepted',
    made: 0,
    isOnlyRead: true,
  },
  {
    when: 'a budget of the day was spent by a reward',
    cause: 'a budget of the tenant, or of the customer, is spent for today',
    of: counted,
    act: spendThenSend,
    synchronous: '429 overloaded',
    durable: '202 accepted',
    made: 0,
    isOnlyRead: true,
  },
  {
    when: 'a budget of the day was spent by a reward, and none counts it',
    of: free,
    act: spendThenSend,
    synchronous: '200 created',
    durable: '200 created',
    made: 1,
  },
];

const ofOmneo: readonly Row[] = [
  {
    when: 'the customer is not in Omneo',
    cause: 'the customer is not in Omneo',
    of: all,
    act: (stage, action) => stage.send(stage.webhook(action, {}, nobody)),
    synchronous: '404 profile_not_found',
    durable: '404 profile_not_found, and parked',
    made: 0,
    isOnlyRead: true,
  },
  {
    when: 'the customer is not in Omneo yet',
    cause: 'the customer is not in Omneo yet, and `profileNotFound` is `Wait`',
    of: all,
    act: (stage, action) => {
      const late = { person_id: `01LATE${action.toUpperCase()}`, email: `${action}@late.example` };
      return stage.send(stage.to('waits', stage.webhook(action, {}, late)));
    },
    synchronous: '404 profile_not_found',
    durable: '202 accepted',
    made: 0,
    mend: ({ sandbox }, action) => {
      const identities = [{ handle: 'klaviyo', identifier: `01LATE${action.toUpperCase()}` }];
      sandbox.addProfiles('acme', [{ email: `${action}@late.example`, identities }]);
    },
  },
  ...all.flatMap((action) => cases[action].refusals.map((refusal) => refusedRow(action, refusal))),
  {
    when: 'Omneo throttles',
    cause: 'Omneo throttles, or as many calls as it takes are made',
    of: all,
    act: (stage, action) => {
      stage.sandbox.setFaults([{ kind: 'throttle', retryAfter: 1 }]);
      return stage.send(stage.to('throttled', stage.webhook(action)));
    },
    synchronous: '429 overloaded',
    durable: '202 accepted',
    made: 0,
    mend: endFaults,
  },
  ...(
    [
      ['is away', { kind: 'error', status: 503 }],
      ['breaks the connection', { kind: 'reset' }],
      ['answers too late', { kind: 'hang' }],
    ] as const
  ).map(([what, fault]): Row => ({
    when: `Omneo ${what}`,
    cause: 'Omneo fails, breaks the connection or answers too late',
    of: all,
    act: (stage, action) => {
      stage.sandbox.setFaults([fault]);
      return stage.send(stage.webhook(action));
    },
    synchronous: '502 upstream_unavailable',
    durable: '202 accepted',
    made: 0,
    mend: endFaults,
  })),
  {
    when: 'Omneo refuses the credentials',
    cause: "Omneo refuses the tenant's credentials",
    of: all,
    act: (stage, action) => {
      stage.sandbox.setFaults([{ kind: 'unauthorized' }]);
      return stage.send(stage.to('refused', stage.webhook(action)));
    },
    synchronous: '503 not_ready',
    durable: '202 accepted',
    made: 0,
    mend: endFaults,
  },
];

const lost: readonly Row[] = [
  {
    when: 'Omneo makes it, and its answer is lost',
    of: all,
    act: (stage, action) => {
      spoil(stage, action, { kind: 'reset', times: 1 });
      return stage.send(stage.webhook(action));
    },
    synchronous: '200 created',
    durable: '200 created',
    made: 1,
    mend: endFaults,
  },
  {
    when: 'Omneo makes it, its answer is lost, and then it finds nothing any more',
    cause: 'Omneo fails, breaks the connection or answers too late',
    of: all,
    act: (stage, action) => {
      spoil(stage, action, { kind: 'reset' }, { kind: 'error', status: 500 });
      return stage.send(stage.webhook(action));
    },
    synchronous: '502 upstream_unavailable',
    durable: '202 accepted',
    made: 1,
    mend: endFaults,
  },
  {
    when: 'what Omneo made of the same webhook is not known',
    cause: 'the outcome of an earlier attempt is unknown',
    of: all,
    act: async (stage, action) => {
      const { make } = cases[action].calls;
      stage.sandbox.setFaults([{ operation: make, kind: 'error', status: 504, times: 1 }]);
      const sent = stage.webhook(action);
      await stage.post(sent);
      return stage.send(sent);
    },
    synchronous: '503 not_ready',
    durable: '202 accepted',
    made: 0,
    mend: endFaults,
  },
  {
    when: 'the same webhook is under way, and made in time',
    of: all,
    act: async (stage, action) => {
      spoil(stage, action, { kind: 'hang', ms: 300 });
      const [copy] = await sendTwice(stage, action);
      return copy;
    },
    synchronous: '200 duplicate',
    durable: '200 duplicate',
    made: 1,
    mend: endFaults,
  },
  {
    when: 'the same webhook is under way',
    cause: 'a copy with the same `id` is under way',
    of: all,
    act: async (stage, action) => {
      spoil(stage, action, { kind: 'hang' }, { kind: 'hang' });
      const [copy, first] = await sendTwice(stage, action);
      expect(first.status).to.be.oneOf([202, 502]);
      return copy;
    },
    synchronous: '503 not_ready',
    durable: '202 accepted',
    made: 1,
    mend: endFaults,
  },
];

/** Interactions alone may point at a reward. */
const aboutReward: readonly Row[] = [
  {
    when: 'it is about the reward of an earlier webhook',
    of: ['interactions'],
    act: async (stage, action) => {
      const reward = stage.webhook('rewards');
      await stage.sendBefore(reward);
      const reply = await stage.send(stage.webhook(action, about(reward)));
      const [{ interacted_id: id } = {}] = stage.sandbox.interactions('acme');
      expect(id).to.equal(stage.sandbox.rewards('acme')[0]?.id);
      return reply;
    },
    synchronous: '200 created',
    durable: '200 created',
    made: 1,
  },
  {
    when: 'the reward that it is about is not issued yet',
    cause: 'the reward that an interaction is about is not issued yet',
    of: ['interactions'],
    act: async (stage, action) => {
      const reward = stage.webhook('rewards');
      stage.sandbox.setFaults([{ operation: 'rewards.create', kind: 'error', status: 500, times: 1 }]);
      await stage.post(reward);
      const reply = await stage.send(stage.webhook(action, about(reward)));
      expect(stage.held()).to.deep.equal({});
      await stage.sendBefore(reward);
      return reply;
    },
    synchronous: '503 not_ready',
    durable: '202 accepted',
    made: 0,
    mend: endFaults,
  },
  {
    when: 'there is no such reward of the customer',
    cause: 'there is no such reward of this customer',
    of: ['interactions'],
    act: (stage, action) => stage.send(stage.webhook(action, about(stage.webhook('rewards')))),
    synchronous: '400 invalid_payload',
    durable: '400 invalid_payload, and parked',
    made: 0,
    isOnlyRead: true,
  },
];

const rehearsed: readonly Row[] = [
  {
    when: 'it is rehearsed',
    of: all,
    act: async (stage, action) => {
      const reply = await stage.send({ ...stage.webhook(action), secret: rehearsalSecret });
      expect(reply.json).to.include({ would: 'create' });
      return reply;
    },
    synchronous: '200 rehearsed',
    durable: '200 rehearsed',
    made: 0,
    isOnlyRead: true,
  },
  {
    when: 'it is rehearsed after it was made',
    of: all,
    act: async (stage, action) => {
      const sent = stage.webhook(action);
      await stage.sendBefore(sent);
      const reply = await stage.send({ ...sent, secret: rehearsalSecret });
      // That an attribute was set under an id, its claim alone shows, which a rehearsal does not make.
      expect(reply.json).to.include({ would: action === 'attributes' ? 'create' : 'duplicate' });
      return reply;
    },
    synchronous: '200 rehearsed',
    durable: '200 rehearsed',
    made: 0,
    isOnlyRead: true,
  },
  {
    when: 'it is rehearsed for a customer who is not in Omneo',
    of: all,
    act: (stage, action) => stage.send({ ...stage.webhook(action, {}, nobody), secret: rehearsalSecret }),
    synchronous: '404 profile_not_found',
    durable: '404 profile_not_found',
    made: 0,
    isOnlyRead: true,
  },
  {
    when: 'it is rehearsed, and there is no such definition',
    of: bounded,
    act: (stage, action) =>
      stage.send({ ...stage.webhook(action, asked[action].never), secret: rehearsalSecret }),
    synchronous: '422 reward_rejected',
    durable: '422 reward_rejected',
    made: 0,
    isOnlyRead: true,
  },
  {
    when: 'it is rehearsed, and a field is wrong',
    of: all,
    act: (stage, action) => {
      const [[field, [value]] = ['', ['']]] = Object.entries(cases[action].wrong);
      return stage.send({ ...stage.webhook(action, { [field]: value }), secret: rehearsalSecret });
    },
    synchronous: '400 invalid_payload',
    durable: '400 invalid_payload',
    made: 0,
    isOnlyRead: true,
  },
];

/** Every row there is. */
export const rows: readonly Row[] = [
  ...made,
  ...refusedHere,
  ...ofOmneo,
  ...lost,
  ...aboutReward,
  ...rehearsed,
];

function refusedRow(action: ActionName, { what, data, says, prepare }: Refusal): Row {
  return {
    when: what,
    cause: 'Omneo rejects the reward for good',
    of: [action],
    act: async (stage) => {
      await prepare?.(stage);
      return stage.send(stage.webhook(action, data));
    },
    synchronous: '422 reward_rejected',
    durable: '422 reward_rejected, and parked',
    made: 0,
    says,
  };
}

async function spendThenSend(stage: Stage, action: ActionName): Promise<Reply> {
  const slug = `spent-${action}`;
  await stage.sendBefore(stage.to(slug, stage.webhook('rewards')));
  return stage.send(stage.to(slug, stage.webhook(action)));
}

/** What an interaction says of the reward that it is about. */
function about({ body }: Sent): object {
  return { reward_external_id: (body as { id: string }).id };
}

/** The last of some replies that are all alike in their status, and in whether they are parked. */
function theSame(replies: readonly Reply[]): Reply {
  const last = replies.at(-1);
  if (last === undefined) throw new Error('nothing was sent');
  const kinds = replies.map(({ status, json }) => [status, json['code'], 'delivery_id' in json]);
  for (const kind of kinds) expect(kind).to.deep.equal(kinds[0]);
  return last;
}
