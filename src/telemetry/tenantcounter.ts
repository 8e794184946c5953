import { lineOf, type Family } from './exposition.ts';

type Options = Readonly<{
  name: string;
  help: string;
  /** The labels of a series besides its tenant. */
  labelNames: readonly string[];
}>;

/** The text before the value stays as long as the series does: at a scrape nothing is left to do but to join. */
type Series = { readonly text: string; value: number };

/**
 * A counter with a series for each tenant and a few more labels, for very many tenants: prom-client's would take a
 * pass over all series to forget one tenant, and block the process while it renders them.
 */
export class TenantCounter implements Family {
  readonly type = 'counter';
  readonly name: string;
  readonly help: string;
  readonly #labelNames: readonly string[];
  readonly #byTenant = new Map<string, Map<string, Series>>();

  constructor({ name, help, labelNames }: Options) {
    this.name = name;
    this.help = help;
    this.#labelNames = labelNames;
  }

  /** How many series are kept. */
  get size(): number {
    let size = 0;
    for (const series of this.#byTenant.values()) size += series.size;
    return size;
  }

  /** Counts one, under the values of the labels in their order. */
  inc(tenant: string, ...values: readonly string[]): void {
    this.add(tenant, 1, ...values);
  }

  /** Counts several likewise, or an amount with at most two decimals. */
  add(tenant: string, count: number, ...values: readonly string[]): void {
    const key = values.join('\0');
    let series = this.#byTenant.get(tenant);
    if (series === undefined) this.#byTenant.set(tenant, (series = new Map<string, Series>()));
    const one = series.get(key);
    if (one === undefined) series.set(key, { text: this.#textOf(tenant, values), value: count });
    // The sum of two such doubles may lie beside the one that is nearest to its own two decimals.
    else one.value = Math.round((one.value + count) * 100) / 100;
  }

  /** Whether the tenant has this series. */
  has(tenant: string, ...values: readonly string[]): boolean {
    return this.#byTenant.get(tenant)?.has(values.join('\0')) ?? false;
  }

  /** A line for a series that has not begun. */
  zero(tenant: string, ...values: readonly string[]): string {
    return `${this.#textOf(tenant, values)}0`;
  }

  /** Forgets all series of a tenant. */
  remove(tenant: string): void {
    this.#byTenant.delete(tenant);
  }

  *lines(): Generator<string> {
    for (const series of this.#byTenant.values())
      for (const { text, value } of series.values()) yield text + String(value);
  }

  #textOf(tenant: string, values: readonly string[]): string {
    const labels = this.#labelNames.map((name, index) => [name, values[index] ?? ''] as const);
    return lineOf(this.name, { tenant, ...Object.fromEntries(labels) });
  }
}
