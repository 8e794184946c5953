import { Histogram, type Registry as Registers } from 'prom-client';

/** Where durations are counted, in seconds, by their labels. */
export type Durations<Label extends string> = Readonly<{
  observe: (labels: Readonly<Record<Label, string>>, seconds: number) => void;
}>;

/** What an exemplar says of what goes on now; empty: there is nothing to look up. */
export type ReadExemplar = () => Readonly<Record<string, string>>;

type Options<Label extends string> = Readonly<{
  name: string;
  help: string;
  labelNames: readonly Label[];
  buckets: number[];
  register: Registers;
  exemplar: ReadExemplar | undefined;
}>;

/** A histogram, whose buckets each keep the last exemplar if there are any. */
export function durationsOf<Label extends string>({
  register,
  exemplar,
  ...options
}: Options<Label>): Durations<Label> {
  if (exemplar === undefined) return new Histogram({ ...options, registers: [register] });
  // prom-client lets none into a registry of the text format, which only leaves out the exemplars.
  const histogram = new Histogram<string>({ ...options, enableExemplars: true, registers: [] });
  register.registerMetric(histogram);
  return {
    observe: (labels, seconds) => {
      histogram.observe({ labels, value: seconds, exemplarLabels: exemplar() });
    },
  };
}
