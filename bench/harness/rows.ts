/** The table that the bench ends with. */

export type Row = Readonly<{
  figure: string;
  target: string;
  measured: string;
  /** null: nothing to hold, said for information, or not measured. */
  held: boolean | null;
}>;

/** A Markdown table, its columns padded so that it reads as plain text too. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ figure, target, measured, held }) => [
    figure,
    target,
    measured,
    held === null ? '–' : held ? 'held' : '**not held**',
  ]);
  const all = [['figure', 'target', 'measured', ''], ...lines];
  const widths = [0, 1, 2, 3].map((column) => Math.max(3, ...all.map((line) => line[column]?.length ?? 0)));
  const print = (line: readonly string[]): string =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...rest] = all;
  return [print(head), print(widths.map((width) => '-'.repeat(width))), ...rest.map(print)].join('\n');
}
