import { stripTypeScriptTypes } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import { instrument } from '../../scripts/journey/instrument.ts';
import { recorder } from '../../scripts/journey/recorder.ts';

/** What an instrumented module of this text exports. */
async function load(file: string, text: string): Promise<Record<string, (...args: unknown[]) => unknown>> {
  const names = { file, recorder: new URL('../../scripts/journey/recorder.ts', import.meta.url).href };
  const script = stripTypeScriptTypes(instrument(text, names));
  return (await import(`data:text/javascript,${encodeURIComponent(script)}`)) as Awaited<
    ReturnType<typeof load>
  >;
}

/** What is recorded while this is done, as `file functions hops`. */
async function recorded(act: () => unknown): Promise<string[]> {
  recorder.begin();
  await act();
  return recorder.end().visits.map(({ file, functions, hops }) => `${file} ${functions} ${hops}`);
}

describe('an instrumented file', () => {
  it('does what it did: returns, throws, this, super, new, accessors, arguments and defaults', async () => {
    const { run } = await load(
      'a',
      `class Base { #size: number; constructor(size = 1) { this.#size = size; } get size() { return this.#size; }
         name(): string { return 'base'; } }
       class Derived extends Base { readonly mark = 'mark'; constructor() { const size = 2; super(size); }
         override name(): string { return 'derived of ' + super.name(); } set wanted(value: number) { seen.push(value); } }
       const seen: unknown[] = [];
       function all(): number { return arguments.length; }
       const thrown = (act: () => unknown) => { try { act(); return 'nothing'; } catch (error) { return (error as Error).message; } };
       export function run() {
         const derived = new Derived();
         derived.wanted = 3;
         const pair = (left: number) => (right: number) => ({ left, right });
         return [derived.size, derived.mark, derived.name(), seen, all(1, 2), pair(4)(5), thrown(() => { throw new Error('thrown') }),
           [1, 2].map((n) => n * 2), derived instanceof Base];
       }`,
    );
    expect(run?.()).to.deep.equal([
      ...[2, 'mark', 'derived of base', [3], 2, { left: 4, right: 5 }, 'thrown', [2, 4], true],
    ]);
  });

  it('does what it did with promises: values, rejections and the order in which they settle', async () => {
    const text = `export async function run() {
      const order: string[] = [];
      const slow = async () => { await null; order.push('slow'); return 'value'; };
      const quick = async (): Promise<string> => 'quick';
      const failing = async () => { await null; throw new Error('failed'); };
      const all = [slow().then((value) => order.push(value)), quick().then((value) => order.push(value)),
        failing().catch((error: Error) => order.push(error.message)), Promise.resolve().then(() => order.push('tick'))];
      order.push('first');
      await Promise.all(all);
      return order;
    }`;
    const plain = (await import(
      `data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(text))}`
    )) as Record<string, () => unknown>;
    const { run } = await load('a', text);
    expect(await run?.()).to.deep.equal(await plain['run']?.());
  });

  it('does what it did with generators, which are closed when their reader leaves', async () => {
    const { run } = await load(
      'a',
      `class Source { #items = ['a', 'b', 'c']; closed = 0;
         *each() { for (const item of this.#items) yield item; }
         async *slowly() { try { yield* this.each(); } finally { this.closed += 1; } } }
       export async function run() {
         const source = new Source();
         const read: string[] = [];
         for await (const item of source.slowly()) { read.push(item); if (item === 'b') break; }
         return [read, source.closed, [...source.each()], [...source.each().map((item) => item + item)]];
       }`,
    );
    const all = ['a', 'b', 'c'];
    expect(await run?.()).to.deep.equal([['a', 'b'], 1, all, ['aa', 'bb', 'cc']]);
  });

  it('keeps every line where it was', () => {
    const text = 'const one = () => 1;\n\nasync function two() {\n  return one();\n}\n';
    const lines = instrument(text, { file: 'a', recorder: 'r' }).split('\n');
    expect(lines.map((line) => /one|two/.exec(line)?.[0])).to.deep.equal([
      ...['one', undefined, 'two', 'one', undefined, undefined],
    ]);
  });
});

describe('the recorder', () => {
  it('counts a hop for each call from another file, none within a file, and none for a return', async () => {
    const { near } = await load('b', `const inner = () => 1; export const near = () => inner();`);
    const { far } = await load(
      'a',
      `export const far = (near: () => number) => [1, 2].map((n) => n + near());`,
    );
    expect(await recorded(() => far?.(near))).to.deep.equal(['a 2 0', 'b 2 2']);
  });

  it('knows the caller after an await, and in a generator that goes on', async () => {
    const { near } = await load('b', `export const near = () => 1;`);
    const { far } = await load(
      'a',
      `export async function far(near: () => number, turn: () => Promise<void>) {
         await turn();
         near();
         for await (const each of numbers(near, turn)) near();
       }
       async function* numbers(near: () => number, turn: () => Promise<void>) { yield 1; await turn(); near(); yield 2; }`,
    );
    expect(await recorded(() => far?.(near, turn))).to.deep.equal(['a 2 0', 'b 1 4']);
  });

  it('takes no function that has returned for a caller, but the one before it that is still running, if there is one', async () => {
    const { later } = await load('b', `export const later = (act: () => void) => { setImmediate(act); };`);
    const { waits, leaves } = await load(
      'a',
      `export async function waits(later: (act: () => void) => void) {
         await new Promise<void>((resolve) => { later(() => { resolve(); }); });
       }
       export function leaves(later: (act: () => void) => void, done: () => void) { later(() => { done(); }); }`,
    );
    expect(await recorded(() => waits?.(later))).to.deep.equal(['a 3 0', 'b 1 1']);
    const left = () => new Promise((done) => leaves?.(later, done));
    expect(await recorded(left)).to.deep.equal(['a 2 0', 'b 1 1']);
  });
});
