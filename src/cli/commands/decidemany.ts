import type { ApiBulkResult } from '../client/answers.ts';
import { CommandFailure } from '../exit.ts';
import { confirm } from '../input.ts';
import type { Terminal } from '../terminal.ts';
import { type ConsoleFilter, type FilterOptions, filterOf } from './filter.ts';
import { pagesOf } from './pages.ts';
import { CommandRun, type RunOptions } from './commandrun.ts';

export type ManyOptions = FilterOptions &
  Readonly<{ state?: string; limit?: number; all?: true; yes?: true }>;

/** What is decided about deliveries, and why. */
export type CommandDecision = Readonly<{ verb: 'replay' | 'discard'; why: string }>;

/** Most deliveries that one request changes. */
const batch = 1000;

const past = { replay: 'replayed', discard: 'discarded' };

/** What the filters choose: what is parked, or with that reason what is held. */
type Chosen = 'parked' | 'held';

/**
 * Decides about the parked deliveries that the filters choose, or about those that are held; asks first if they are more
 * than one.
 *
 * @throws CommandFailure
 */
export async function decideMany(
  decision: CommandDecision,
  options: RunOptions & ManyOptions,
  terminal: Terminal,
): Promise<void> {
  const { tenant } = options;
  if (tenant === undefined)
    throw new CommandFailure(
      'usage',
      'Name one delivery, or choose those of a tenant with --tenant and other filters.',
    );
  const chosen = chosenBy(decision, options);
  const run = new CommandRun(options, terminal);
  const filter = await notLater(await filterOf(options, terminal), run);
  const most = options.all === true ? Infinity : (options.limit ?? batch);
  const limit = options.yes === true ? most : await agreed({ decision, chosen, run, filter, tenant, most });
  const result = await decideUpTo(limit, { decision, chosen, run, filter });
  run.show(result, () => [told(result, decision, chosen)]);
}

function chosenBy({ verb }: CommandDecision, { reason, state }: ManyOptions): Chosen {
  if (reason !== 'held') return 'parked';
  if (verb === 'replay')
    throw new CommandFailure('usage', 'What is held is let pass one by one: name it by its delivery_id.');
  if (state === 'parked')
    throw new CommandFailure(
      'usage',
      'What is held is not parked: leave out --state, or choose another --reason.',
    );
  return 'held';
}

type Asked = Readonly<{
  decision: CommandDecision;
  chosen: Chosen;
  run: CommandRun;
  filter: ConsoleFilter;
}>;

const secondMs = 1000;

/**
 * Only what is there now: a delivery that is replayed and parked once more in the meantime is a newer one, and would be
 * replayed without an end. The console's clock says when that is, as it does of deliveries, and only in whole seconds: the
 * one that has begun is let pass, so that all in it was there before.
 */
async function notLater(filter: ConsoleFilter, { client, terminal }: CommandRun): Promise<ConsoleFilter> {
  const begun = await client.time();
  const asked = filter.until === undefined ? Infinity : Date.parse(filter.until);
  const until = Math.min(asked, begun + secondMs);
  if (until > begun) await terminal.clock.sleep(secondMs);
  return { ...filter, until: new Date(until).toISOString() };
}

/** How many may be changed: one without a question, and more if whoever is asked agrees. */
async function agreed(asked: Asked & Readonly<{ tenant: string; most: number }>): Promise<number> {
  const { decision, chosen, run, most, tenant } = asked;
  const found = await countUpTo(Math.min(most, batch), asked);
  if (found <= 1) return found;
  const count = found < most && found === batch ? `${batch} or more` : String(found);
  const verb = decision.verb === 'replay' ? 'Replay' : 'Discard';
  await confirm(`${verb} ${count} ${chosen} deliveries of ${tenant}?`, run.terminal);
  return most;
}

async function countUpTo(most: number, { chosen, run, filter }: Asked): Promise<number> {
  const state = chosen === 'held' ? 'waiting' : chosen;
  let count = 0;
  for await (const page of pagesOf(run.client, { ...filter, state })) {
    count += page.length;
    if (count >= most) return most;
  }
  return count;
}

async function decideUpTo(most: number, asked: Asked): Promise<ApiBulkResult> {
  const { decision, run, filter } = asked;
  let result: ApiBulkResult = { count: 0, has_more: most > 0 };
  while (result.has_more && result.count < most) {
    const limit = Math.min(batch, most - result.count);
    const body = { filter, why: decision.why, limit };
    const next = await run.client.post<ApiBulkResult>(`deliveries/${decision.verb}`, 'has_more', body);
    result = { count: result.count + next.count, has_more: next.has_more };
    // A server that changes nothing and has more would be asked without an end.
    if (next.count === 0) break;
  }
  return result;
}

function told(
  { count, has_more: hasMore }: ApiBulkResult,
  { verb }: CommandDecision,
  chosen: Chosen,
): string {
  const what = `${count} ${chosen} ${count === 1 ? 'delivery was' : 'deliveries were'} ${past[verb]}`;
  return hasMore ? `${what}, and there are more: run it again, or with --all.` : `${what}.`;
}
