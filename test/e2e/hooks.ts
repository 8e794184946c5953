/**
 * Root hooks: a suite that was skipped for want of a tool is named in the last lines of the run, and how long each
 * file took stands above them.
 *
 * Files may run in processes of their own, so each adds its lines to a file that the first process reads at the end.
 */
import type { RootHookObject } from 'mocha';
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { cwd, env } from 'node:process';
import { temporaryFolder, type TemporaryFolder } from './folder.ts';
import type { Skip, SkipContext } from './needs.ts';

type Note = { readonly file: string; readonly seconds: number; readonly skips: readonly Skip[] };
type RootContext = SkipContext & { begun?: number };
type Setup = { folder?: TemporaryFolder };

const variable = 'E2E_NOTES';

export async function mochaGlobalSetup(this: Setup): Promise<void> {
  this.folder = await temporaryFolder('notes');
  env[variable] = join(this.folder.path, 'notes');
  await writeFile(env[variable], '');
}

export const mochaHooks: RootHookObject = {
  beforeAll(this: RootContext) {
    this.skips = [];
    this.begun = performance.now();
  },
  async afterAll(this: RootContext) {
    const [first] = this.test?.parent?.suites ?? [];
    const file = relative(cwd(), first?.file ?? '');
    const seconds = Math.round((performance.now() - (this.begun ?? 0)) / 1000);
    await note({ file, seconds, skips: this.skips ?? [] });
  },
};

/** Comes after the reporter's summary: what was not tested has to stand below it. */
export async function mochaGlobalTeardown(this: Setup): Promise<void> {
  const notes = await noted();
  await this.folder?.remove();
  const times = notes.toSorted((a, b) => b.seconds - a.seconds);
  if (times.length > 1) console.log(times.map(({ file, seconds }) => `${seconds} s ${file}`).join('\n'));
  for (const { suite, reason } of notes.flatMap(({ skips }) => skips)) {
    console.log(`SKIPPED: ${suite}: ${reason}`);
  }
}

async function note(line: Note): Promise<void> {
  await appendFile(env[variable] ?? '', `${JSON.stringify(line)}\n`);
}

async function noted(): Promise<Note[]> {
  const lines = await readFile(env[variable] ?? '', 'utf8');
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Note);
}
