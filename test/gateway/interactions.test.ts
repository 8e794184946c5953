import { expect } from 'chai';
import type { FaultRule } from '../../sandbox/faults.ts';
import { systemClock } from '../../src/lib/clock.ts';
import type { ProblemCode } from '../../src/lib/problem.ts';
import type { Reply } from '../support/gateway.ts';
import { expectProblem, faultsOf } from '../support/problems.ts';
import { ada } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

type Changes = Readonly<Record<string, unknown>>;

let made = 0;

/** A webhook for an interaction that is right in every field, with an id of its own. */
function interactionWebhook(changes: Changes = {}, data: Changes = {}): Changes {
  made += 1;
  const right = { name: 'Opened the win-back mail', channel: 'email', action: 'view', signal: 1 };
  return { id: `interaction-${made}`, ...ada, data: { ...right, ...data }, ...changes };
}

describe('interactions', () => {
  let world: World;
  let { gateway, sandbox } = {} as World;
  let now = 0;

  before(async () => {
    const env = { SETTLE_WINDOW_MS: '1' };
    world = await startWorld({ env, parts: { clock: { ...systemClock, now: () => now } } });
    ({ gateway, sandbox } = world);
  });
  beforeEach(() => {
    now = Date.parse('2026-03-01T10:20:30Z');
    sandbox.reset();
    serve({});
  });
  after(() => world.stop());

  function serve(spec: object, secretRef: object = {}): void {
    const secretRefs = [{ name: 'klaviyo', key: 'webhook-secret', ...secretRef }];
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec: { klaviyo: { secretRefs }, ...spec } });
  }

  const post = (body: unknown): Promise<Reply> => gateway.post('acme', body, {}, 'interactions');
  const held = () => sandbox.interactions('acme');
  /** Of all that are held, those of other systems too. */
  const ids = () => held().map(({ meta }) => (meta as Changes | null)?.['external_id']);

  it('are recorded once for one id, however often it comes', async () => {
    const more = { meta: { flow: 'winback' }, tags: ['vip'], url: 'https://example.com/a', duration: 3 };
    const body = interactionWebhook({}, { ...more, signal: '-1' });
    const replies = [await post(body), await post(body)];
    const answer = { interaction_id: held()[0]?.id, external_id: body['id'], matched_by: 'klaviyo' };
    expect(replies.map(({ status, json }) => ({ status, json }))).to.deep.equal([
      { status: 200, json: { status: 'created', ...answer } },
      { status: 200, json: { status: 'duplicate', ...answer } },
    ]);
    expect(held()).to.have.length(1);
    expect(held()[0]).to.deep.include({
      ...{ name: 'Opened the win-back mail', action: 'view', channel: 'email', signal: -1 },
      ...{ namespace: 'klaviyo-flow', tags: ['vip'], url: 'https://example.com/a' },
      interacted_at: '2026-03-01 10:20:30',
      meta: { flow: 'winback', external_id: body['id'] },
    });
  });

  it('share no id with rewards: one id may ask for one of each', async () => {
    const id = 'shared-1';
    const reward = { ...interactionWebhook({ id }), data: { reward_definition_id: 42, amount: 10 } };
    const replies = [await post(interactionWebhook({ id })), await gateway.post('acme', reward)];
    expect(replies.map(({ json }) => json['status'])).to.deep.equal(['created', 'created']);
    expect([held().length, sandbox.rewards('acme').length]).to.deep.equal([1, 1]);
  });

  it('are told from each other by their ids alone', async () => {
    for (const id of ['a', 'b', 'A']) expect((await post(interactionWebhook({ id }))).status).to.equal(200);
    expect(ids()).to.deep.equal(['a', 'b', 'A']);
  });

  it('are of the namespace and the time that they say', async () => {
    const said = { namespace: 'pets.club', interacted_at: '2026-02-01T21:20:00+11:00' };
    await post(interactionWebhook({}, said));
    const [{ namespace, interacted_at: at }] = held() as [ReturnType<typeof held>[number]];
    expect({ namespace, at }).to.deep.equal({ namespace: 'pets.club', at: '2026-02-01 10:20:00' });
  });

  const failures: readonly (readonly [
    when: string,
    code: ProblemCode,
    body: () => Changes,
    ...errors: string[],
  ])[] = [
    ...['name', 'channel', 'action', 'signal'].map(
      (field) =>
        [
          `${field} is missing`,
          'invalid_payload',
          () => interactionWebhook({}, { [field]: '' }),
          `data.${field} missing`,
        ] as const,
    ),
    ...(
      [
        ['channel', 'pigeon'],
        ['action', 'View'],
        ['signal', 2],
        ['signal', 'good'],
      ] as const
    ).map(
      ([field, value]) =>
        [
          `${field} is ${value}`,
          'invalid_payload',
          () => interactionWebhook({}, { [field]: value }),
          `data.${field} not_a_choice`,
        ] as const,
    ),
    [
      'the namespace would mean something in a filter',
      'invalid_payload',
      () => interactionWebhook({}, { namespace: 'a,b' }),
      'data.namespace not_a_namespace',
    ],
    [
      'the time is none',
      'invalid_payload',
      () => interactionWebhook({}, { interacted_at: '01/03/2026' }),
      'data.interacted_at not_a_time',
    ],
    [
      'tags are a text',
      'invalid_payload',
      () => interactionWebhook({}, { tags: 'vip' }),
      'data.tags not_a_list',
    ],
    [
      'meta has an external_id',
      'invalid_payload',
      () => interactionWebhook({}, { meta: { external_id: 'a' } }),
      'data.meta.external_id set_by_gateway',
    ],
    ...['id', 'profile_id', 'identifier', 'external_id'].map(
      (name) =>
        [
          `${name} is in data`,
          'invalid_payload',
          () => interactionWebhook({}, { [name]: 1 }),
          `data.${name} set_by_gateway`,
        ] as const,
    ),
    [
      'nobody is found',
      'profile_not_found',
      () => interactionWebhook({ person_id: 'x', email: 'x@example.com' }),
    ],
    [
      'Omneo never takes it',
      'reward_rejected',
      () => interactionWebhook({}, { interacted_type: 'reward', interacted_id: 777 }),
      'interacted_id rejected_by_omneo',
    ],
  ];
  for (const [when, code, body, ...errors] of failures)
    it(`are refused with ${code} when ${when}`, async () => {
      const reply = await post(body());
      expectProblem(reply, code);
      expect(faultsOf(reply)).to.deep.equal(errors);
      expect(held()).to.deep.equal([]);
    });

  it('that Omneo refuses are told from what has a definition', async () => {
    const reply = await post(interactionWebhook({}, { interacted_type: 'reward', interacted_id: 777 }));
    const { detail, errors } = expectProblem(reply, 'reward_rejected') as {
      detail: string;
      errors: Changes[];
    };
    expect(detail).to.match(
      /^Check the fields of data: Omneo says that this interaction can never be recorded/,
    );
    expect(errors[0]?.['hint']).to.match(/^is rejected by Omneo: check there which values it may have/);
  });

  for (const [what, changes] of Object.entries({
    person: { person_id: '01ACMEBEN', email: 'ben@example.com' },
    ...Object.fromEntries(
      Object.entries({
        ...{ name: 'Clicked', channel: 'sms', action: 'visit', signal: 0, namespace: 'other' },
        interacted_at: '2026-03-01 10:00:00',
      }).map(([field, value]) => [
        field,
        { data: { ...(interactionWebhook()['data'] as Changes), [field]: value } },
      ]),
    ),
  }))
    it(`are not recorded under an id that was used for another ${what}`, async () => {
      const body = interactionWebhook();
      await post(body);
      expectProblem(await post({ ...body, ...changes }), 'id_reused');
      expect(held()).to.have.length(1);
    });

  describe('with a secret that has a scope', () => {
    for (const [scope, isWithin] of [
      [{ actions: ['interactions'] }, true],
      [{ actions: ['interactions', 'rewards'], rewardDefinitions: [42] }, true],
      [{ actions: ['rewards'] }, false],
      [{ rewardDefinitions: [42] }, false],
    ] as const)
      it(`are ${isWithin ? 'recorded' : 'refused'} when it is ${JSON.stringify(scope)}`, async () => {
        serve({}, scope);
        const reply = await post(interactionWebhook());
        if (isWithin) expect(reply.status).to.equal(200);
        else expectProblem(reply, 'not_allowed');
        expect(held()).to.have.length(isWithin ? 1 : 0);
      });
  });

  describe('whose create has no answer', () => {
    const lost: FaultRule = { operation: 'interactions.create', kind: 'error', status: 504, times: 1 };

    it('are found by their id, and keep the time of their first attempt', async () => {
      await post(interactionWebhook());
      sandbox.setFaults([
        { ...lost, when: 'after' },
        { operation: 'interactions.list', kind: 'error', status: 500, after: 1 },
      ]);
      const body = interactionWebhook();
      expect((await post(body)).status).to.equal(502);
      sandbox.setFaults([]);
      now += 20 * 3_600_000;
      expect((await post(body)).json['status']).to.equal('duplicate');
      expect(held().map(({ interacted_at: at }) => at)).to.deep.equal(Array(2).fill('2026-03-01 10:20:30'));
    });

    it('are recorded later with the time of their first attempt', async () => {
      await post(interactionWebhook());
      sandbox.setFaults([lost]);
      const body = interactionWebhook();
      expect((await post(body)).status).to.equal(502);
      now += 20 * 3_600_000;
      expect((await post(body)).json['status']).to.equal('created');
      expect(held().map(({ interacted_at: at }) => at)).to.deep.equal(Array(2).fill('2026-03-01 10:20:30'));
    });
  });

  it('are never recorded a second time by an Omneo that does not show what tells them apart', async () => {
    const env = { SETTLE_WINDOW_MS: '1' };
    const other = await startWorld({ env, sandbox: { showMeta: false } });
    const postThere = (body: unknown): Promise<Reply> => other.gateway.post('acme', body, {}, 'interactions');
    try {
      await postThere(interactionWebhook());
      other.sandbox.setFaults([
        { operation: 'interactions.create', kind: 'error', status: 504, when: 'after' },
      ]);
      const body = interactionWebhook();
      expect((await postThere(body)).status).to.equal(502);
      for (let attempt = 0; attempt < 2; attempt += 1)
        expect((await postThere(body)).json['code']).to.equal('not_ready');
      expect(other.sandbox.interactions('acme')).to.have.length(2);
    } finally {
      await other.stop();
    }
  });

  it('are found again by a gateway whose ledger has forgotten them', async () => {
    const body = interactionWebhook();
    await post(body);
    const other = await startWorld({ env: {}, parts: { clock: { ...systemClock, now: () => now } } });
    try {
      now += 24 * 3_600_000;
      other.gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
      const { json } = await other.gateway.post('acme', body, {}, 'interactions');
      expect(json).to.include({ status: 'duplicate', interaction_id: held()[0]?.id });
    } finally {
      await other.stop();
    }
  });

  it('are found among more than a page of others', async () => {
    await post(interactionWebhook());
    sandbox.setOption({ pageSize: 1 });
    for (let count = 0; count < 120; count += 1) await record(sandbox.baseURL('acme'), count);
    const body = interactionWebhook();
    sandbox.setFaults([
      { operation: 'interactions.create', kind: 'error', status: 504, when: 'after', times: 1 },
    ]);
    expect((await post(body)).json['status']).to.equal('created');
    expect(ids().filter((id) => id === body['id'])).to.have.length(1);
  });

  /** Another system records an interaction with Ada. */
  async function record(baseURL: string, count: number): Promise<void> {
    const [{ profile_id: profile }] = held() as [ReturnType<typeof held>[number]];
    const response = await fetch(`${baseURL}/interactions`, {
      method: 'POST',
      headers: { authorization: 'Bearer acme-static-token', 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ profile_id: profile, name: `other ${count}`, channel: 'email', action: 'view', signal: 0 },
        ...{ namespace: 'klaviyo-flow', interacted_at: '2026-03-01 10:00:00' },
      }),
    });
    expect(response.status).to.equal(201);
  }

  describe('that point at a reward', () => {
    /** The ledger outlives each test. */
    let id = '';
    beforeEach(() => {
      made += 1;
      id = `order-${made}`;
    });
    const ben = { person_id: '01ACMEBEN', email: 'ben@example.com' };
    const reward = (of: string, person: object = ada): Promise<Reply> =>
      gateway.post('acme', { id: of, ...person, data: { reward_definition_id: 42, amount: 10 } });
    const about = (of: string, person: object = ada): Promise<Reply> =>
      post(interactionWebhook(person as Changes, { reward_external_id: of }));
    const pointedAt = () => held().map(({ interacted_type: type, interacted_id: of }) => [type, of]);
    const expectRefused = (reply: Reply, hint: RegExp): void => {
      const { errors } = expectProblem(reply, 'invalid_payload') as { errors: Changes[] };
      expect(errors[0]).to.include({ field: 'data.reward_external_id', code: 'no_reward' });
      expect(errors[0]?.['hint']).to.match(hint);
      expect(held()).to.deep.equal([]);
    };

    for (const suffix of ['', ', Größe 7'])
      it(`are about the one that the webhook with an id such as order-7${suffix} got`, async () => {
        id += suffix;
        await reward(`${id}-another`);
        const { json } = await reward(id);
        expect((await about(id)).json['status']).to.equal('created');
        expect((await about(String(json['external_id']))).json['status']).to.equal('created');
        expect(pointedAt()).to.deep.equal(Array(2).fill(['reward', json['reward_id']]));
      });

    it('are duplicates for one id, as others are, though the reward is gone by now', async () => {
      const { json } = await reward(id);
      const body = interactionWebhook({}, { reward_external_id: id });
      await post(body);
      await remove(String(json['reward_id']));
      expect((await post(body)).json['status']).to.equal('duplicate');
      expectProblem(
        await post({ ...body, data: { ...(body['data'] as Changes), reward_external_id: 'other' } }),
        'id_reused',
      );
    });

    it('are refused when the id is that of no reward', async () => {
      expectRefused(await about(id), /^is the id of no reward of this customer: put the step/);
    });

    it('are refused when the reward is another customer’s', async () => {
      await reward(id, ben);
      expectRefused(await about(id), /^is the id of no reward of this customer/);
    });

    it('are refused when the reward was deleted in Omneo', async () => {
      const { json } = await reward(id);
      await remove(String(json['reward_id']));
      expectRefused(await about(id), /^is the id of no reward of this customer/);
    });

    it('believe the ledger where Omneo does not let rewards be read', async () => {
      const { json } = await reward(id);
      sandbox.setFaults([{ operation: 'rewards.get', kind: 'forbidden' }]);
      await about(id);
      expect(pointedAt()).to.deep.equal([['reward', json['reward_id']]]);
    });

    it('come again while the reward is under way', async () => {
      sandbox.setFaults([
        { operation: 'rewards.create', kind: 'error', status: 504 },
        { operation: 'rewards.list', kind: 'error', status: 500, after: 1 },
      ]);
      expect((await reward(id)).status).to.equal(502);
      sandbox.setFaults([]);
      const body = interactionWebhook({}, { reward_external_id: id });
      const { detail } = expectProblem(await post(body), 'not_ready');
      expect(detail).to.match(/the reward that this interaction points at is not issued yet/);
      await reward(`${id}-another`);
      const { json } = await reward(id);
      expect((await post(body)).json['status']).to.equal('created');
      expect(pointedAt()).to.deep.equal([['reward', json['reward_id']]]);
    });

    it('cannot be about something else too', async () => {
      await reward(id);
      const data = { reward_external_id: id, interacted_type: 'product', interacted_id: 1 };
      const reply = await post(interactionWebhook({}, data));
      expectProblem(reply, 'invalid_payload');
      expect(faultsOf(reply)).to.deep.equal(['data.reward_external_id ambiguous']);
    });

    for (const shown of [false, true])
      it(`find in Omneo what the ledger has forgotten, its external_id ${shown ? 'shown' : 'hidden'}`, async () => {
        sandbox.setOption({ showExternalId: shown });
        const { json } = await reward(id);
        await reward(`${id}-other`, ben);
        const second = await startWorld({ parts: { clock: { ...systemClock, now: () => now } } });
        try {
          second.gateway.tenant('acme', { baseURL: sandbox.baseURL('acme') });
          const send = (of: string) => {
            const body = interactionWebhook({}, { reward_external_id: of });
            return second.gateway.post('acme', body, {}, 'interactions');
          };
          for (const other of [`${id}-other`, `${id}-none`])
            expectRefused(await send(other), /no reward of this customer/);
          expect((await send(id)).json['status']).to.equal('created');
          expect(pointedAt()).to.deep.equal([['reward', json['reward_id']]]);
        } finally {
          await second.stop();
        }
      });

    /** Somebody deletes a reward in Omneo. */
    async function remove(reward: string): Promise<void> {
      const response = await fetch(`${sandbox.baseURL('acme')}/rewards/${reward}`, {
        method: 'DELETE',
        headers: { authorization: 'Bearer acme-static-token' },
      });
      expect(response.status).to.equal(204);
    }
  });

  describe('are recorded exactly once', () => {
    const faults: readonly FaultRule[] = [
      { operation: 'interactions.create', kind: 'reset', when: 'after', times: 1 },
      { operation: 'interactions.create', kind: 'error', status: 500, when: 'after', times: 1 },
      { operation: 'interactions.create', kind: 'error', status: 504, times: 1 },
      { operation: 'interactions.create', kind: 'html', status: 502, when: 'after', times: 1 },
      { operation: 'interactions.create', kind: 'empty', when: 'after', times: 1 },
      { operation: 'interactions.create', kind: 'truncated', times: 1 },
      { operation: 'interactions.list', kind: 'error', status: 500, times: 1 },
      { operation: 'interactions.list', kind: 'filterIgnored', times: 1 },
      { operation: 'interactions.list', kind: 'empty', times: 1 },
    ];
    for (const numbersAs of ['string', 'number'] as const)
      for (const fault of faults)
        it(`when ${JSON.stringify(fault)} strikes and signals are shown as a ${numbersAs}`, async () => {
          sandbox.setOption({ numbersAs });
          await post(interactionWebhook());
          sandbox.setFaults([fault]);
          const body = interactionWebhook();
          const statuses = [];
          for (let attempt = 0; attempt < 3; attempt += 1) statuses.push((await post(body)).status);
          expect(statuses.every((status) => [200, 502, 503].includes(status))).to.equal(true);
          expect(statuses.at(-1)).to.equal(200);
          expect(held().filter(({ meta }) => (meta as Changes)['external_id'] === body['id'])).to.have.length(
            1,
          );
        });
  });
});
