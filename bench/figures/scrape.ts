/** Heap and scrape with very many tenants, each of which has had webhooks of five codes. */
import { gateway } from '../harness/programs.ts';
import { lap } from '../harness/rounds.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { ratios, spread, told } from '../harness/stats.ts';
import type { Subject } from '../harness/subject.ts';
import { withSubjects } from '../harness/with.ts';
import type { Variant } from '../load/job.ts';

/** What each is answered: 200, 400, 401, 404, 422. */
const variants: readonly Variant[] = ['new', 'invalid', 'stranger', 'nobody', 'reused'];

const most = { webhooks: 20, heapMB: 10 } as const;

export const scrape: Figure = async (setting) => {
  const { quick, folder, upstream, loader, say } = setting;
  const tenants = quick ? 100 : 10_000;
  const baseOf = (): string => upstream.base();
  const programs = [
    await gateway({ name: 'one', folder, tenants: 1, baseOf }),
    await gateway({ name: 'many', folder, tenants, baseOf }),
  ];
  return withSubjects(programs, async (one, many) => {
    const [alone, together] = [await heapOf(one), await heapOf(many)];
    const heap = (together - alone) / 1e6;
    say(`  heap with 1 tenant ${mb(alone)}, with ${tenants} ${mb(together)}`);
    for (const variant of variants) await visit(many, variant, tenants, loader);
    const found = await scrapes(setting, one, many);
    say(`  ${found.series} series; heap then ${mb(await heapOf(many))}`);
    say(
      `  longest turn of a scrape ${told(spread(found.blocked.map((micros) => micros / 1000)), 1)} ms; ` +
        `CPU for one webhook ${told(spread(found.webhook), 0)} µs`,
    );
    const longest = spread(ratios(found.blocked, found.webhook));
    const words = `${tenants.toLocaleString('en')} tenants`;
    return [
      {
        figure: `event loop blocked by one scrape at ${words} × 5 codes, in webhooks' CPU`,
        target: `≤ ${most.webhooks}`,
        measured: `${told(longest, 1)} (${found.series.toLocaleString('en')} series)`,
        held: longest.middle <= most.webhooks,
      },
      {
        figure: `heap for ${words} with their Secrets, over that of 1 (folder)`,
        target: `≤ ${most.heapMB} MB`,
        measured: `${heap.toFixed(1)} MB`,
        held: heap <= most.heapMB,
      },
    ];
  });
};

type Scrapes = Readonly<{
  /** The longest turn in each scrape, in microseconds. */
  blocked: readonly number[];
  /** The processor's time for one webhook beside each, in microseconds. */
  webhook: readonly number[];
  series: number;
}>;

/** By turns webhooks where there is one tenant, for whom they take the least, and a scrape where there are many. */
async function scrapes(setting: Setting, one: Subject, many: Subject): Promise<Scrapes> {
  const runner = { subject: one, what: { kind: 'webhooks', tenants: 1 }, expected: '200' } as const;
  const seconds = setting.quick ? 0.3 : 1.5;
  await lap(runner, setting, seconds);
  const [blocked, webhook]: [number[], number[]] = [[], []];
  let text = '';
  for (let each = 0; each < (setting.quick ? 2 : 9); each++) {
    webhook.push((await lap(runner, setting, seconds)).cpuMicroseconds);
    blocked.push((await many.longestTurn(async () => (text = await metricsOf(many)))) * 1000);
  }
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
  return { blocked, webhook, series };
}

/** One webhook for each tenant; of those with one id, a second one, which differs. */
async function visit(
  { port }: Subject,
  variant: Variant,
  tenants: number,
  loader: Setting['loader'],
): Promise<void> {
  const count = variant === 'reused' ? tenants * 2 : tenants;
  const what = { kind: 'webhooks', tenants, variant } as const;
  await loader.run({ port, what, how: { connections: 64, count } });
}

async function metricsOf({ adminPort }: Subject): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${adminPort}/metrics`);
  return await answer.text();
}

async function heapOf(subject: Subject): Promise<number> {
  const { heap, external } = await subject.heap();
  return heap + external;
}

function mb(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
