import { jsonText } from '../view/printable.ts';
import type { CommandRun } from './commandrun.ts';

/** Writes one JSON document with a long list in it, part by part. */
export class DocumentWriter {
  readonly #field: string;
  readonly #run: CommandRun;
  #isEmpty = true;

  constructor(field: string, run: CommandRun) {
    this.#field = field;
    this.#run = run;
  }

  add(items: readonly object[]): void {
    for (const item of items) {
      this.#run.say(`${this.#isEmpty ? this.#head() : ','}\n${jsonText(item)}`);
      this.#isEmpty = false;
    }
  }

  end(): void {
    this.#run.say(this.#isEmpty ? `${this.#head()}] }` : '] }');
  }

  #head(): string {
    return `{ ${JSON.stringify(this.#field)}: [`;
  }
}
