/** What of a trace comes from its caller and goes on to Omneo, to the log and to the metrics. */
import { expect } from 'chai';
import type { DeliveryLedger } from '../../../src/ledger/deliveries/deliveries.ts';
import { LedgerUnavailable } from '../../../src/ledger/ledger.ts';
import { WrappedLedger } from '../../ledger/wrapped.ts';
import { eventually } from '../../support/eventually.ts';
import { rootOf } from '../../support/otlp/tree.ts';
import { webhook } from '../../support/webhooks.ts';
import { type TracedWorld, startTracedWorld, traceOf } from './tracedworld.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';
const sampled = { traceparent: `00-${traceId}-${spanId}-01` };
const unsampled = { traceparent: `00-${traceId}-${spanId}-00` };

describe('The context of a trace', () => {
  let world: TracedWorld;

  const start = async (options: Parameters<typeof startTracedWorld>[0] = {}): Promise<void> => {
    world = await startTracedWorld(options);
  };
  afterEach(() => world.close());

  const post = async (requestId: string, more: Record<string, string> = {}, slug = 'acme') =>
    world.gateway.post(slug, webhook(), { 'x-request-id': requestId, ...more });
  const accepted = async (more: Record<string, string> = {}): Promise<void> => {
    world.sandbox.setFaults([{ kind: 'error', operation: 'search-id', status: 503, times: 1 }]);
    expect((await post('accepted', more)).status).to.equal(202);
    await eventually(() => {
      expect(world.gateway.logs.filter(({ msg }) => msg === 'delivery')).to.have.length(1);
    });
  };
  const linesOf = (msg: string): readonly Record<string, unknown>[] =>
    world.gateway.logs.filter((line) => line['msg'] === msg);

  it('is that of the caller, if it sends one', async () => {
    await start();
    await post('called', sampled);
    const root = rootOf(traceOf(await world.traces(), 'called'));
    expect(root).to.include({ traceId, parentId: spanId });
  });

  it('is a new one, if the caller sends what is none', async () => {
    await start();
    await post('called', { traceparent: `00-${'0'.repeat(32)}-${spanId}-01` });
    const root = rootOf(traceOf(await world.traces(), 'called'));
    expect(root.parentId).to.equal('');
    expect(root.traceId).to.match(/^(?!0+$)[0-9a-f]{32}$/);
  });

  it('goes on to Omneo with each call, which names its own span', async () => {
    await start();
    await post('called', sampled);
    const spans = traceOf(await world.traces(), 'called');
    const calls = spans.filter(({ name }) => name.startsWith('omneo '));
    // What is looked up once the webhook is answered may be cut off on its way.
    expect(world.passed).to.have.length.above(2);
    expect(calls.map((call) => `00-${traceId}-${call.spanId}-01`)).to.include.members(
      world.passed.map(({ traceparent }) => traceparent),
    );
  });

  it('goes on to Omneo also if the caller has it not sampled, and then nothing is exported', async () => {
    await start();
    await post('called', unsampled);
    expect(new Set(world.passed.map(({ traceparent }) => traceparent?.slice(0, 36)))).to.deep.equal(
      new Set([`00-${traceId}-`]),
    );
    expect(world.passed.every(({ traceparent }) => traceparent?.endsWith('-00'))).to.equal(true);
    expect(linesOf('webhook')[0]).to.include({ trace_id: traceId });
    expect(await world.traces()).to.deep.equal([]);
  });

  it('takes nothing of a tracestate or of baggage along', async () => {
    await start();
    const more = { tracestate: 'vendor=ada@example.com', baggage: 'email=ada@example.com' };
    await post('called', { ...sampled, ...more });
    await world.traces();
    expect(Buffer.concat(world.collector.received.map(({ body }) => body)).includes('ada@')).to.equal(false);
  });

  it('is in each log line of a webhook and of the attempts at it, with a request id', async () => {
    await start();
    await accepted(sampled);
    const [webhookLine = {}] = linesOf('webhook');
    const [deliveryLine = {}] = linesOf('delivery');
    expect(webhookLine).to.include({ trace_id: traceId, request_id: 'accepted' });
    const attempt = (await world.traces()).find((spans) => rootOf(spans).name === 'deliver rewards') ?? [];
    expect(deliveryLine).to.include({
      trace_id: rootOf(attempt).traceId,
      request_id: webhookLine['delivery_id'],
    });
  });

  it('is in the line of an attempt that ends in a bug', async () => {
    let postponed = 0;
    await start({
      wrap: (ledger) => {
        const wrapped = new WrappedLedger(ledger);
        const deliveries: DeliveryLedger = {
          ...ledger.deliveries!,
          postpone: async (...args) => {
            postponed += 1;
            if (postponed > 1) throw new TypeError('a bug');
            return ledger.deliveries!.postpone(...args);
          },
        };
        return Object.assign(wrapped, { deliveries });
      },
    });
    world.sandbox.setFaults([{ kind: 'error', operation: 'search-id', status: 503, times: 2 }]);
    const { json } = await post('accepted', sampled);
    const [line = {}] = await eventually(() => {
      const found = linesOf('courier failed');
      expect(found).to.have.length(1);
      return found;
    });
    const attempt = (await world.traces()).find((spans) => rootOf(spans).name === 'deliver rewards') ?? [];
    expect(line).to.include({ tenant: 'acme', error: 'TypeError', request_id: json['delivery_id'] });
    expect(line['trace_id']).to.equal(rootOf(attempt).traceId);
  });

  it('is in the line of a webhook that is not parked for want of room', async () => {
    await start({ env: { MAX_PARKED_PER_TENANT: '1' } });
    for (const requestId of ['parked', 'refused'])
      await world.gateway.post('acme', webhook({ person_id: '' }), { 'x-request-id': requestId, ...sampled });
    const [line = {}, ...others] = linesOf('as many are parked as may be');
    expect(others).to.deep.equal([]);
    expect(line).to.include({ tenant: 'acme', request_id: 'refused', trace_id: traceId });
  });

  it('is in no line that belongs to no webhook', async () => {
    await start();
    await post('called');
    await world.traces();
    const others = world.gateway.logs.filter(({ msg }) => msg !== 'webhook');
    expect(others.map(({ msg }) => msg)).to.include.members(['listening', 'draining', 'stopped']);
    expect(others.filter((line) => 'trace_id' in line || 'request_id' in line)).to.deep.equal([]);
  });

  it('is in the warning that the ledger could not record a reward, with the tenant, the request and the reward', async () => {
    let failures = 1;
    await start({
      wrap: (ledger) =>
        new (class extends WrappedLedger {
          readonly deliveries = ledger.deliveries!;
          override settle(...args: Parameters<WrappedLedger['settle']>): Promise<boolean> {
            failures -= 1;
            return failures < 0 ? super.settle(...args) : Promise.reject(new LedgerUnavailable('gone'));
          }
        })(ledger),
    });
    const { json } = await post('unrecorded', sampled);
    const [line] = linesOf('ledger change failed; it is made again');
    expect(line).to.include({
      tenant: 'acme',
      request_id: 'unrecorded',
      reward_id: json['reward_id'],
      trace_id: traceId,
    });
    const spans = traceOf(await world.traces(), 'unrecorded');
    const [failed, made] = spans.filter(({ name }) => name === 'ledger settle');
    expect(failed).to.include({ isError: true, statusMessage: 'gone' });
    expect(failed?.attributes['error.type']).to.equal('LedgerUnavailable');
    expect(made?.isError).to.equal(false);
  });

  it('is in the line of a webhook that ends after its answer, and what it still asks is in its trace', async () => {
    await start({ env: { ANSWER_DEADLINE_MS: '300' } });
    world.sandbox.setFaults([{ kind: 'delay', operation: 'rewards.create', ms: 900 }]);
    expect((await post('late', sampled, 'bloom')).status).to.equal(502);
    const [line = {}] = await eventually(() => {
      const found = linesOf('webhook settled after its answer');
      expect(found).to.have.length(1);
      return found;
    });
    expect(line).to.include({ tenant: 'bloom', request_id: 'late', trace_id: traceId });
    expect(line['reward_id']).to.be.a('number');
    const spans = traceOf(await world.traces(), 'late');
    const create = spans.find(({ name }) => name === 'omneo rewards.create');
    expect(create?.parentId).to.equal(rootOf(spans).spanId);
    expect(create?.end).to.satisfy((end: bigint) => end > rootOf(spans).end);
  });

  it('is in the exemplars of the durations, to who asks for OpenMetrics', async () => {
    await start();
    await post('called', sampled);
    const scrape = (accept: string) =>
      world.gateway.get(`${world.gateway.adminURL}/metrics`, { headers: { accept } });
    const open = await scrape('application/openmetrics-text;version=1.0.0,text/plain;q=0.5');
    expect(open.headers['content-type']).to.match(/^application\/openmetrics-text; version=1.0.0/);
    const named = open.text.split('\n').filter((line) => line.includes(`trace_id="${traceId}"`));
    const histograms = new Set(named.map((line) => /^(\w+)_bucket/.exec(line)?.[1]));
    expect(histograms).to.have.keys([
      'omneo_gateway_webhook_request_duration_seconds',
      'omneo_gateway_upstream_request_duration_seconds',
      'omneo_gateway_ledger_request_duration_seconds',
    ]);
    const text = await scrape('text/plain');
    expect(text.headers['content-type']).to.match(/^text\/plain/);
    expect(text.text).not.to.contain('trace_id');
  });

  it('is in no exemplar, if the trace is not exported and cannot be looked up', async () => {
    await start();
    await post('called', unsampled);
    const headers = { accept: 'application/openmetrics-text' };
    const { text } = await world.gateway.get(`${world.gateway.adminURL}/metrics`, { headers });
    expect(text).not.to.contain('trace_id');
  });

  it('decides of the attempts at a webhook as it did of the webhook', async () => {
    await start({ env: { OTEL_TRACES_SAMPLER: 'parentbased_always_off' } });
    await accepted(sampled);
    const names = (await world.traces()).map((spans) => rootOf(spans).name);
    expect(names).to.have.members(['POST /:slug/api/v1/webhooks/klaviyo/rewards', 'deliver rewards']);
  });

  it('is that of a webhook in the lines of the attempts at it, if neither is exported', async () => {
    await start();
    await accepted(unsampled);
    expect(linesOf('delivery')[0]).to.include({ trace_id: traceId });
    expect(await world.traces()).to.deep.equal([]);
  });

  for (const [sampler, share, expected] of [
    ['always_off', '1', 0],
    ['traceidratio', '0', 0],
    ['traceidratio', '1', 1],
    ['parentbased_traceidratio', '0', 0],
    ['always_on', '0', 1],
  ] as const)
    it(`is exported by ${sampler} with ${share} ${expected === 1 ? 'always' : 'never'}`, async () => {
      await start({ env: { OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: share } });
      await post('called');
      expect(await world.traces()).to.have.length(expected);
    });

  it('is not exported by traceidratio for a trace id that its caller has chosen for that', async () => {
    // The gateway of these tests draws 0.01 each time.
    await start({ env: { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.005' } });
    await post('called', { traceparent: `00-${'00000001'.repeat(4)}-${spanId}-00` });
    expect(await world.traces()).to.deep.equal([]);
  });
});
