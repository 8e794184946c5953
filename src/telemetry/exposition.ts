import { setImmediate as turn } from 'node:timers/promises';
import { Registry } from 'prom-client';
import { asOpenMetrics, withOpenNames } from './openmetrics/smallmetrics.ts';

/** A metric with very many series, each of which it writes as a line of Prometheus' text format. */
export type Family = Readonly<{
  name: string;
  help: string;
  type: 'counter' | 'gauge';
  lines(): Iterable<string>;
}>;

/** So many lines take well below a millisecond. */
const linesPerSlice = 1000;

/**
 * All metrics in Prometheus' text format: what has few series is kept and rendered by prom-client, what has one for
 * each tenant is rendered here, in slices between which webhooks go on.
 */
export class Exposition {
  readonly small = new Registry();
  readonly #families: Family[] = [];

  get contentType(): string {
    return this.small.contentType;
  }

  add(family: Family): void {
    this.#families.push(family);
  }

  /** The text, piece by piece. A series that changes in between shows its old value or its new one. */
  async *slices(): AsyncGenerator<string> {
    yield await this.small.metrics();
    for (const family of this.#families) yield* slicesOf(family, ['', ...headOf(family)]);
  }

  /** The same as OpenMetrics has it, with exemplars. */
  async *openSlices(): AsyncGenerator<string> {
    yield* asOpenMetrics(this.small);
    for (const family of this.#families) yield* slicesOf(family, openHeadOf(family));
    yield '# EOF\n';
  }
}

function headOf({ name, help, type }: Family): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function openHeadOf(family: Family): readonly string[] {
  const head = headOf(family);
  return family.type === 'counter' ? head.map(withOpenNames) : head;
}

async function* slicesOf(family: Family, head: readonly string[]): AsyncGenerator<string> {
  let slice = [...head];
  for (const line of family.lines()) {
    slice.push(line);
    if (slice.length < linesPerSlice) continue;
    await turn();
    yield textOf(slice);
    slice = [];
  }
  yield textOf(slice);
}

function textOf(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join('\n')}\n`;
}

/** A line up to its value. */
export function lineOf(name: string, labels: Readonly<Record<string, string>>): string {
  const written = Object.entries(labels)
    .map(([label, value]) => `${label}="${escape(value)}"`)
    .join(',');
  return `${name}{${written}} `;
}

function escape(value: string): string {
  return value.replace(/[\\\n"]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}
