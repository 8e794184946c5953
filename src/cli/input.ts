import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { readFile } from 'node:fs/promises';
import { CommandFailure, systemCode } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** The first line of the standard input; empty when there is none. */
export async function readLine({ stdin }: Pick<Terminal, 'stdin'>): Promise<string> {
  const lines = createInterface({ input: stdin });
  try {
    for await (const line of lines) return line.trim();
    return '';
  } finally {
    lines.close();
  }
}

/**
 * The text of a file; `-` is the standard input.
 *
 * @throws CommandFailure if it cannot be read
 */
export async function readInput(path: string, { stdin }: Pick<Terminal, 'stdin'>): Promise<string> {
  if (path === '-') return text(stdin);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new CommandFailure('usage', `The file ${path} cannot be read (${systemCode(error)}).`, error);
  }
}

/**
 * Asks before something is changed.
 *
 * @throws CommandFailure if there is nobody to ask, or the answer is not yes
 */
export async function confirm(question: string, terminal: Terminal): Promise<void> {
  if (terminal.stdin.isTTY !== true)
    throw new CommandFailure('usage', `${question} There is nobody to ask here: say --yes.`);
  terminal.stderr.write(`${question} [y/N] `);
  const answer = await readLine(terminal);
  if (!/^y(es)?$/i.test(answer)) throw new CommandFailure('failed', 'Nothing was changed.');
}
