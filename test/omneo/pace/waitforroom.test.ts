import { expect } from 'chai';
import type { Admission } from '../../../src/omneo/pace/admission.ts';
import { waitForRoom } from '../../../src/omneo/pace/waitforroom.ts';

const room: Admission = { ok: true };
const full = (retryInMs: number, isCertain = true): Admission => ({ ok: false, retryInMs, isCertain });

/** Waits for up to 100 ms, told these in turn; gives how it ends and how long each sleep was, in milliseconds. */
async function wait(asked: Admission, ...later: Admission[]) {
  let now = 0;
  const slept: number[] = [];
  const clock = {
    monotonic: () => now,
    sleep: (ms: number) => {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
  const omneo = {
    admit: () => {
      const next = later.shift();
      if (next === undefined) throw new Error('it was asked once too often');
      return next;
    },
  };
  return { ended: await waitForRoom(omneo, asked, { clock, waitMs: 100 }), slept, unasked: later.length };
}

describe('A webhook that waits for room in the pace', () => {
  for (const [what, told, ended, slept] of [
    ['begins at once where there is room', [room], room, []],
    ['begins at once where nobody is certain that there is none', [full(50, false)], room, []],
    ['waits for room that comes soon', [full(60), room], room, [60]],
    ['waits again, as long as its time is not over', [full(60), full(40), room], room, [60, 40]],
    ['begins when nobody is certain any more', [full(60), full(60, false)], room, [60]],
    ['does not wait for room that comes too late', [full(101)], full(101), []],
    ['gives up once room would come too late', [full(60), full(41)], full(41), [60]],
  ] as const)
    it(what, async () => {
      const [asked, ...later] = told;
      expect(await wait(asked, ...later)).to.deep.equal({ ended, slept, unasked: 0 });
    });
});
