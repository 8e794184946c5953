import type { Interface } from 'node:readline';

/** What the gateway logs of an attempt at a webhook that it accepted before. */
type AttemptLine = Readonly<{ msg: string; delivery_id: string; result: string; resource_id: number | null }>;

/** Reads from the log of a gateway what became of the webhooks that it accepted. */
export class DeliveryLines {
  readonly #issued = new Map<string, number | null>();
  readonly #waiting = new Map<string, () => void>();

  /** Reads the lines that come from now on. */
  constructor(lines: Interface) {
    lines.on('line', (line) => {
      const { msg, delivery_id: id, result, resource_id: resource } = JSON.parse(line) as AttemptLine;
      if (msg !== 'delivery' || result !== 'issued') return;
      this.#issued.set(id, resource);
      this.#waiting.get(id)?.();
    });
  }

  /** The id of the reward that a delivery came to; undefined when there is none within so many milliseconds. */
  async issued(id: string, withinMs: number): Promise<number | null | undefined> {
    if (!this.#issued.has(id)) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, withinMs);
        this.#waiting.set(id, () => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.#issued.get(id);
  }
}
