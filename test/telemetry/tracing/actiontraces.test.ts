/** The traces of webhooks of every action, as a collector receives them. */
import { expect } from 'chai';
import { actionNames } from '../../../src/tenants/actionnames.ts';
import { eventually } from '../../support/eventually.ts';
import type { ReceivedSpan } from '../../support/otlp/spans.ts';
import { rootOf, treeOf } from '../../support/otlp/tree.ts';
import { ada } from '../../support/webhooks.ts';
import { type TracedWorld, startTracedWorld, traceOf } from './tracedworld.ts';

type Traced = Readonly<{
  data: Readonly<Record<string, string | number>>;
  /** Whatever an attempt calls that makes it, between the search for the profile and the end. */
  calls: readonly string[];
}>;

/** What a webhook of each asks for, and what that takes. */
const actions: Readonly<Record<(typeof actionNames)[number], Traced>> = {
  rewards: {
    data: { reward_definition_id: 42, amount: 10 },
    calls: ['omneo rewards.list', 'omneo rewards.create'],
  },
  benefits: {
    data: { benefit_definition_handle: 'birthday-gift' },
    calls: ['omneo benefits.list', 'omneo benefits.create'],
  },
  credits: {
    data: { credit_definition_id: 7, amount: 10 },
    calls: ['omneo credits.list', 'omneo credits.create'],
  },
  interactions: {
    data: { name: 'Opened', channel: 'email', action: 'view', signal: 1, reward_external_id: 'rewards-1' },
    calls: [
      ...['omneo interactions.list', 'ledger peek', 'omneo rewards.get'],
      // Where the create is sent is recorded before it.
      ...['ledger read_max', 'ledger record_max', 'omneo interactions.create'],
    ],
  },
  attributes: {
    data: { namespace: 'pet', handle: 'breed', value: 'beagle' },
    calls: [
      // The second claim is the turn at the attribute.
      ...['ledger read_max', 'ledger claim', 'ledger read_max', 'omneo attributes.set'],
      ...['ledger record_max', 'ledger release'],
    ],
  },
};

const below = (names: readonly string[]): readonly string[] => names.map((name) => `  ${name}`);

describe('The traces of webhooks of every action', () => {
  let world: TracedWorld;
  let traces: readonly (readonly ReceivedSpan[])[];

  before(async () => {
    world = await startTracedWorld();
    for (const name of actionNames) {
      // The first of its kind asks for its definition, and proves a look-up, as well.
      for (const id of [`${name}-1`, `${name}-2`]) expect(await post(name, id)).to.equal(200);
      world.sandbox.setFaults([{ kind: 'error', operation: 'search-id', status: 503, times: 1 }]);
      expect(await post(name, `${name}-3`)).to.equal(202);
      await eventually(() => {
        expect(issued(name)).to.equal(1);
      });
    }
    traces = await world.traces();
  });
  after(() => world.close());

  const post = async (name: (typeof actionNames)[number], id: string): Promise<number> => {
    const body = { id, ...ada, data: actions[name].data };
    return (await world.gateway.post('acme', body, { 'x-request-id': id }, name)).status;
  };
  const issued = (name: string): number =>
    world.gateway.logs.filter(({ action, result }) => action === name && result === 'issued').length;

  for (const name of actionNames) {
    const route = `/:slug/api/v1/webhooks/klaviyo/${name}`;
    const attempt = ['omneo profiles.search-id', ...actions[name].calls, 'ledger settle'];

    it(`${name}: show all that a created one asks of the ledger and of Omneo`, () => {
      const spans = traceOf(traces, `${name}-2`);
      expect(treeOf(spans)).to.have.members([`POST ${route}`, ...below(['ledger claim', ...attempt])]);
      expect(rootOf(spans).attributes).to.include({
        'http.route': route,
        'url.path': route.replace(':slug', 'acme'),
        'omneo_gateway.action': name,
        'omneo_gateway.outcome': 'granted',
        'omneo_gateway.claim': 'won',
      });
      expect(rootOf(spans).attributes).to.have.property('omneo_gateway.resource_id');
    });

    it(`${name}: link the attempt at one that is delivered later to how it was accepted`, () => {
      const accepted = traceOf(traces, `${name}-3`);
      expect(treeOf(accepted)).to.include.members(below(['ledger claim', 'ledger postpone']));
      const { traceId, spanId, attributes } = rootOf(accepted);
      expect(attributes).to.include({ 'omneo_gateway.action': name, 'omneo_gateway.outcome': 'accepted' });
      const [delivered = [], ...others] = traces.filter((spans) => rootOf(spans).name === `deliver ${name}`);
      expect(others).to.deep.equal([]);
      expect(treeOf(delivered)).to.have.members([`deliver ${name}`, ...below(attempt)]);
      expect(rootOf(delivered).links).to.deep.equal([{ traceId, spanId }]);
      expect(rootOf(delivered).attributes).to.include({
        'omneo_gateway.action': name,
        'omneo_gateway.attempt': 2,
        'omneo_gateway.result': 'issued',
      });
    });
  }

  it('are named by each request to Omneo, whatever it is for', () => {
    const calls = traces.flat().filter(({ name }) => name.startsWith('omneo '));
    expect(calls.map((call) => `00-${call.traceId}-${call.spanId}-01`)).to.include.members(
      world.passed.map(({ traceparent }) => traceparent),
    );
  });

  it('hold no person, and no text that was sent', () => {
    const told = Buffer.concat(world.collector.received.map(({ body }) => body)).toString('latin1');
    expect(told).to.contain('attributes.set');
    for (const text of [
      ...Object.values(ada),
      '6f9c1b1e',
      'birthday-gift',
      'Opened',
      'pet',
      'breed',
      'beagle',
    ])
      expect(told).not.to.contain(text);
  });
});
