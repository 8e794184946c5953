import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { addDiscard, addReplay } from './commands/decide.ts';
import { addErase } from './commands/erase.ts';
import { addList } from './commands/list.ts';
import { addRehearse } from './commands/rehearse.ts';
import { addShow } from './commands/show.ts';
import { addTenants } from './commands/tenants.ts';
import { CommandFailure, exitCodes } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command by its arguments; gives what the process ends with. */
export async function runCommandLine(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await commandLine(terminal).parseAsync(args, { from: 'user' });
    return exitCodes.done;
  } catch (error) {
    const [exitCode, sentence] = endOf(error);
    if (sentence !== undefined) terminal.stderr.write(`omneo-gateway: ${sentence}\n`);
    return exitCode;
  }
}

function commandLine(terminal: Terminal): Command {
  const program = new Command('omneo-gateway')
    .description("What became of each webhook, and a human's decisions about it")
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
      // It is said once, by whoever ends the run.
      outputError: () => undefined,
      getOutHelpWidth: () => terminal.stdout.columns ?? 80,
      getErrHelpWidth: () => terminal.stderr.columns ?? 80,
    });
  const deliveries = program.command('deliveries').description('List, show, replay and discard deliveries');
  for (const add of [addList, addShow, addReplay, addDiscard]) add(deliveries, terminal);
  for (const add of [addTenants, addRehearse, addErase]) add(program, terminal);
  return program;
}

/** What an error means for the process, and the sentence about it; none for a help that was asked for. */
function endOf(error: unknown): readonly [exitCode: number, sentence?: string] {
  if (error instanceof CommandFailure) return [error.exitCode, error.message];
  if (!(error instanceof CommanderError)) throw error;
  if (error.exitCode === 0) return [exitCodes.done];
  if (error.code === 'commander.help') return [exitCodes.usage];
  return [exitCodes.usage, error.message.replace(/^error: /, '').replaceAll('\n', ' ')];
}
