import { cutTo, padTo, printable, textWidth } from './printable.ts';

/** A column of a table: its head, and what it shows of a row. `isWhole`: it is never cut, since one copies it. */
export type Column<T> = Readonly<{ head: string; cell: (row: T) => string; isWhole?: boolean }>;

const gap = '  ';
/** What a column that is cut keeps at least. */
const least = 8;

/** A table as lines: the heads when it begins, and rows in columns that stay as wide as the first rows made them. */
export class Table<T> {
  readonly #columns: readonly Column<T>[];
  readonly #width: number;
  #widths: readonly number[] | undefined;

  constructor(columns: readonly Column<T>[], width: number) {
    this.#columns = columns;
    this.#width = width;
  }

  /** The lines of these rows, after the heads if they are the first. */
  lines(rows: readonly T[]): string[] {
    const cells = rows.map((row) => this.#columns.map(({ cell }) => printable(cell(row))));
    if (this.#widths !== undefined) return cells.map((row) => this.#line(row));
    const heads = this.#columns.map(({ head }) => head);
    this.#widths = fit(widest([heads, ...cells]), this.#columns, this.#width);
    return [heads, ...cells].map((row) => this.#line(row));
  }

  #line(cells: readonly string[]): string {
    const isCut = this.#width !== Infinity;
    const shown = (this.#widths ?? []).map((width, index) => {
      const cell = cells[index] ?? '';
      return padTo(isCut && this.#columns[index]?.isWhole !== true ? cutTo(cell, width) : cell, width);
    });
    return shown.join(gap).trimEnd();
  }
}

function widest(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => textWidth(row[index] ?? ''))));
}

/** Widths that fit: the widest columns give way first, and what still has no room is left out from the right on. */
function fit(wanted: readonly number[], columns: readonly Column<never>[], room: number): readonly number[] {
  const widths = [...wanted];
  while (totalOf(widths) > room) {
    const broadest = Math.max(...widths.filter((_, index) => columns[index]?.isWhole !== true), 0);
    if (broadest <= least) return widths.length > 1 ? fit(wanted.slice(0, -1), columns, room) : widths;
    const index = widths.findLastIndex((width, at) => width === broadest && columns[at]?.isWhole !== true);
    widths[index] = broadest - 1;
  }
  return widths;
}

function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + gap.length, -gap.length);
}
