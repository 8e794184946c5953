/** Heap and scrape with very many tenants, each of which has had webhooks of five codes. */
import { gateway } from '../harness/programs.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { spread, told } from '../harness/stats.ts';
import type { Subject } from '../harness/subject.ts';
import { withSubjects } from '../harness/with.ts';
import type { Variant } from '../load/job.ts';

/** What each is answered: 200, 400, 401, 404, 422. */
const variants: readonly Variant[] = ['new', 'invalid', 'stranger', 'nobody', 'reused'];

export const scrape: Figure = async ({ quick, folder, upstream, loader, say }) => {
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
    const blocked: number[] = [];
    let text = '';
    for (let each = 0; each < (quick ? 2 : 9); each++) {
      blocked.push(await many.longestTurn(async () => (text = await metricsOf(many))));
    }
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
    say(`  ${series} series, ${mb(text.length)} of text; heap then ${mb(await heapOf(many))}`);
    const longest = spread(blocked);
    return [
      {
        figure: `event loop blocked by one scrape at ${tenants.toLocaleString('en')} tenants × 5 codes`,
        target: '≤ 10 ms',
        measured: `${told(longest, 1)} ms (${series.toLocaleString('en')} series)`,
        held: longest.middle <= 10,
      },
      {
        figure: `heap for ${tenants.toLocaleString('en')} tenants with their Secrets, over that of 1 (folder)`,
        target: '≤ 8 MB',
        measured: `${heap.toFixed(1)} MB`,
        held: heap <= 8,
      },
    ];
  });
};

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
