import { type Command, Option } from 'commander';
import { CommandFailure, exitCodes } from '../exit.ts';
import { ConsoleRefusal } from '../client/refusal.ts';
import { Board } from '../view/board.ts';
import { progressLine } from '../view/progressline.ts';
import { ProgressReader } from './progressreader.ts';
import type { CommandRun } from './commandrun.ts';

const pauseMs = 5000;
/** The console's counts are older than now, so what waits is seen so late at most. */
const staleMs = 30_000;
/** For so long the console may be away: it is while it is upgraded. */
const patienceMs = 120_000;

/** The option that has a command watch. */
export function takeWatch(command: Command): Command {
  const others = [
    'action',
    'reason',
    'id',
    'personId',
    'email',
    'since',
    'until',
    'state',
    'limit',
    'all',
    'output',
  ];
  return command.addOption(
    new Option(
      '-w, --watch',
      'show how what waits becomes less, until nothing has waited for 30 s',
    ).conflicts(others),
  );
}

/**
 * Shows the progress of a tenant, or of all in which something waits, until nothing does any more.
 *
 * @throws CommandFailure if the console refuses, or is away for two minutes
 */
export async function watchProgress(
  { client, terminal }: CommandRun,
  slug: string | undefined,
): Promise<void> {
  const { clock, stdout } = terminal;
  const reader = new ProgressReader(client, slug, clock);
  const board = new Board(terminal);
  let lines: readonly string[] = [];
  let busyAt = clock.now();
  let heardAt = clock.now();
  while (clock.now() - busyAt < staleMs) {
    try {
      const progress = await reader.read();
      heardAt = clock.now();
      if (progress.some(({ waiting }) => waiting > 0)) busyAt = heardAt;
      lines = progress.map((one) => progressLine(one, stdout));
      board.show(lines.length === 0 ? ['Nothing waits.'] : lines);
    } catch (error) {
      if (!isPassing(error) || clock.now() - heardAt > patienceMs) throw error;
      board.show([...lines, 'The console does not answer just now; it is asked again.']);
      busyAt = clock.now();
    }
    await clock.sleep(pauseMs);
  }
}

function isPassing(error: unknown): boolean {
  if (error instanceof ConsoleRefusal) return error.isPassing;
  return error instanceof CommandFailure && error.exitCode === exitCodes.unreachable;
}
