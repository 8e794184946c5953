/** Loads what the gateway loads for traces, and uses nothing of it. */
import '../../src/telemetry/tracing/opentelemetry.ts';
