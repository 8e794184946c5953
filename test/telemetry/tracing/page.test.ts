import { expect } from 'chai';
import { settings } from '../../../src/config/config.ts';
import { eventually } from '../../support/eventually.ts';
import { bare, rowsOf } from '../../support/markdown.ts';
import { drawingOf } from '../../support/otlp/drawing.ts';
import { rootOf } from '../../support/otlp/tree.ts';
import { readText } from '../../support/pages.ts';
import { webhook } from '../../support/webhooks.ts';
import { type TracedWorld, startTracedWorld, traceOf } from './tracedworld.ts';

describe('The page on traces', () => {
  let world: TracedWorld;
  let page: string;

  before(async () => {
    page = await readText('docs/tracing.md');
  });
  beforeEach(async () => {
    world = await startTracedWorld();
    // The first of its kind proves a look-up as well.
    await post('first', webhook());
  });
  afterEach(() => world.close());

  const post = async (requestId: string, body: unknown, slug = 'acme') =>
    world.gateway.post(slug, body, { 'x-request-id': requestId });
  const rewards = (count: number): Promise<void> =>
    eventually(() => {
      expect(world.sandbox.rewards('acme')).to.have.length(count);
    });

  it('draws a webhook that comes while Omneo fails, and the attempts at it, as a collector receives them', async () => {
    // Slow enough that what goes on side by side is seen to do so.
    world.sandbox.setFaults([
      { kind: 'error', operation: 'search-id', status: 503, times: 2 },
      { kind: 'delay', operation: 'rewards.list', ms: 50 },
      { kind: 'delay', operation: 'search-id', ms: 50 },
    ]);
    expect((await post('drawn', webhook())).status).to.equal(202);
    await rewards(2);
    const traces = await world.traces();
    const { spanId } = rootOf(traceOf(traces, 'drawn'));
    const attempts = traces.filter((spans) => rootOf(spans).links.some((link) => link.spanId === spanId));
    const [, drawn] = /^```text\n(trace 1\n[^]*?)\n```$/m.exec(page) ?? [];
    expect(drawn).to.equal(drawingOf([traceOf(traces, 'drawn'), ...attempts]));
  });

  it('explains every attribute that there is, and none that there is not', async () => {
    world.sandbox.setFaults([{ kind: 'error', operation: 'search-id', status: 503, times: 2 }]);
    expect((await post('accepted', webhook())).status).to.equal(202);
    await rewards(2);
    expect((await post('failed', webhook({ person_id: '' }))).status).to.equal(400);
    const attributes = (await world.traces()).flat().flatMap((span) => Object.keys(span.attributes));
    const explained = rowsOf(page, 'attribute', 'on').flatMap(([names]) => bare(names).split(', '));
    expect(new Set(attributes)).to.have.keys(explained);
  });

  it('names every variable of OpenTelemetry that the gateway reads', () => {
    const named = rowsOf(page, 'variable', 'chart').flatMap(([names]) => bare(names).split(', '));
    const read = Object.values(settings).map(({ variable }) => variable);
    expect(named).to.include.members(read.filter((variable) => variable.startsWith('OTEL_')));
  });
});
