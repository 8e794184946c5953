import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ApiDelivery } from '../client/answers.ts';
import { CommandFailure } from '../exit.ts';
import { readInput } from '../input.ts';
import type { Terminal } from '../terminal.ts';
import { printable } from '../view/printable.ts';
import { type ManyOptions, type CommandDecision, decideMany } from './decidemany.ts';
import { deliveryId } from './deliveryid.ts';
import { filterNames, takeFilter } from './filter.ts';
import { CommandRun, type RunOptions, takeRunOptions } from './commandrun.ts';
import { wholeOption } from '../wholeoption.ts';

type DecideOptions = RunOptions & ManyOptions & Readonly<{ why?: string; body?: string }>;

/** `deliveries replay`. */
export function addReplay(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('replay')
    .description('Attempt parked deliveries again: one, or those that filters choose');
  takeDecision(command, 'replay', terminal).option(
    '--body <file>',
    'of one delivery: a corrected webhook with the id of the stored one (- reads it)',
  );
  takeChoice(command, terminal);
}

/** `deliveries discard`. */
export function addDiscard(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('discard')
    .description(
      'Decide against deliveries and erase their webhooks: one, or those parked or held that filters choose',
    );
  takeDecision(command, 'discard', terminal);
  takeChoice(command, terminal);
}

function takeDecision(command: Command, verb: CommandDecision['verb'], terminal: Terminal): Command {
  return command
    .argument('[delivery]', 'the delivery_id of one', deliveryId)
    .optionsGroup('Decision:')
    .option('--why <words>', 'for the log and the events of the delivery; always needed', whyOption)
    .option('-y, --yes', 'do not ask before more than one is changed')
    .action(async (id: string | undefined, options: DecideOptions) => {
      const decision = { verb, why: options.why ?? missingWhy() };
      if (id === undefined) await chosen(decision, options, terminal);
      else await one(id, decision, options, terminal);
    });
}

function takeChoice(command: Command, terminal: Terminal): void {
  takeFilter(command, terminal)
    .addOption(
      new Option('--state <state>', 'what filters choose is parked unless --reason is held').choices([
        'parked',
      ]),
    )
    .option('--limit <count>', 'how many at most (default: 1000)', wholeOption(1, 1000))
    .addOption(new Option('--all', 'all that there were before now').conflicts('limit'));
  takeRunOptions(command);
}

async function chosen(decision: CommandDecision, options: DecideOptions, terminal: Terminal): Promise<void> {
  if (options.body !== undefined)
    throw new CommandFailure('usage', 'A corrected webhook is for one delivery: name it by its delivery_id.');
  await decideMany(decision, options, terminal);
}

async function one(
  id: string,
  { verb, why }: CommandDecision,
  options: DecideOptions,
  terminal: Terminal,
): Promise<void> {
  if (filterNames.some((name) => options[name] !== undefined))
    throw new CommandFailure('usage', 'Name one delivery, or choose several by filters, and not both.');
  const run = new CommandRun(options, terminal);
  const body = options.body === undefined ? undefined : await readInput(options.body, terminal);
  const delivery = await run.client.post<ApiDelivery>(`deliveries/${id}/${verb}`, 'state', { why, body });
  run.show(delivery, () => [printable(`${delivery.delivery_id} is ${delivery.state} now.`)]);
}

function whyOption(text: string): string {
  if (text.trim() === '' || text.length > 200) throw new InvalidArgumentError('Give 1 to 200 characters.');
  return text;
}

function missingWhy(): never {
  throw new CommandFailure(
    'usage',
    "Say with --why what it is for: that goes into the log and the delivery's events.",
  );
}
