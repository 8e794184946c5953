import { samplerNames } from '../telemetry/tracing/tracingconfig.ts';
import { setting } from './setting.ts';
import { collectorURL, flag, keyValues, oneOf, optional, share, text } from './value.ts';

/** The variables of OpenTelemetry that the gateway reads itself; the exporter reads those with its headers and certificates. */
export const tracingSettings = Object.freeze({
  otlpEndpoint: setting(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    '',
    optional(collectorURL),
    'Collector that takes traces by OTLP over HTTP, as http://collector:4318; unset: there are no traces.',
  ),
  otlpTracesEndpoint: setting(
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    '',
    optional(collectorURL),
    'The same with its whole path, as http://collector:4318/v1/traces; it wins.',
  ),
  tracesExporter: setting(
    'OTEL_TRACES_EXPORTER',
    '',
    optional(oneOf('otlp', 'none')),
    'otlp: traces also without an endpoint, to http://localhost:4318; none: no traces.',
  ),
  otelDisabled: setting('OTEL_SDK_DISABLED', 'false', flag, 'true: no traces.'),
  tracesSampler: setting(
    'OTEL_TRACES_SAMPLER',
    'parentbased_always_on',
    oneOf(...samplerNames),
    'Which webhooks are traced; parentbased_: as the caller says, if it sends a traceparent.',
  ),
  tracesSamplerArg: setting(
    'OTEL_TRACES_SAMPLER_ARG',
    '1',
    share,
    'Share of the webhooks that a sampler with traceidratio takes, from 0 to 1.',
  ),
  serviceName: setting(
    'OTEL_SERVICE_NAME',
    '',
    optional(text),
    'Name of the gateway in traces; unset: service.name of OTEL_RESOURCE_ATTRIBUTES, or omneo-gateway.',
  ),
  resourceAttributes: setting(
    'OTEL_RESOURCE_ATTRIBUTES',
    '',
    keyValues,
    'Comma list of key=value that every trace has, with % escapes.',
  ),
});
