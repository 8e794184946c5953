import { expect } from 'chai';
import type { Reply } from '../support/gateway.ts';
import { expectProblem, faultsOf } from '../support/problems.ts';
import { samplesOf } from '../support/prometheus.ts';
import { webhook } from '../support/webhooks.ts';
import { startWorld, type World } from '../support/world.ts';

const outside = 'omneo_gateway_webhook_outside_scope_total';

describe('The scope of a webhook secret', () => {
  let world: World;
  const values = {
    winback: 'the-secret-of-winback',
    birthday: 'the-secret-of-birthday',
    all: 'the-secret-of-all',
  };

  beforeEach(async () => {
    world = await startWorld();
    const { gateway, sandbox } = world;
    const secretRefs = [
      { name: 'flows', key: 'winback', actions: ['rewards'], rewardDefinitions: [42] },
      { name: 'flows', key: 'birthday', rewardDefinitions: [6] },
      { name: 'flows', key: 'all' },
    ];
    const spec = { klaviyo: { secretRefs } };
    gateway.tenant('acme', { baseURL: sandbox.baseURL('acme'), spec, secrets: { flows: values } });
  });
  afterEach(() => world.stop());

  const post = (key: keyof typeof values, reward_definition_id: number): Promise<Reply> =>
    world.gateway.post('acme', webhook({}, { reward_definition_id }), { 'x-omneo-secret': values[key] });
  const counts = async (): Promise<Record<string, number>> => {
    const samples = samplesOf(await world.gateway.metrics(), outside);
    return Object.fromEntries(samples.map(({ labels, value }) => [labels['secret'] ?? '', value]));
  };

  for (const [key, definition] of [
    ['winback', 42],
    ['birthday', 6],
    ['all', 42],
    ['all', 6],
  ] as const)
    it(`takes definition ${definition} from the secret ${key}`, async () => {
      expect((await post(key, definition)).status).to.equal(200);
      expect(await counts()).to.deep.equal({ 'flows/winback': 0, 'flows/birthday': 0 });
    });

  for (const [key, definition] of [
    ['winback', 6],
    ['birthday', 42],
  ] as const)
    it(`refuses definition ${definition} from the secret ${key}, counts it, and asks Omneo nothing`, async () => {
      const reply = await post(key, definition);
      const { detail } = expectProblem(reply, 'not_allowed');
      expect(detail).to.match(/^Use the secret that was made for this Flow/);
      expect(faultsOf(reply)).to.deep.equal([]);
      expect(world.sandbox.calls()).to.deep.equal({});
      expect(await counts()).to.include({ [`flows/${key}`]: 1 });
    });

  it('says first what is wrong with a payload', async () => {
    expectProblem(await post('birthday', Number.NaN), 'invalid_payload');
    expect(await counts()).to.deep.equal({ 'flows/winback': 0, 'flows/birthday': 0 });
  });

  it('shows in the log which secret was used, by its name alone', async () => {
    await post('winback', 42);
    await post('birthday', 42);
    await world.gateway.post('acme', webhook(), { 'x-omneo-secret': 'wrong' });
    const lines = world.gateway.logs.filter(({ msg }) => msg === 'webhook');
    expect(lines.map(({ webhook_secret: secret }) => secret)).to.deep.equal([
      'flows/winback',
      'flows/birthday',
      null,
    ]);
  });
});
