/** The traces of webhooks, from their callers to Omneo, as a collector receives them. */
import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import type { ReceivedSpan } from '../../support/otlp/spans.ts';
import { rootOf, treeOf } from '../../support/otlp/tree.ts';
import { webhook } from '../../support/webhooks.ts';
import { type TracedWorld, startTracedWorld, traceOf } from './tracedworld.ts';

const route = '/:slug/api/v1/webhooks/klaviyo/rewards';
const server = `POST ${route}`;

describe('The traces of webhooks', () => {
  let world: TracedWorld;

  beforeEach(async () => {
    world = await startTracedWorld();
    // The first of its kind proves a look-up as well.
    await post('first', webhook());
  });
  afterEach(() => world.close());

  const post = async (requestId: string, body: unknown, slug = 'acme', more: Record<string, string> = {}) =>
    world.gateway.post(slug, body, { 'x-request-id': requestId, ...more });
  const trace = async (requestId: string): Promise<readonly ReceivedSpan[]> =>
    traceOf(await world.traces(), requestId);
  const named = (spans: readonly ReceivedSpan[], name: string): ReceivedSpan => {
    const found = spans.find((span) => span.name === name);
    if (found === undefined) throw new Error(`there is no span ${name}`);
    return found;
  };

  it('show all that a created one asks of the ledger and of Omneo', async () => {
    const { json } = await post('created', webhook());
    const spans = await trace('created');
    expect(treeOf(spans)).to.have.members([
      server,
      '  ledger claim',
      '  omneo rewards.list',
      '  omneo profiles.search-id',
      '  omneo rewards.create',
      '  ledger settle',
    ]);
    expect(rootOf(spans)).to.include({ kind: 'server', parentId: '', isError: false });
    expect(rootOf(spans).attributes).to.deep.equal({
      'http.request.method': 'POST',
      'http.route': route,
      'url.scheme': 'http',
      'url.path': route.replace(':slug', 'acme'),
      'http.response.status_code': 200,
      'omneo_gateway.request_id': 'created',
      'omneo_gateway.tenant': 'acme',
      'omneo_gateway.action': 'rewards',
      'omneo_gateway.outcome': 'granted',
      'omneo_gateway.claim': 'won',
      'omneo_gateway.resource_id': String(json['reward_id']),
    });
    expect(named(spans, 'omneo rewards.create').kind).to.equal('client');
    expect(named(spans, 'omneo rewards.create').attributes).to.deep.equal({
      'omneo_gateway.omneo.operation': 'rewards.create',
      'http.request.method': 'POST',
      'server.address': '127.0.0.1',
      'server.port': world.omneoPort,
      'http.response.status_code': 201,
    });
    expect(named(spans, 'ledger claim')).to.include({ kind: 'internal', isError: false });
    expect(named(spans, 'ledger claim').attributes).to.deep.equal({
      'omneo_gateway.ledger.operation': 'claim',
      'omneo_gateway.claim': 'won',
    });
  });

  it('say what is traced, by which release, and where', async () => {
    const [[span] = []] = await world.traces();
    expect(span?.resource).to.include({ 'service.name': 'omneo-gateway', 'service.version': '0.0.0' });
    expect(world.collector.received[0]).to.include({ path: '/v1/traces' });
  });

  it('show of a duplicate that the ledger knew it', async () => {
    const body = webhook();
    await post('original', body);
    expect((await post('duplicate', body)).json['status']).to.equal('duplicate');
    const spans = await trace('duplicate');
    expect(treeOf(spans)).to.deep.equal([server, '  ledger claim']);
    expect(named(spans, 'ledger claim').attributes['omneo_gateway.claim']).to.equal('issued');
    expect(rootOf(spans).attributes).to.include({
      'omneo_gateway.outcome': 'duplicate',
      'omneo_gateway.claim': 'issued',
    });
  });

  it('show of one that is delivered later how it was accepted, and link each attempt at it to that', async () => {
    world.sandbox.setFaults([{ kind: 'error', operation: 'search-id', status: 503, times: 2 }]);
    const { status, json } = await post('accepted', webhook());
    expect(status).to.equal(202);
    await eventually(() => {
      expect(world.sandbox.rewards('acme')).to.have.length(2);
    });
    const traces = await world.traces();
    const accepted = traceOf(traces, 'accepted');
    const attempt = ['  omneo rewards.list', '  omneo profiles.search-id'];
    expect(treeOf(accepted)).to.have.members([server, '  ledger claim', ...attempt, '  ledger postpone']);
    const { traceId, spanId, attributes } = rootOf(accepted);
    const id = String(json['delivery_id']);
    expect(attributes).to.include({ 'omneo_gateway.outcome': 'accepted', 'omneo_gateway.delivery_id': id });

    const attempts = traces.filter((spans) => rootOf(spans).name === 'deliver rewards');
    expect(attempts).to.have.length(2);
    for (const [index, spans] of attempts.entries()) {
      const { links, kind, parentId, attributes: about } = rootOf(spans);
      expect({ links, kind, parentId }).to.deep.equal({
        links: [{ traceId, spanId }],
        kind: 'consumer',
        parentId: '',
      });
      expect(about).to.include({
        'omneo_gateway.tenant': 'acme',
        'omneo_gateway.delivery_id': id,
        'omneo_gateway.attempt': index + 2,
      });
    }
    const [failed = [], issued = []] = attempts;
    expect(treeOf(failed)).to.have.members(['deliver rewards', ...attempt, '  ledger postpone']);
    expect(rootOf(failed).attributes).to.include({
      'omneo_gateway.result': 'postponed',
      'omneo_gateway.reason': 'unavailable',
    });
    expect(treeOf(issued)).to.have.members([
      ...['deliver rewards', ...attempt],
      ...['  omneo rewards.create', '  ledger settle'],
    ]);
    expect(rootOf(issued).attributes).to.include({ 'omneo_gateway.result': 'issued' });
    expect(rootOf(issued).attributes).to.have.property('omneo_gateway.resource_id');
  });

  it('show of a failed one where it failed', async () => {
    world.sandbox.setFaults([{ kind: 'error', operation: 'search-id', status: 503 }]);
    expect((await post('failed', webhook(), 'bloom')).status).to.equal(502);
    const spans = await trace('failed');
    const looked = ['  omneo rewards.list', '  omneo profiles.search-id'];
    expect(treeOf(spans)).to.have.members([server, '  ledger claim', ...looked, '  ledger release']);
    expect(named(spans, 'omneo profiles.search-id').attributes).to.include({
      'http.response.status_code': 503,
      'error.type': '503',
    });
    expect(named(spans, 'omneo profiles.search-id').isError).to.equal(true);
    expect(rootOf(spans).isError).to.equal(true);
    expect(rootOf(spans).attributes).to.include({
      'http.response.status_code': 502,
      'error.type': 'upstream_unavailable',
      'omneo_gateway.problem': 'upstream_unavailable',
    });
  });

  it('show of one that is refused for good that it was parked, and not as an error of the gateway', async () => {
    const { status, json } = await post('parked', webhook({ person_id: '', email: '' }));
    expect(status).to.equal(400);
    const spans = await trace('parked');
    expect(treeOf(spans)).to.deep.equal([server, '  ledger park_new']);
    expect(rootOf(spans).isError).to.equal(false);
    expect(rootOf(spans).attributes).to.include({
      'http.response.status_code': 400,
      'omneo_gateway.problem': 'invalid_payload',
      'omneo_gateway.delivery_id': json['delivery_id'],
    });
  });

  it('name no tenant that is not registered, whatever is in the path', async () => {
    await post('stranger', webhook(), 'ada@example.com');
    const { attributes } = rootOf(await trace('stranger'));
    expect(attributes).to.include({ 'omneo_gateway.tenant': 'unknown', 'http.response.status_code': 401 });
    expect(attributes).not.to.have.property('url.path');
  });

  it('are as many as there were webhooks: what nobody sent is not traced', async () => {
    await post('second', webhook());
    await world.gateway.get(`${world.gateway.url}/nothing`);
    await eventually(async () => {
      expect(await world.gateway.metrics()).to.match(/omneo_gateway_courier_rounds_total [3-9]/);
    });
    const traces = await world.traces();
    expect(traces.map((spans) => rootOf(spans).name)).to.deep.equal([server, server]);
  });
});
