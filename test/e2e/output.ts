/** What a process has said so far, and what it will say. */

export type JsonObject = Readonly<Record<string, unknown>>;

export type Output = {
  /** Every line of stdout and stderr, in the order in which they came. */
  readonly lines: readonly string[];
  /** The lines of stdout that are JSON objects. */
  readonly records: readonly JsonObject[];
  /** The first line, said or still to come, that is accepted. */
  line(accepts: (line: string) => boolean): Promise<string>;
  /** The first record, said or still to come, that is accepted. */
  record(accepts: (record: JsonObject) => boolean): Promise<JsonObject>;
};

/** An empty output, and the function that adds a line to it. */
export function collectOutput(): {
  output: Output;
  add: (line: string, stream: 'stdout' | 'stderr') => void;
} {
  const lines = channel<string>();
  const records = channel<JsonObject>();
  const output = { lines: lines.items, records: records.items, line: lines.first, record: records.first };
  return {
    output,
    add(line, stream) {
      lines.add(line);
      const record = stream === 'stdout' ? parseObject(line) : undefined;
      if (record) records.add(record);
    },
  };
}

function channel<T>() {
  const items: T[] = [];
  const waiters = new Set<(item: T) => void>();
  return {
    items,
    add(item: T): void {
      items.push(item);
      for (const wake of waiters) wake(item);
    },
    first: async (accepts: (item: T) => boolean): Promise<T> => {
      const said = items.find(accepts);
      if (said !== undefined) return said;
      return new Promise((resolve) => {
        const wake = (item: T): void => {
          if (!accepts(item)) return;
          waiters.delete(wake);
          resolve(item);
        };
        waiters.add(wake);
      });
    },
  };
}

function parseObject(line: string): JsonObject | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as JsonObject;
  } catch {
    return undefined; // A line in braces that is not JSON is a line like any other.
  }
}
