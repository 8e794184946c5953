/**
 * Loads what the gateway loads for traces, and uses nothing of it. Not by way of the gateway's own sources: the bundle,
 * which is measured, has what those load by themselves already.
 */
import '@opentelemetry/exporter-trace-otlp-proto';
import '@opentelemetry/resources';
import '@opentelemetry/sdk-trace';
