import { expect } from 'chai';
import { readConfig } from '../../src/config/config.ts';
import { tracingConfig } from '../../src/config/tracing.ts';
import { at, render, template, type Values } from './chart.ts';
import { needTools } from './needs.ts';

const endpoint = 'http://collector.observability:4318';
const env = 'spec.template.spec.containers.0.env';

describe('the traces of the chart', () => {
  before(async function () {
    await needTools(this, 'helm');
  });

  /** The variables of OpenTelemetry that the Pod gets. */
  const variables = async (values: Values): Promise<Record<string, string>> => {
    const deployment = (await render({ values })).find(({ kind }) => kind === 'Deployment');
    const all = at(deployment, env) as { name: string; value: string }[];
    const named = all.filter(({ name }) => name.startsWith('OTEL_'));
    return Object.fromEntries(named.map(({ name, value }) => [name, value]));
  };

  it('are none as it comes', async () => {
    expect(await variables({})).to.deep.equal({});
    expect(await variables({ tracing: { sampler: 'always_on', serviceName: 'x' } })).to.deep.equal({});
  });

  it('go to the collector that is given, of every webhook', async () => {
    const given = await variables({ tracing: { endpoint } });
    expect(given).to.deep.equal({
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      OTEL_TRACES_SAMPLER: 'parentbased_always_on',
      OTEL_TRACES_SAMPLER_ARG: '1',
    });
    expect(tracingConfig(readConfig(given))).to.include({ url: `${endpoint}/v1/traces`, share: 1 });
  });

  for (const [samplerArg, share] of [
    [0.1, 0.1],
    [0.00001, 0.00001],
    [0, 0],
  ] as const)
    it(`are of a share of ${share} of the webhooks, and the gateway takes it so`, async () => {
      const given = await variables({ tracing: { endpoint, sampler: 'traceidratio', samplerArg } });
      expect(tracingConfig(readConfig(given))).to.include({ sampler: 'traceidratio', share });
    });

  it('have the attributes that are given, with any sign in them', async () => {
    const resourceAttributes = { team: 'loyalty, rewards & co = 100 %', region: 'aü+1' };
    const given = await variables({ tracing: { endpoint, serviceName: 'gw', resourceAttributes } });
    expect(tracingConfig(readConfig(given))?.resource).to.deep.equal({
      'service.name': 'gw',
      ...resourceAttributes,
    });
  });

  it('have other variables of OpenTelemetry from extraEnv, but none that a value sets', async () => {
    const extraEnv = (name: string): Values => ({ extraEnv: [{ name, value: 'x' }], tracing: { endpoint } });
    expect(await variables(extraEnv('OTEL_EXPORTER_OTLP_HEADERS'))).to.include({
      OTEL_EXPORTER_OTLP_HEADERS: 'x',
    });
    const { code, stderr } = await template({ values: extraEnv('OTEL_TRACES_SAMPLER') });
    expect(code).not.to.equal(0);
    expect(stderr).to.contain('extraEnv must not hold OTEL_TRACES_SAMPLER');
  });

  for (const [what, tracing] of [
    ['an endpoint that is no URL', { endpoint: 'collector:4318' }],
    ['a sampler that there is not', { endpoint, sampler: 'some' }],
    ['a share above 1', { endpoint, samplerArg: 10 }],
    ['an attribute that is no text', { endpoint, resourceAttributes: { team: 7 } }],
  ] as const)
    it(`refuse ${what}`, async () => {
      const { code, stderr } = await template({ values: { tracing } });
      expect(code).not.to.equal(0);
      expect(stderr).to.contain("at '/tracing");
    });
});
