import { expect } from 'chai';
import { readConfig } from '../../src/config/config.ts';
import { tracingConfig } from '../../src/config/tracing.ts';

const endpoint = 'http://collector:4318';

const configOf = (env: Record<string, string>) => tracingConfig(readConfig(env));

describe('The configuration of traces', () => {
  for (const env of [
    {},
    { OTEL_SERVICE_NAME: 'gateway', OTEL_TRACES_SAMPLER: 'always_on' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_TRACES_EXPORTER: 'none' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_SDK_DISABLED: 'true' },
  ])
    it(`is none with ${JSON.stringify(env)}`, () => {
      expect(configOf(env)).to.equal(undefined);
    });

  for (const [env, url] of [
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, 'http://collector:4318/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: `${endpoint}/otlp/` }, 'http://collector:4318/otlp/v1/traces'],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/own` }, 'http://collector:4318/own'],
    [
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${endpoint}/own`, OTEL_EXPORTER_OTLP_ENDPOINT: 'https://other' },
      'http://collector:4318/own',
    ],
    [{ OTEL_TRACES_EXPORTER: 'otlp' }, 'http://localhost:4318/v1/traces'],
  ] as const)
    it(`sends traces to ${url} with ${JSON.stringify(env)}`, () => {
      expect(configOf(env)?.url).to.equal(url);
    });

  it('takes every webhook unless a sampler takes fewer', () => {
    const OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
    expect(configOf({ OTEL_EXPORTER_OTLP_ENDPOINT })).to.include({
      sampler: 'parentbased_always_on',
      share: 1,
    });
    const env = { OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.1' };
    expect(configOf({ ...env, OTEL_EXPORTER_OTLP_ENDPOINT })).to.include({
      sampler: 'parentbased_traceidratio',
      share: 0.1,
    });
  });

  for (const [what, env, resource] of [
    ['itself', {}, { 'service.name': 'omneo-gateway' }],
    ['its Pod', { POD_NAME: 'gw-0' }, { 'service.name': 'omneo-gateway', 'service.instance.id': 'gw-0' }],
    [
      'what the list says, unescaped',
      { OTEL_RESOURCE_ATTRIBUTES: 'service.name=rewards, team=loyalty%20%26%20co, empty=' },
      { 'service.name': 'rewards', team: 'loyalty & co', empty: '' },
    ],
    [
      'its own variable before the list',
      { OTEL_RESOURCE_ATTRIBUTES: 'service.name=rewards', OTEL_SERVICE_NAME: 'gateway' },
      { 'service.name': 'gateway' },
    ],
  ] as const)
    it(`names ${what}`, () => {
      expect(configOf({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, ...env })?.resource).to.deep.equal(resource);
    });
});
