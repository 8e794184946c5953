import { Counter, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';

export const openMetricsType = Registry.OPENMETRICS_CONTENT_TYPE;

/**
 * The metrics of a registry of the text format as OpenMetrics has them, one after the other. prom-client's own way would
 * change the names of counters for good.
 */
export async function* asOpenMetrics(register: Registry): AsyncGenerator<string> {
  const open = new Registry<OpenMetricsContentType>();
  open.setContentType(openMetricsType);
  for (const { name } of register.getMetricsAsArray()) {
    const metric = register.getSingleMetric(name);
    const isHistogram = metric instanceof Histogram;
    if (isHistogram) open.registerMetric(metric);
    const text = await (isHistogram ? open : register).getSingleMetricAsString(name);
    yield `${metric instanceof Counter ? withOpenNames(text) : text}\n`;
  }
}

/** The head of a counter, with or without its samples: `_total` belongs to those, and its help and type name it without. */
export function withOpenNames(text: string): string {
  return text.replace(/^(# (?:HELP|TYPE) \S+)_total /gm, '$1 ');
}
