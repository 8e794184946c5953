import { expect } from 'chai';
import type { Sandbox } from '../../sandbox/omneo.ts';
import { LedgerUnavailable, type Ledger } from '../../src/ledger/ledger.ts';
import { MemoryLedger } from '../../src/ledger/memory/memory.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ProblemCode } from '../../src/lib/problem.ts';
import { times } from '../ledger/contract.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, type Reply, type TenantOptions, startGateway } from '../support/gateway.ts';
import { expectProblem } from '../support/problems.ts';
import { webhook } from '../support/webhooks.ts';

const path = '/api/v1/webhooks/klaviyo/rewards';

/** Where a failure is brought about. */
export type ContractStage = Readonly<{
  gateway: Gateway;
  sandbox: Sandbox;
  /** Sends a webhook that goes before, of which one reward is asked for. */
  sendBefore: (gateway: Gateway, slug: string, body: unknown) => Promise<Reply>;
  /** Sends the webhook whose answer counts to this gateway. */
  postTo: (gateway: Gateway, slug: string, body: unknown, headers?: Record<string, string>) => Promise<Reply>;
  /** As `postTo`, to `gateway`. */
  post: (slug: string, body: unknown, headers?: Record<string, string>) => Promise<Reply>;
  tenant: (gateway: Gateway, slug: string, options: TenantOptions) => void;
}>;

/** A way in which a webhook fails, and what it is answered. */
export type ContractRow = Readonly<{
  when: string;
  code: ProblemCode;
  act: (stage: ContractStage) => Promise<Reply>;
  detail: RegExp;
  errors?: readonly string[];
  retryAfter?: string;
  /** Only who makes a claim, or a create, runs into it. */
  seenBy?: 'claim' | 'create';
}>;

