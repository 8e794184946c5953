import type { Command } from 'commander';
import type { ApiErasure } from '../client/answers.ts';
import { CommandFailure } from '../exit.ts';
import { confirm } from '../input.ts';
import type { Terminal } from '../terminal.ts';
import { type FilterOptions, filterOf, takePerson } from './filter.ts';
import { CommandRun, type RunOptions, takeRunOptions } from './commandrun.ts';

type EraseOptions = RunOptions &
  Pick<FilterOptions, 'tenant' | 'email' | 'personId'> &
  Readonly<{ yes?: true }>;

/** `erase`. */
export function addErase(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('erase')
    .description('Forget a person of a tenant: erase their webhooks, and discard what is not done')
    .option('-y, --yes', 'do not ask before')
    .action(async (options: EraseOptions) => {
      await erase(options, terminal);
    });
  takeRunOptions(takePerson(command.optionsGroup('Person:')));
}

async function erase(options: EraseOptions, terminal: Terminal): Promise<void> {
  const { tenant, email, personId } = options;
  if (tenant === undefined || (email === undefined && personId === undefined))
    throw new CommandFailure('usage', 'Say whom to forget: --tenant, and --email or --person-id or both.');
  const run = new CommandRun(options, terminal);
  const person = await filterOf(
    { tenant, ...(email !== undefined && { email }), ...(personId !== undefined && { personId }) },
    terminal,
  );
  if (options.yes !== true)
    await confirm(`Forget this person of ${tenant}? What is erased cannot be brought back.`, terminal);
  const erasure = await run.client.post<ApiErasure>('erasures', 'under_way', person);
  run.show(erasure, () => [told(erasure)]);
}

function told({ erased, under_way: underWay }: ApiErasure): string {
  const what = `${erased} ${erased === 1 ? 'delivery was' : 'deliveries were'} erased`;
  return underWay === 0
    ? `${what}.`
    : `${what}, and ${underWay} are being worked on: run it again after a minute.`;
}
