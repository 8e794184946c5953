import { expect } from 'chai';
import { chooseCores, coresTold, processorsIn } from '../../bench/harness/cores.ts';

describe('The processors that the bench may use', () => {
  for (const [list, processors] of [
    ['0-1', [0, 1]],
    ['3', [3]],
    ['0-2,5,8-9\n', [0, 1, 2, 5, 8, 9]],
    ['', []],
  ] as const) {
    it(`are ${processors.join(', ') || 'unknown'} where Linux says "${list.trim()}"`, () => {
      expect(processorsIn(list)).to.deep.equal(processors);
    });
  }
});

describe('The cores of the bench', () => {
  for (const [allowed, hasTaskset, told] of [
    [[0, 1], true, 'what is measured on core 1, load and upstream on core 0'],
    [[2, 3, 6, 7], true, 'what is measured on core 7, load and upstream on core 2'],
    [[0, 1], false, 'not pinned, since there is no taskset'],
    [[5], true, 'not pinned, since only one core is allowed'],
    [[], true, 'not pinned, since the allowed cores are unknown'],
  ] as const) {
    it(`are told as "${told}" of ${allowed.join(', ') || 'none'} with${hasTaskset ? '' : 'out'} taskset`, () => {
      expect(coresTold(chooseCores(allowed, hasTaskset))).to.equal(told);
    });
  }
});
