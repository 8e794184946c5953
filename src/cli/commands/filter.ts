import { type Command, InvalidArgumentError } from 'commander';
import { readLine } from '../input.ts';
import { CommandFailure } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { timeOption } from '../timeoption.ts';

/** Which deliveries; what is absent does not matter. */
export type FilterOptions = Readonly<{
  tenant?: string;
  action?: string;
  reason?: string;
  id?: string;
  personId?: string;
  email?: string;
  since?: string;
  until?: string;
}>;

/** The options that are filters. */
export const filterNames = [
  'tenant',
  'action',
  'reason',
  'id',
  'personId',
  'email',
  'since',
  'until',
] as const;

/** The filter as the console takes it. */
export type ConsoleFilter = Readonly<
  Partial<Record<'tenant' | 'action' | 'reason' | 'id' | 'person_id' | 'email' | 'since' | 'until', string>>
>;

/** The options that choose deliveries. */
export function takeFilter(command: Command, { clock }: Pick<Terminal, 'clock'>): Command {
  const time = (text: string): string => timeOption(text, clock.now());
  return takePerson(command.optionsGroup('Filters:'))
    .option('--action <name>', 'of this action', filled)
    .option('--reason <reason>', 'waiting, parked or discarded for this reason', filled)
    .option('--id <id>', 'with this id of the webhook (- reads it)', filled)
    .option('--since <time>', 'accepted or replayed then or later: 2h, 3d, or a time', time)
    .option('--until <time>', 'accepted or replayed before then', time);
}

/** The options that name a person of a tenant. */
export function takePerson(command: Command): Command {
  return command
    .option('--tenant <slug>', 'of this tenant', filled)
    .option('--email <address>', 'of the customer with this e-mail address (- reads it)', filled)
    .option('--person-id <id>', 'of the customer with this person_id (- reads it)', filled);
}

/**
 * A text for a filter. One that is empty, as of a variable of a script that is not set, must not choose everything.
 *
 * @throws InvalidArgumentError for one that is
 */
export function filled(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

/**
 * The filter that the options make. `-` is read from the standard input: what is an argument can be seen in the list of
 * processes and in the log of a cluster's API.
 *
 * @throws CommandFailure if more than one is to be read, or nothing comes
 */
export async function filterOf(options: FilterOptions, terminal: Terminal): Promise<ConsoleFilter> {
  const { tenant, action, reason, since, until } = options;
  const searches = { id: options.id, person_id: options.personId, email: options.email };
  const read = Object.entries(searches).filter(([, text]) => text === '-');
  if (read.length > 1)
    throw new CommandFailure('usage', 'Only one filter can be read from the standard input.');
  const given = { tenant, action, reason, since, until, ...searches };
  for (const [name] of read) Object.assign(given, { [name]: await searchText(terminal) });
  return given as ConsoleFilter;
}

async function searchText(terminal: Terminal): Promise<string> {
  const line = await readLine(terminal);
  if (line === '') throw new CommandFailure('usage', 'The filter that was to be read is empty.');
  return line;
}