/** Every failure there is, by the code of its answer. */
export const contractRows: readonly ContractRow[] = [
  {
    when: 'the body is not JSON',
    code: 'invalid_json',
    act: ({ post }) => post('acme', '{"id": "a",\n "amount": , }'),
    detail: /^Fix the JSON body at line 2, column 12: /,
  },
  {
    when: 'a field is wrong',
    code: 'invalid_payload',
    act: ({ post }) => post('acme', webhook({ email: '' }, { amount: '$25.00' })),
    detail: /^Fix email, data\.amount: email is missing or blank/,
    errors: ['email missing', 'data.amount not_a_number'],
  },
  {
    when: 'the tenant is unknown',
    code: 'unauthorized',
    act: ({ post }) => post('nobody', webhook()),
    detail: /^Check the URL and the x-omneo-secret header/,
  },
  {
    when: 'the secret is wrong',
    code: 'unauthorized',
    act: ({ post }) => post('acme', webhook(), { 'x-omneo-secret': 'wrong' }),
    detail: /^Check the URL and the x-omneo-secret header/,
  },
  {
    when: 'nobody has that person_id or e-mail',
    code: 'profile_not_found',
    act: ({ post }) => post('acme', webhook({ person_id: '01NOBODY', email: 'nobody@example.com' })),
    detail: /^Check that this customer exists in Omneo/,
  },
  {
    when: 'the profile was deleted',
    code: 'profile_not_found',
    act: ({ post }) => post('acme', webhook({ person_id: '01ACMEDAN', email: 'dan@example.com' })),
    detail: /^Check that this customer exists in Omneo/,
  },
  {
    when: 'the path is another',
    code: 'not_found',
    act: ({ gateway }) => gateway.get(`${gateway.url}/acme/api/v2`, { method: 'POST' }),
    detail: /^Check the URL/,
  },
  {
    when: 'the method is another',
    code: 'method_not_allowed',
    act: ({ gateway }) => gateway.get(`${gateway.url}/acme${path}`),
    detail: /^Use POST/,
  },
  {
    when: 'the body is over 64 KiB',
    code: 'payload_too_large',
    act: ({ post }) => post('acme', webhook({}, { meta: { a: 'x'.repeat(65_536) } })),
    detail: /^Make the webhook smaller/,
  },
  {
    when: 'the body is not declared to be JSON',
    code: 'unsupported_media_type',
    act: ({ post }) => post('acme', webhook(), { 'content-type': 'text/plain' }),
    detail: /^Set the header Content-Type: application\/json/,
  },
  {
    when: 'Omneo says that it can never work',
    code: 'reward_rejected',
    act: ({ post }) => post('acme', webhook({}, { reward_definition_id: 777 })),
    detail: /^Check the reward definition and the data fields/,
    errors: ['reward_definition_id rejected_by_omneo'],
  },
  {
    when: 'the id was used for another amount',
    code: 'id_reused',
    act: async ({ gateway, sendBefore, post }) => {
      const first = webhook();
      await sendBefore(gateway, 'acme', first);
      return post('acme', { ...first, data: { reward_definition_id: 42, amount: 11 } });
    },
    detail: /^Make id unique: this one was used before, for another person or to ask for something else\.$/,
  },
  {
    when: 'the tenant may not issue rewards of that definition',
    code: 'not_allowed',
    act: (stage) => {
      limited(stage, { rewardDefinitions: [7] });
      return stage.post('limited', webhook());
    },
    detail:
      /^Check data\.reward_definition_id: it is a reward definition that this tenant may not issue\. If it is the right/,
    errors: ['data.reward_definition_id not_allowed'],
  },
  {
    when: 'the amount is more than a reward of the tenant may be worth',
    code: 'not_allowed',
    act: (stage) => {
      limited(stage, { maxAmount: 9.99 });
      return stage.post('limited', webhook());
    },
    detail: /^Check data\.amount: it is more than one reward of this tenant may be worth\. If it is right/,
    errors: ['data.amount not_allowed'],
  },
  {
    when: 'its secret may not be used for that definition',
    code: 'not_allowed',
    act: ({ gateway, sandbox, tenant, post }) => {
      const secretRefs = [{ name: 'klaviyo', key: 'webhook-secret', rewardDefinitions: [7] }];
      tenant(gateway, 'scoped', { baseURL: sandbox.baseURL('acme'), spec: { klaviyo: { secretRefs } } });
      return post('scoped', webhook());
    },
    detail: /^Use the secret that was made for this Flow/,
  },
  {
    when: 'Omneo answers 429',
    code: 'overloaded',
    act: ({ sandbox, post }) => {
      sandbox.setFaults([{ kind: 'throttle', retryAfter: 17 }]);
      return post('bloom', webhook());
    },
    detail: /^Nothing to fix: Omneo's limit is reached/,
    retryAfter: '17',
  },
  {
    when: 'the ledger can remember no more, since all that it holds is under way',
    code: 'overloaded',
    seenBy: 'claim',
    act: async ({ sandbox, tenant, sendBefore, postTo }) => {
      const small = await startGateway({ LEDGER_MAX_ENTRIES: '1' });
      tenant(small, 'acme', { baseURL: sandbox.baseURL('acme') });
      sandbox.setFaults([{ kind: 'hang', ms: 300, operation: 'rewards.create' }]);
      const first = sendBefore(small, 'acme', webhook());
      await eventually(() => expect(sandbox.calls()).to.include({ 'acme rewards.create': 1 }));
      const second = await postTo(small, 'acme', webhook());
      await first;
      await small.stop();
      return second;
    },
    detail: /^Nothing to fix: Klaviyo sends it again/,
    retryAfter: '5',
  },
  {
    when: 'the gateway has a bug',
    code: 'internal',
    act: (stage) => onLedger(stage, failing(new TypeError('a bug, with ada@example.com in its message'))),
    detail: /^Nothing to fix in Klaviyo/,
  },
  {
    when: 'Omneo answers 500',
    code: 'upstream_unavailable',
    act: ({ sandbox, post }) => {
      sandbox.setFaults([{ kind: 'error', status: 500 }]);
      return post('acme', webhook());
    },
    detail: /^Nothing to fix in Klaviyo, which sends it again: Omneo did not answer as it should/,
  },
  {
    when: 'Omneo cuts the connection',
    code: 'upstream_unavailable',
    act: ({ sandbox, post }) => {
      sandbox.setFaults([{ kind: 'reset' }]);
      return post('acme', webhook());
    },
    detail: /^Nothing to fix in Klaviyo/,
  },
  {
    when: 'Omneo does not answer in time',
    code: 'upstream_unavailable',
    act: ({ sandbox, post }) => {
      sandbox.setFaults([{ kind: 'hang' }]);
      return post('acme', webhook());
    },
    detail: /^Nothing to fix in Klaviyo, which sends it again: Omneo did not answer in time/,
  },
  {
    when: 'the outcome of a create could not be settled',
    code: 'upstream_unavailable',
    seenBy: 'create',
    act: ({ sandbox, post }) => {
      sandbox.setFaults([
        { kind: 'reset', when: 'after', operation: 'rewards.create' },
        { kind: 'error', status: 500, operation: 'rewards.list', after: 1 },
      ]);
      return post('acme', webhook());
    },
    detail: /^Nothing to fix in Klaviyo/,
  },
  {
    when: 'the outcome of an earlier create is still unknown',
    code: 'not_ready',
    seenBy: 'claim',
    act: async ({ gateway, sandbox, sendBefore, post }) => {
      const body = webhook();
      sandbox.setFaults([{ kind: 'reset', operation: 'rewards.create', times: 1 }]);
      expectProblem(await sendBefore(gateway, 'acme', body), 'upstream_unavailable');
      return post('acme', body);
    },
    detail: /^Nothing to fix: the outcome of an earlier attempt is still unknown/,
    retryAfter: '120',
  },
  {
    when: 'the tenants are not known yet',
    code: 'not_ready',
    act: async ({ postTo }) => {
      const starting = await startGateway({}, { complete: false });
      const reply = await postTo(starting, 'acme', webhook());
      await starting.stop();
      return reply;
    },
    detail: /^Nothing to fix: tenants are still being loaded/,
  },
  {
    when: 'the tenant is suspended',
    code: 'not_ready',
    act: ({ gateway, sandbox, tenant, post }) => {
      tenant(gateway, 'paused', { baseURL: sandbox.baseURL('acme'), spec: { suspend: true } });
      return post('paused', webhook());
    },
    detail: /^Nothing to fix in Klaviyo, which sends it again: this tenant is not ready/,
  },
  {
    when: 'a Secret of the tenant is missing',
    code: 'not_ready',
    act: ({ gateway, sandbox, tenant, post }) => {
      tenant(gateway, 'halved', { baseURL: sandbox.baseURL('acme'), secrets: { omneo: {} } });
      return post('halved', webhook());
    },
    detail: /^Nothing to fix in Klaviyo, which sends it again: this tenant is not ready/,
  },
  {
    when: 'Omneo refuses the credentials',
    code: 'not_ready',
    act: ({ sandbox, post }) => {
      sandbox.setFaults([{ kind: 'unauthorized' }]);
      return post('acme', webhook());
    },
    detail: /^Nothing to fix in Klaviyo, which sends it again: Omneo refuses/,
  },
  {
    when: 'the same id is under way',
    code: 'not_ready',
    seenBy: 'claim',
    act: async ({ gateway, sandbox, sendBefore, post }) => {
      const body = webhook();
      sandbox.setFaults([{ kind: 'hang', ms: 600, operation: 'rewards.create' }]);
      const first = sendBefore(gateway, 'acme', body);
      await eventually(() => expect(sandbox.calls()).to.include({ 'acme rewards.create': 1 }));
      const second = await post('acme', body);
      await first;
      return second;
    },
    detail: /^Nothing to fix: the same id is being worked on/,
  },
  {
    when: 'the ledger cannot be reached',
    code: 'not_ready',
    act: (stage) => onLedger(stage, failing(new LedgerUnavailable('down'))),
    detail: /^Nothing to fix in Klaviyo, which sends it again: the ledger cannot be reached/,
  },
];

/** A ledger of which every claim, and every read, fails with this error. */
function failing(error: Error): Ledger {
  const ledger = new MemoryLedger({ clock: systemClock, times, maxEntries: 100 });
  const fail = (): Promise<never> => Promise.reject(error);
  return Object.assign(ledger, { claim: fail, readMax: fail });
}

function limited({ gateway, sandbox, tenant }: ContractStage, limits: object): void {
  const secrets = { omneo: { token: 'acme-static-token' } };
  tenant(gateway, 'limited', { baseURL: sandbox.baseURL('acme'), spec: { limits }, secrets });
}

async function onLedger({ sandbox, tenant, postTo }: ContractStage, ledger: Ledger): Promise<Reply> {
  const other = await startGateway({}, { ledger });
  tenant(other, 'acme', { baseURL: sandbox.baseURL('acme') });
  const reply = await postTo(other, 'acme', webhook());
  await other.stop();
  return reply;
}
