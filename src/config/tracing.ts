import type { TracingConfig } from '../telemetry/tracing/tracingconfig.ts';
import type { Config } from './config.ts';

const localCollector = 'http://localhost:4318';

/** How webhooks are traced; undefined: they are not. */
export function tracingConfig(config: Config): TracingConfig | undefined {
  const { otlpEndpoint, otlpTracesEndpoint, tracesExporter, otelDisabled } = config;
  const isAskedFor = (tracesExporter ?? otlpTracesEndpoint ?? otlpEndpoint) !== undefined;
  if (otelDisabled || tracesExporter === 'none' || !isAskedFor) return undefined;
  return {
    url: otlpTracesEndpoint ?? `${(otlpEndpoint ?? localCollector).replace(/\/+$/, '')}/v1/traces`,
    sampler: config.tracesSampler,
    share: config.tracesSamplerArg,
    resource: resourceOf(config),
  };
}

/** What is said by a variable of its own wins over the list. */
function resourceOf({ serviceName, resourceAttributes, podName }: Config): TracingConfig['resource'] {
  return {
    'service.name': 'omneo-gateway',
    ...(podName !== undefined && { 'service.instance.id': podName }),
    ...resourceAttributes,
    ...(serviceName !== undefined && { 'service.name': serviceName }),
  };
}
