import { expect } from 'chai';
import fc from 'fast-check';
import { Ageing } from '../../../src/ledger/memory/ageing.ts';

type Value = { n: number };
type Step = readonly [what: 'set' | 'again' | 'replace' | 'delete' | 'oldest' | 'evict', key: string];

const step: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom('set', 'again', 'replace', 'delete', 'oldest', 'evict'),
  fc.constantFrom('a', 'b', 'c', 'd', 'e'),
);

describe('Ageing', () => {
  it('has the oldest that a list would have, whatever was set, set again, replaced, deleted and asked for before', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const ageing = new Ageing<Value>();
        let list: (readonly [string, Value])[] = [];
        let n = 0;
        const without = (key: string) => list.filter(([each]) => each !== key);
        const put = (key: string, value: Value): void => {
          ageing.set(key, value);
          list = [...without(key), [key, value]];
        };
        for (const [what, key] of steps) {
          const known = ageing.get(key);
          if (what === 'set') put(key, { n: ++n });
          else if (what === 'again' && known) put(key, known);
          else if (what === 'replace' && known) {
            const value = { n: ++n };
            ageing.replace(key, value);
            list = list.map((each) => (each[0] === key ? [key, value] : each));
          } else if (what === 'delete') {
            expect(ageing.delete(key)).to.equal(known !== undefined);
            list = without(key);
          } else if (what === 'evict') {
            const [oldest] = list;
            expect(ageing.oldest()).to.deep.equal(oldest);
            if (oldest) ageing.delete(oldest[0]);
            list = list.slice(1);
          } else expect(ageing.oldest()).to.deep.equal(list[0]);
          expect(ageing.size).to.equal(list.length);
        }
      }),
    );
  });

  it('passes each deleted place once, so that the oldest of very many is found at once', () => {
    const count = 50_000;
    const ageing = new Ageing<Value>();
    for (let n = 0; n < count; n += 1) ageing.set(String(n), { n });
    for (let n = 0; n < 4 * count; n += 1) {
      if (ageing.oldest()?.[1].n !== n) throw new Error(`the oldest is not ${n}`);
      ageing.delete(String(n));
      ageing.set(String(n + count), { n: n + count });
    }
    expect(ageing.size).to.equal(count);
  });
});
