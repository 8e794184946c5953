import { type Command, Option } from 'commander';
import type { ApiDelivery, ApiDeliveryPage } from '../client/answers.ts';
import type { ConsoleQuery } from '../client/consoleclient.ts';
import { type Terminal, widthOf } from '../terminal.ts';
import { type Column, Table } from '../view/table.ts';
import { ageOf } from '../view/times.ts';
import { valuesInWords } from '../view/words.ts';
import { DocumentWriter } from './documentwriter.ts';
import { type FilterOptions, filterOf, filled, takeFilter } from './filter.ts';
import { pagesOf } from './pages.ts';
import { CommandRun, type RunOptions, takeRunOptions } from './commandrun.ts';
import { takeWatch, watchProgress } from './watch.ts';
import { wholeOption } from '../wholeoption.ts';

type ListOptions = RunOptions &
  FilterOptions &
  Readonly<{ state?: string; limit?: number; all?: true; watch?: true }>;

/** `deliveries list`. */
export function addList(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('list')
    .description('List deliveries, the newest first')
    .action(async (options: ListOptions) => {
      if (options.watch === true) await watchProgress(new CommandRun(options, terminal), options.tenant);
      else await list(options, terminal);
    });
  takeFilter(command, terminal)
    .option('--state <state>', 'pending, waiting, issued, parked or discarded', filled)
    .optionsGroup('List:')
    .option('--limit <count>', 'how many at most (default: 50)', wholeOption(1, 200))
    .addOption(new Option('--all', 'all there are, page by page').conflicts('limit'));
  takeRunOptions(takeWatch(command));
}

async function list(options: ListOptions, terminal: Terminal): Promise<void> {
  const run = new CommandRun(options, terminal);
  const filter = { ...(await filterOf(options, terminal)), state: options.state };
  if (options.all === true) await listAll(run, filter);
  else await listPage(run, { ...filter, limit: options.limit });
}

async function listPage(run: CommandRun, query: ConsoleQuery): Promise<void> {
  const page = await run.client.get<ApiDeliveryPage>('deliveries', 'deliveries', query);
  run.show(page, () => tableOf(run.terminal).lines(page.deliveries));
  if (page.next_cursor !== undefined && !run.isJson) run.note('There are more: --all lists them all.');
}

/** Shows each page as it comes: there may be a million deliveries, and a Pod has little memory. */
async function listAll(run: CommandRun, query: ConsoleQuery): Promise<void> {
  const table = tableOf(run.terminal);
  const document = new DocumentWriter('deliveries', run);
  for await (const page of pagesOf(run.client, query)) {
    if (run.isJson) document.add(page);
    else run.sayAll(table.lines(page));
  }
  if (run.isJson) document.end();
}

function tableOf({ stdout, clock }: Terminal): Table<ApiDelivery> {
  const now = clock.now();
  const columns: readonly Column<ApiDelivery>[] = [
    { head: 'DELIVERY', cell: (delivery) => delivery.delivery_id, isWhole: true },
    { head: 'TENANT', cell: ({ tenant }) => tenant },
    { head: 'STATE', cell: ({ state }) => state },
    { head: 'REASON', cell: ({ reason = '' }) => reason },
    { head: 'AGE', cell: ({ since }) => ageOf(since, now) },
    { head: 'SUMMARY', cell: ({ summary, result = {} }) => valuesInWords({ ...summary, ...result }) },
    { head: 'ATTEMPTS', cell: ({ attempts }) => String(attempts) },
    { head: 'ACTION', cell: ({ action }) => action },
  ];
  return new Table(columns, widthOf(stdout));
}
