/** Reads from a page of Markdown what tests hold it to: its tables, its commands, its links. */
import { expect } from 'chai';

function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim());
}

/** The rows, as cells, of every table whose heading row begins with these heads; fails if there is no such table. */
export function rowsOf(markdown: string, ...heads: string[]): string[][] {
  const lines = markdown.split('\n');
  const starts = lines.flatMap((line, index) =>
    heads.every((head, column) => cellsOf(line)[column] === head) ? [index + 2] : [],
  );
  expect(starts, `a table that begins with ${heads.join(', ')}`).not.to.deep.equal([]);
  return starts.flatMap((start) => {
    const end = lines.findIndex((line, index) => index >= start && !line.startsWith('|'));
    return lines.slice(start, end === -1 ? undefined : end).map(cellsOf);
  });
}

/** A cell without its backticks. */
export const bare = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

/** The shell commands below each heading, one text for each block. A heading without commands is left out. */
export function commandsOf(markdown: string): Map<string, string[]> {
  const commands = new Map<string, string[]>();
  let heading = '';
  for (const [, title, language, text = ''] of markdown.matchAll(
    /^(?:#+ (.*)| *```(\w*)\n([\s\S]*?)^ *```)$/gm,
  )) {
    if (title !== undefined) heading = title;
    else if (language === 'sh') commands.set(heading, [...(commands.get(heading) ?? []), text]);
  }
  return commands;
}

/** The text without its blocks of code and without code in its lines. */
function proseOf(markdown: string): string {
  return markdown.replace(/^( *)```[\s\S]*?^\1```$/gm, '').replace(/`(?:[^`\n]|\n(?!\n))*`/g, '');
}

/** Where the links of a page lead, as it says. */
export function linksOf(markdown: string): string[] {
  return [...proseOf(markdown).matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** The anchors that GitHub gives the headings of a page: https://docs.github.com/en/get-started/writing-on-github. */
export function anchorsOf(markdown: string): string[] {
  const seen = new Map<string, number>();
  const text = markdown.replace(/^( *)```[\s\S]*?^\1```$/gm, '');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => {
    const anchor = title
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}
