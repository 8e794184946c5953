/** One run, from its plan to its evidence. */
import { setMaxListeners } from 'node:events';
import { Agent } from 'undici';
import { exceededIn } from './budgets.ts';
import { type Send, deliver, type Delivery } from './caller.ts';
import { type Reading, compareCalm } from './calm.ts';
import { campaign } from './campaign.ts';
import { inject } from './injector.ts';
import { replicasOn } from './ledgerserver.ts';
import type { Options } from './options.ts';
import type { Evidence } from './outcome.ts';
import { limitOf } from './limit.ts';
import { type Unfinished, readUnfinished } from './unfinished.ts';
import { pause } from './pause.ts';
import { tenants } from './people.ts';
import { type Plan, planRun } from './plan.ts';
import { post } from './post.ts';
import { type Stage, setStage } from './stage.ts';
import { withActions } from './mixed.ts';
import type { Webhook } from './webhook.ts';
import { planWebhooks } from './webhooks.ts';

const calmWebhooks = 60;
/** A machine that is too busy to answer in time would see nothing but time-outs. */
const mostAtOnce = 48;
/** With nothing going wrong an answer is waited for. */
const calmPatienceMs = 20_000;

/** Runs the plan of the options. `use` gets the evidence while the logs are still there. */
export async function run<T>(
  options: Options,
  use: (evidence: Evidence, folder: string) => Promise<T>,
): Promise<T> {
  const plan = planRun(options);
  const stage = await setStage({ ...options, ...plan, pause });
  try {
    return await use(await perform(plan, options, stage), stage.folder);
  } finally {
    await stage.strike();
  }
}

async function perform(plan: Plan, options: Options, stage: Stage): Promise<Evidence> {
  const { fleet, omneo } = stage;
  const agent = new Agent({ allowH2: false, connections: null, pipelining: 1 });
  const { deliveries, injected, budgets } = await storm(plan, options, stage, agent);
  // What goes on behind an answer ends within a few calls to Omneo.
  await pause(4 * plan.times.upstreamTimeout);
  await drain(stage, plan.drainMs);
  const before = await read(stage);
  const scrapes = before.metrics.map((text, slot) => ({ process: fleet.processIn(slot), text }));
  const calls = await omneo.calls();
  const calm = await passCalm(stage, agent, before, options);
  await agent.close();
  const { books, unfinished } = before;
  const exceeded = budgets && exceededIn(books, budgets.tight, budgets);
  return {
    actions: options.actions,
    deliveries,
    books,
    unfinished,
    calls,
    scrapes,
    calm,
    exceeded: exceeded ?? [],
    heldAtOnce: budgets?.held ?? 0,
    injected,
    crashes: fleet.crashes,
    // What is not stored is taken for a copy for two leases at most, which end before an equal webhook is sent.
    killed: options.mode === 'durable' ? fleet.killed : new Map(),
  };
}

/** Sends the webhooks while things go wrong, and resolves when all is quiet again. */
async function storm(plan: Plan, { breaks, ledger, mode }: Options, stage: Stage, agent: Agent) {
  const { webhooks, injections, budgets, times, endMs } = plan;
  const begunAt = Date.now();
  const ended = AbortSignal.timeout(endMs);
  setMaxListeners(0, ended);
  const send = sender(stage, agent, times.callerTimeout);
  const limit = limitOf(mostAtOnce);
  // On a busy machine new webhooks wait, and pauses before retries stay what the plan says.
  const inTurn: Send = (webhook, how) => limit(() => send(webhook, how), how.isRetry);
  const faults = async () => {
    await stage.omneo.misbehave('as usual');
    const done = await inject(injections, { targets: stage, pause: (ms) => pause(ms, ended), ended });
    await stage.omneo.misbehave(undefined);
    // A replica takes a minute to unlearn the pace of a throttled Omneo, for longer than what is stored can wait here.
    if (mode === 'durable') await stage.fleet.roll();
    return done;
  };
  const raise = async () => {
    if (budgets === undefined) return undefined;
    await pause(budgets.raisedAfterMs, ended);
    const held = await heldNow(stage);
    const raisedAt = Date.now();
    await stage.tenants.limit(budgets.wide);
    return { tight: budgets.tight, begunAt, raisedAt, held };
  };
  const [injected, raised, deliveries] = await Promise.all([
    faults(),
    raise(),
    campaign(webhooks, {
      deliver: (webhook) =>
        deliver(webhook, { send: inTurn, replicas: replicasOn(ledger), breaks, ended, pause }),
      apartMs: times.apart,
      ended,
    }),
  ]);
  return { injected, budgets: raised, deliveries };
}

/** Makes attempts on the replicas through their links. */
function sender({ fleet, links }: Stage, agent: Agent, timeoutMs: number): Send {
  return async (webhook, { slot: wanted, requestId, hangUpMs }) => {
    const slot = fleet.routeTo(wanted);
    const sentAt = Date.now();
    const atFirst = fleet.processIn(slot);
    const outcome = await post(webhook, {
      agent,
      port: links.port('caller', slot),
      requestId,
      timeoutMs,
      hangUpMs,
    });
    return {
      requestId,
      slot,
      process: [atFirst, fleet.processIn(slot)],
      sentAt,
      endedAt: Date.now(),
      outcome,
    };
  };
}

/** Waits until nothing stored waits any more, or no less has waited for so many milliseconds. */
async function drain({ ledger }: Stage, patienceMs: number): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  let until = 0;
  for (;;) {
    const waiting = await ledger.waiting();
    if (waiting < least) until = performance.now() + patienceMs;
    least = Math.min(least, waiting);
    if (waiting === 0 || performance.now() > until) return;
    await pause(250);
  }
}

async function unfinishedIn({ ledger }: Stage): Promise<Unfinished[]> {
  return readUnfinished(await ledger.unfinished(), ledger.keyFile);
}

/** What budgets hold at this moment; 0 if the ledger is out of reach, which faults see to now and then. */
async function heldNow(stage: Stage): Promise<number> {
  const unfinished = await unfinishedIn(stage).catch((): Unfinished[] => []);
  return unfinished.filter(({ reason }) => reason === 'held').length;
}

async function read(stage: Stage): Promise<Reading & Readonly<{ unfinished: readonly Unfinished[] }>> {
  const { fleet, omneo } = stage;
  const books = await Promise.all(tenants.map((tenant) => omneo.books(tenant)));
  return { metrics: await fleet.metrics(), books, unfinished: await unfinishedIn(stage) };
}

async function passCalm(
  stage: Stage,
  agent: Agent,
  before: Reading,
  { seed, actions }: Options,
): Promise<string[]> {
  const send = sender(stage, agent, calmPatienceMs);
  const deliveries: Delivery[] = [];
  for (const webhook of planCalm(seed + 1, actions)) {
    const slot = webhook.n % stage.fleet.slots.length;
    const requestId = `calm.${webhook.n}`;
    const attempt = await send(webhook, { slot, requestId, isRetry: false });
    deliveries.push({ webhook, attempts: [attempt], end: 'told' });
  }
  await drain(stage, calmPatienceMs);
  const after = await read(stage);
  return actions.flatMap((action) => compareCalm(action, before, after, deliveries));
}

function planCalm(seed: number, actions: Options['actions']): Webhook[] {
  const all = planWebhooks({ count: calmWebhooks, seed, arrivalsMs: 0, apartMs: 0 });
  const alone = all.filter(({ twinOf }) => twinOf === undefined);
  return withActions(
    alone.map((webhook) => ({ ...webhook, key: `calm-${webhook.key}` })),
    { actions, seed },
  );
}
