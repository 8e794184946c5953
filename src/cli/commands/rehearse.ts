import type { Command } from 'commander';
import type { ApiRehearsal } from '../client/answers.ts';
import { CommandFailure } from '../exit.ts';
import { readInput } from '../input.ts';
import type { Terminal } from '../terminal.ts';
import { printable } from '../view/printable.ts';
import { rehearsalLines } from '../view/rehearsal.ts';
import { CommandRun, type RunOptions, takeRunOptions } from './commandrun.ts';
import { filled } from './filter.ts';

type RehearseOptions = RunOptions & Readonly<{ tenant: string; action: string }>;

/** `rehearse`. */
export function addRehearse(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('rehearse')
    .description('Say what would become of a webhook that came now; nothing is issued or stored')
    .argument('<file>', 'the body of the webhook (- reads it)')
    .requiredOption('--tenant <slug>', 'of this tenant', filled)
    .option('--action <name>', 'for this action', 'rewards')
    .action(async (file: string, options: RehearseOptions) => {
      await rehearse(file, options, terminal);
    });
  takeRunOptions(command);
}

async function rehearse(file: string, options: RehearseOptions, terminal: Terminal): Promise<void> {
  const { tenant, action } = options;
  const run = new CommandRun(options, terminal);
  const body = await readInput(file, terminal);
  const path = `tenants/${encodeURIComponent(tenant)}/rehearsals`;
  const rehearsal = await run.client.post<ApiRehearsal>(path, 'would', { action, body });
  run.show(rehearsal, () => rehearsalLines(rehearsal).map(printable));
  if (rehearsal.would === 'fail')
    throw new CommandFailure('failed', 'A live webhook would not be issued now.');
}
