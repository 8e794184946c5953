import { jsonText } from '../view/printable.ts';
import type { CommandRun } from './commandrun.ts';

/** Writes one JSON document with a long list in it, part by part. */
export class DocumentWriter {
  readonly #field: string;
  readonly #session: CommandRun;
  #isEmpty = true;

  constructor(field: string, session: CommandRun) {
    this.#field = field;
    this.#session = session;
  }

  add(items: readonly object[]): void {
    for (const item of items) {
      this.#session.say(`${this.#isEmpty ? this.#head() : ','}\n${jsonText(item)}`);
      this.#isEmpty = false;
    }
  }

  end(): void {
    this.#session.say(this.#isEmpty ? `${this.#head()}] }` : '] }');
  }

  #head(): string {
    return `{ ${JSON.stringify(this.#field)}: [`;
  }
}
