import { expect } from 'chai';
import { createMetrics } from '../../../src/telemetry/metrics.ts';
import { newWebhookContext } from '../../../src/telemetry/webhookcontext.ts';
import { Registry } from '../../../src/tenants/registry.ts';
import { textOf } from '../../support/prometheus.ts';

const exemplar = { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' };

function metricsWith(read: () => Record<string, string>) {
  const metrics = createMetrics(new Registry(), '0', { dropped: 0 }, { exemplar: read });
  if (metrics.openMetrics === undefined) throw new Error('with exemplars there is OpenMetrics');
  return { metrics, open: metrics.openMetrics };
}

/** The gateway's own series: those of Node come and go. */
const samplesOf = (text: string): string[] =>
  text.split('\n').filter((line) => line.startsWith('omneo_gateway_'));
const nameOf = (line: string): string => /^\w+(\{[^}]*\})?/.exec(line)?.[0] ?? '';

describe('The metrics as OpenMetrics', () => {
  it('have the series of the text, under the same names', async () => {
    const { metrics, open } = metricsWith(() => ({}));
    const text = await textOf(metrics);
    const opened = await textOf(open);
    expect(samplesOf(text)).to.have.length.above(20);
    expect(samplesOf(opened).map(nameOf)).to.deep.equal(samplesOf(text).map(nameOf));
    // To render them so has changed nothing.
    expect(samplesOf(await textOf(metrics)).map(nameOf)).to.deep.equal(samplesOf(text).map(nameOf));
  });

  it('name counters without the _total of their samples, have no blank line, and end with their end', async () => {
    const { metrics, open } = metricsWith(() => ({}));
    const typesIn = (text: string): string[] => text.match(/^# TYPE .*$/gm) ?? [];
    const text = await textOf(open);
    const gauges = typesIn(await textOf(metrics)).filter((line) => line.endsWith(' gauge'));
    expect(typesIn(text)).to.include.members(gauges);
    const counters = typesIn(await textOf(metrics)).filter((line) => line.endsWith(' counter'));
    expect(counters).to.have.length.above(10);
    expect(counters.filter((line) => !line.endsWith('_total counter'))).to.deep.equal([]);
    expect(typesIn(text)).to.include.members(counters.map((line) => line.replace('_total ', ' ')));
    expect(typesIn(text).filter((line) => line.includes('_total counter'))).to.deep.equal([]);
    expect(text).not.to.match(/\n\n|^\n/);
    expect(text.endsWith('\n# EOF\n')).to.equal(true);
    expect(text.match(/# EOF/g)).to.have.length(1);
  });

  it('show in each bucket the last exemplar', async () => {
    let now: Record<string, string> = {};
    const { metrics, open } = metricsWith(() => now);
    const ended = (seconds: number): void => {
      const context = newWebhookContext();
      metrics.webhookEnded({ context, status: 200, requestId: '', seconds, callerGone: false });
    };
    ended(0.02);
    now = exemplar;
    ended(0.2);
    const buckets = (await textOf(open))
      .split('\n')
      .filter((line) => line.startsWith('omneo_gateway_webhook_request_duration_seconds_bucket'));
    const [shown = '', ...others] = buckets.filter((line) => line.includes(' # '));
    expect(others).to.deep.equal([]);
    expect(shown).to.match(
      /^\S+_bucket\{le="0.25",code="200"\} 2 # \{trace_id="0af7651916cd43dd8448eb211c80319c",span_id="b7ad6b7169203331"\} 0.2 [\d.]+$/,
    );
    expect(await textOf(metrics)).not.to.contain('trace_id');
  });

  it('are not there without exemplars', () => {
    expect(createMetrics(new Registry(), '0').openMetrics).to.equal(undefined);
  });
});
