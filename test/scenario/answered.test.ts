/** What a synchronous and a durable tenant are answered, row by row of the README's table. */
import { join } from 'node:path';
import { expect } from 'chai';
import { type Sandbox, startSandbox } from '../../sandbox/omneo.ts';
import { sample } from '../../sandbox/sample.ts';
import type { DeliveryLedger } from '../../src/ledger/deliveries/deliveries.ts';
import { type ClaimResult, type Ledger, LedgerUnavailable } from '../../src/ledger/ledger.ts';
import { openKeyring } from '../../src/ledger/seal/openkeyring.ts';
import { SqliteAddress } from '../../src/ledger/sqlite/address.ts';
import { openSqliteLedger } from '../../src/ledger/sqlite/opensqlite.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { newFolder, silent } from '../ledger/sqlite/bench.ts';
import { WrappedLedger } from '../ledger/wrapped.ts';
import { eventually } from '../support/eventually.ts';
import { type Gateway, type Reply, type TenantOptions, startGateway } from '../support/gateway.ts';
import { rowsOf } from '../support/markdown.ts';
import { readText } from '../support/pages.ts';
import { webhook } from '../support/webhooks.ts';

const times = { leaseMs: 1500, settleWindowMs: 60_000, retentionMs: 72 * 3_600_000 };
const env = {
  LEDGER_URL: 'sqlite:ledger.db',
  LEASE_MS: '1500',
  UPSTREAM_TIMEOUT_MS: '1000',
  ANSWER_DEADLINE_MS: '500',
};
const nobody = { person_id: '01NOBODY', email: 'nobody@example.com' };

/** A ledger that keeps deliveries, and takes no more claims when it is told so. */
class LedgerThatGoes extends WrappedLedger {
  isGone = false;

  get deliveries(): DeliveryLedger {
    if (this.sound.deliveries === undefined) throw new Error('SQLite keeps deliveries');
    return this.sound.deliveries;
  }

  override claim(...args: Parameters<Ledger['claim']>): Promise<ClaimResult> {
    return this.isGone ? Promise.reject(new LedgerUnavailable('it is gone')) : super.claim(...args);
  }
}

/** A gateway on SQLite in front of a sandbox, with one tenant. */
type World = Readonly<{
  sandbox: Sandbox;
  gateway: Gateway;
  ledger: LedgerThatGoes;
  /** The tenant anew, with more in its spec. */
  tenant: (spec?: Readonly<Record<string, unknown>>, more?: Partial<TenantOptions>) => void;
  post: (body: unknown, headers?: Record<string, string>) => Promise<Reply>;
  /** May be called twice. */
  stop: () => Promise<boolean>;
}>;

type Case = Readonly<{ env?: Record<string, string>; reply: (world: World) => Promise<Reply> }>;

/** A reply for each cause that the README names. */
const cases: Readonly<Record<string, Case>> = {
  'Omneo throttles, or as many calls as it takes are made': {
    reply: async ({ sandbox, post }) => {
      sandbox.setFaults([{ kind: 'throttle', retryAfter: 3600 }]);
      const throttled = await post(webhook());
      const asked = sandbox.requests().length;
      const held = await post(webhook());
      expect([held.status, sandbox.requests().length]).to.deep.equal([throttled.status, asked]);
      return held;
    },
  },
  'the tenant has too many webhooks under way': {
    env: { MAX_CONCURRENT_PER_TENANT: '1' },
    reply: whileOneIsUnderWay,
  },
  'Omneo fails, breaks the connection or answers too late': {
    reply: async ({ sandbox, post }) => {
      sandbox.setFaults([{ kind: 'hang', times: 1 }]);
      const late = await post(webhook());
      sandbox.setFaults([{ kind: 'reset' }]);
      const broken = await post(webhook());
      expect(broken.status).to.equal(late.status);
      sandbox.setFaults([{ kind: 'error', status: 503 }]);
      return post(webhook());
    },
  },
  "Omneo refuses the tenant's credentials": {
    reply: ({ tenant, post }) => {
      tenant({}, { secrets: { omneo: { token: 'wrong' } } });
      return post(webhook());
    },
  },
  'the outcome of an earlier attempt is unknown': {
    reply: async ({ sandbox, post }) => {
      sandbox.setFaults([{ kind: 'error', status: 500, operation: 'rewards.create', times: 1 }]);
      await post(webhook({ id: 'unknown' }));
      return post(webhook({ id: 'unknown' }));
    },
  },
  'the tenant is suspended': {
    reply: ({ tenant, post }) => {
      tenant({ suspend: true });
      return post(webhook());
    },
  },
  'a copy with the same `id` is under way': {
    reply: (world) => whileOneIsUnderWay(world, 'same'),
  },
  'the customer is not in Omneo yet, and `profileNotFound` is `Wait`': {
    reply: ({ tenant, post }) => {
      tenant({ profileNotFound: 'Wait' });
      return post(webhook(nobody));
    },
  },
  'the customer is not in Omneo': { reply: ({ post }) => post(webhook(nobody)) },
  'Omneo rejects the reward for good': {
    reply: ({ post }) => post(webhook({}, { reward_definition_id: 999_999 })),
  },
  'the `id` was used for another person, or for something else': {
    reply: async ({ post }) => {
      await post(webhook({ id: 'used' }));
      return post(webhook({ id: 'used' }, { amount: 11 }));
    },
  },
  'the reward that an interaction is about is not issued yet': {
    reply: async ({ sandbox, gateway, post }) => {
      sandbox.setFaults([{ kind: 'error', status: 500, operation: 'rewards.create', times: 1 }]);
      await post(webhook({ id: 'unknown' }));
      return gateway.post('acme', interactionAbout('unknown'), {}, 'interactions');
    },
  },
  'there is no such reward of this customer': {
    reply: ({ gateway }) => gateway.post('acme', interactionAbout('nothing'), {}, 'interactions'),
  },
  'a budget of the tenant, or of the customer, is spent for today': {
    reply: async ({ tenant, post }) => {
      tenant({ limits: { perDay: { rewards: 1 } } });
      await post(webhook({ id: 'first' }));
      return post(webhook({ id: 'second' }));
    },
  },
  "it is outside of the tenant's limits, or of its secret's scope": {
    reply: async ({ tenant, post }) => {
      tenant({ limits: { maxAmount: 0.01 } });
      const beyond = await post(webhook());
      tenant({ klaviyo: { secretRefs: [{ name: 'klaviyo', rewardDefinitions: [999_999] }] } });
      const elsewhere = await post(webhook({ id: 'elsewhere' }));
      expect(elsewhere.status).to.equal(beyond.status);
      return elsewhere;
    },
  },
  'the body is no JSON, or a field is wrong': {
    reply: async ({ post }) => {
      const noJSON = await post('{"id": ');
      const wrong = await post(webhook({}, { amount: 'NaN' }));
      expect([noJSON.status, 'delivery_id' in noJSON.json]).to.deep.equal([
        wrong.status,
        'delivery_id' in wrong.json,
      ]);
      return wrong;
    },
  },
  'the body is too large': { reply: ({ post }) => post(webhook({}, { note: 'x'.repeat(70_000) })) },
  'the secret is wrong, or the tenant is unknown': {
    reply: async ({ gateway, post }) => {
      expect((await gateway.post('nobody', webhook())).status).to.equal(401);
      return post(webhook(), { 'x-omneo-secret': 'wrong' });
    },
  },
  'this process has too many webhooks under way': {
    env: { MAX_CONCURRENT: '1' },
    reply: whileOneIsUnderWay,
  },
  'the ledger cannot be reached, or its disk is full': {
    reply: ({ ledger, post }) => {
      ledger.isGone = true;
      return post(webhook());
    },
  },
  'tenants are not loaded yet': {
    reply: ({ gateway }) => {
      gateway.registry.setComplete(false);
      return gateway.post('not-yet', webhook());
    },
  },
  'the replica stops': {
    reply: async ({ sandbox, stop, post }) => {
      sandbox.setFaults([{ kind: 'delay', ms: 300 }]);
      const first = post(webhook());
      await eventually(() => {
        expect(sandbox.requests()).not.to.deep.equal([]);
      });
      const stopped = stop();
      const reply = await post(webhook());
      await Promise.all([first, stopped]);
      return reply;
    },
  },
};

