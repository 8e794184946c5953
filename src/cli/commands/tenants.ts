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
  run.show(list, () => tableOf(run.terminal, hasBudgets(list.tenants)).lines(list.tenants));
}

/** Few gateways have budgets, and the others need no column of them. */
function hasBudgets(tenants: readonly ApiTenant[]): boolean {
  return tenants.some(({ budgets }) => budgets !== undefined);
}

function tableOf({ stdout, clock }: Terminal, withBudgets: boolean): Table<ApiTenant> {
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
    ...(withBudgets ? [{ head: 'TODAY', cell: todayOf }] : []),
    { head: 'DELIVERY', cell: ({ delivery = '' }) => delivery },
    { head: 'RESOURCE', cell: ({ resource }) => resource },
    { head: 'WHY', cell: whyOf },
  ];
  return new Table(columns, widthOf(stdout));
}

/** What is spent of the budgets of the day. */
function todayOf({ budgets = [] }: ApiTenant): string {
  return budgets.map(({ unit, most, spent = '?' }) => `${spent} of ${most} ${unit}`).join(', ');
}

function whyOf({ message, reasons }: ApiTenant): string {
  const counts = reasons.map(({ state, reason, count }) => `${count} ${state} for ${reason}`);
  return [...(message === undefined ? [] : [message]), ...counts].join(', ');
}
