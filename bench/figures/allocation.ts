/**
 * How many bytes one webhook allocates, beside what the raw program and the plain Koa stack allocate: what V8 has to
 * collect, counted and not timed.
 */
import { baseline, gateway } from '../harness/programs.ts';
import { connections, inTurn } from '../harness/rounds.ts';
import type { Figure, Setting } from '../harness/setting.ts';
import { spread, told } from '../harness/stats.ts';
import type { Subject } from '../harness/subject.ts';
import { withSubjects } from '../harness/with.ts';

const what = { kind: 'webhooks', tenants: 1 } as const;
const mostKB = 70;

export const allocation: Figure = async (setting) => {
  const { quick, folder, upstream } = setting;
  const programs = [
    await gateway({ name: 'allocation', folder, tenants: 1, baseOf: () => upstream.base() }),
    await baseline('raw', folder, upstream.base()),
    await baseline('koa-undici', folder, upstream.base()),
  ];
  return withSubjects(programs, async (...subjects) => {
    // Until the code is compiled that is run often.
    for (const subject of subjects) await load(setting, subject, quick ? 1000 : 20_000);
    const all: (readonly number[])[] = [];
    for (let round = 0; round < (quick ? 1 : 5); round++)
      all.push(await inTurn(round, subjects, (subject) => eachKB(setting, subject)));
    const [own, raw, koa] = subjects.map((_, index) => spread(all.flatMap((round) => round[index] ?? [])));
    if (own === undefined || raw === undefined || koa === undefined)
      throw new Error('three programs are needed');
    const figure = "bytes allocated on V8's heap for one webhook";
    return [
      { figure, target: `≤ ${mostKB} KB`, measured: `${told(own, 1)} KB`, held: own.middle <= mostKB },
      { figure: `${figure}, by raw node:http`, target: '', measured: `${told(raw, 1)} KB`, held: null },
      {
        figure: `${figure}, by the plain Koa stack, with undici`,
        target: '',
        measured: `${told(koa, 1)} KB`,
        held: null,
      },
    ];
  });
};

async function eachKB(setting: Setting, subject: Subject): Promise<number> {
  const count = setting.quick ? 1000 : 20_000;
  const bytes = await subject.allocated(() => load(setting, subject, count));
  return bytes / count / 1000;
}

async function load({ loader }: Setting, { port, name }: Subject, count: number): Promise<void> {
  const { statuses } = await loader.run({ port, what, how: { connections, count } });
  if (statuses['200'] !== count) throw new Error(`${name} answered ${JSON.stringify(statuses)}`);
}