function interactionAbout(reward: string): object {
  const data = { name: 'Opened', channel: 'email', action: 'view', signal: 1, reward_external_id: reward };
  return { ...webhook({ id: `about-${reward}` }), data };
}

async function whileOneIsUnderWay({ sandbox, post }: World, id?: string): Promise<Reply> {
  const body = (): unknown => webhook(id === undefined ? {} : { id });
  sandbox.setFaults([{ kind: 'hang' }]);
  const first = post(body());
  await eventually(() => {
    expect(sandbox.requests()).not.to.deep.equal([]);
  });
  const second = await post(body());
  await first;
  return second;
}

async function replyTo({ env: more, reply }: Case, mode: 'Durable' | 'Synchronous'): Promise<Reply> {
  const folder = await newFolder();
  const address = SqliteAddress.parse(`sqlite:${join(folder.path, 'ledger.db')}`);
  const clock = systemClock;
  const sound = await openSqliteLedger({ address, times, clock, log: silent });
  const ledger = new LedgerThatGoes(sound);
  const keyring = await openKeyring({ address, keyFile: undefined, clock, log: silent });
  if (keyring === undefined) throw new Error('SQLite makes its key');
  const sandbox = await startSandbox({ tenants: sample });
  const gateway = await startGateway({ ...env, ...more }, { ledger, keyring });
  const tenant: World['tenant'] = ({ profileNotFound, ...spec } = {}, options = {}) => {
    const delivery = { mode, ...(profileNotFound !== undefined && { profileNotFound }) };
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec: { ...spec, delivery }, ...options });
  };
  tenant();
  let stopped: Promise<boolean> | undefined;
  const stop = (): Promise<boolean> => (stopped ??= gateway.stop());
  const post: World['post'] = (body, headers) => gateway.post('acme', body, headers);
  try {
    return await reply({ sandbox, gateway, ledger, tenant, post, stop });
  } finally {
    await sandbox.close();
    await stop();
    await folder.remove();
  }
}

describe('What the README says that a tenant is answered', () => {
  let rows: readonly string[][];

  before(async () => {
    rows = rowsOf(await readText('README.md'), 'what is wrong', 'synchronous', 'durable');
  });

  it('has a row for each cause, and for no other', () => {
    expect(rows.map(([cause]) => cause)).to.deep.equal(Object.keys(cases));
  });

  for (const [cause, each] of Object.entries(cases))
    for (const mode of ['Synchronous', 'Durable'] as const)
      it(`is so for a ${mode.toLowerCase()} tenant when ${cause.replaceAll('`', '')}`, async () => {
        const row = rows.find(([named]) => named === cause) ?? [];
        const { status, json } = await replyTo(each, mode);
        const kept = status >= 400 && 'delivery_id' in json ? ', and parked' : '';
        expect(`${status}${kept}`).to.equal(row[mode === 'Synchronous' ? 1 : 2]);
        expect(status === 202).to.equal(json['status'] === 'accepted');
      });
});
