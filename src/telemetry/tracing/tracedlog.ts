import type { Log } from '../../lib/log.ts';
import type { Spans } from './spans.ts';

/** The log with `trace_id` and `request_id` in each line of a webhook or an attempt, whoever writes it. */
export function tracedLog(log: Log, spans: Spans): Log {
  const at = (level: keyof Log) => (fields: object, message: string) => {
    log[level](withTrace(fields, spans), message);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** A request that the line names itself is the one that is meant. */
function withTrace(fields: object, { active }: Spans): object {
  if (active === undefined) return fields;
  const { span, requestId } = active;
  return { request_id: requestId, ...fields, trace_id: span.spanContext().traceId };
}
