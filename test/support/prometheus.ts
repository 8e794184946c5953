import type { Metrics } from '../../src/telemetry/metrics.ts';

export type Sample = Readonly<{ labels: Readonly<Record<string, string>>; value: number }>;

/** The samples of one metric in Prometheus' text format. */
export function samplesOf(text: string, name: string): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, metric, inner = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (metric !== name) return [];
    const labels = Object.fromEntries(
      [...inner.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key!, text!]),
    );
    return [{ labels, value: Number(value) }];
  });
}

/** Samples above 0 as "a/b/c", by the values of these labels in this order. */
export function countsBy(text: string, name: string, ...labels: string[]): Record<string, number> {
  const counted = samplesOf(text, name).filter(({ value }) => value > 0);
  return Object.fromEntries(
    counted.map((sample) => [labels.map((label) => sample.labels[label] ?? '').join('/'), sample.value]),
  );
}

/** What a scrape gets. */
export async function textOf(metrics: Pick<Metrics, 'slices'>): Promise<string> {
  let text = '';
  for await (const slice of metrics.slices()) text += slice;
  return text;
}
