import type { Command } from 'commander';
import type { ApiTenant } from '../client/answers.ts';
import { type Terminal, widthOf } from '../terminal.ts';
import { type Column, Table } from '../view/table.ts';
import { ageOf } from '../view/times.ts';
import { filled } from './filter.ts';
import { readTenants } from './readtenants.ts';
import { CommandRun, type RunOptions, takeRunOptions } from './commandrun.ts';
import { takeWatch, watchProgress } from './watch.ts';

type TenantsOptions = RunOptions & Readonly<{ tenant?: string; watch?: true }>;

/** `tenants`. */
export function addTenants(parent: Command, terminal: Terminal): void {
  const command = parent
    .command('tenants')
    .description('List the tenants that you may see, with what waits and what is parked')
    .option('--tenant <slug>', 'only this one', filled)
    .action(async (options: TenantsOptions) => {
      const run = new CommandRun(options, terminal);
      if (options.watch === true) await watchProgress(run, options.tenant);
      else await show(run, options.tenant);
    });
  takeRunOptions(takeWatch(command));
}

async function show(run: CommandRun, slug: string | undefined): Promise<void> {
  const list = { tenants: await readTenants(run.client, slug) };
  run.show(list, () => tableOf(run.terminal).lines(list.tenants));
}

function tableOf({ stdout, clock }: Terminal): Table<ApiTenant> {
  const now = clock.now();
  const columns: readonly Column<ApiTenant>[] = [
    { head: 'TENANT', cell: ({ slug }) => slug },
    { head: 'STATE', cell: ({ state }) => state },
    { head: 'WAITING', cell: ({ waiting }) => String(waiting) },
    {
      head: 'OLDEST',
      cell: ({ oldest_waiting: oldest }) => (oldest === undefined ? '' : ageOf(oldest, now)),
    },
    { head: 'PARKED', cell: ({ parked }) => String(parked) },
    { head: 'DELIVERY', cell: ({ delivery = '' }) => delivery },
    { head: 'RESOURCE', cell: ({ resource }) => resource },
    { head: 'WHY', cell: whyOf },
  ];
  return new Table(columns, widthOf(stdout));
}

function whyOf({ message, reasons }: ApiTenant): string {
  const counts = reasons.map(({ state, reason, count }) => `${count} ${state} for ${reason}`);
  return [...(message === undefined ? [] : [message]), ...counts].join(', ');
}
