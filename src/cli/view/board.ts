import type { Terminal } from '../terminal.ts';
import { cutTo } from './printable.ts';
import { momentOf } from './times.ts';

/** Lines that are shown again and again: on a screen in place of the last ones, elsewhere only those that changed. */
export class Board {
  readonly #terminal: Pick<Terminal, 'stdout' | 'clock'>;
  #last: readonly string[] = [];

  constructor(terminal: Pick<Terminal, 'stdout' | 'clock'>) {
    this.#terminal = terminal;
  }

  show(lines: readonly string[]): void {
    const { stdout } = this.#terminal;
    stdout.write(stdout.isTTY === true ? this.#redrawn(lines) : this.#changed(lines));
    this.#last = lines;
  }

  #redrawn(lines: readonly string[]): string {
    const { columns = 80, rows = 24 } = this.#terminal.stdout;
    // One more line than the screen has, and the cursor would not find back to the first.
    const shown = Math.min(this.#last.length, rows - 1);
    const back = shown === 0 ? '' : `\x1b[${shown}A\x1b[J`;
    const fitting = lines.slice(0, rows - 1).map((line) => `${cutTo(line, columns)}\n`);
    return back + fitting.join('');
  }

  #changed(lines: readonly string[]): string {
    const moment = momentOf(this.#terminal.clock.now());
    const fresh = lines.filter((line) => !this.#last.includes(line));
    return fresh.map((line) => `${moment} ${line}\n`).join('');
  }
}
