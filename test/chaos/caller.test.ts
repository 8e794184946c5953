import { expect } from 'chai';
import type { Attempt } from './attempt.ts';
import { type Delivery, type End, deliver } from './caller.ts';
import { accepted, attemptOf, told, webhookOf } from './samples.ts';

const withoutWaiting = AbortSignal.timeout(60_000);
const busy = { status: 503, word: 'not_ready' };

/** Delivers to replicas that answer with these outcomes in turn, the last one for ever. */
async function deliverTo(
  outcomes: readonly Attempt['outcome'][],
  breaks: 'retry' | 'final' = 'retry',
  luck = 3,
) {
  const slots: number[] = [];
  const delivery = await deliver(webhookOf({ hasId: false, luck }), {
    send: (_, { slot }) => {
      slots.push(slot);
      return Promise.resolve(attemptOf(outcomes[Math.min(slots.length, outcomes.length) - 1]!));
    },
    replicas: 3,
    breaks,
    ended: withoutWaiting,
    pause: () => Promise.resolve(),
  });
  return { ...delivery, slots };
}

const ends: readonly [name: string, outcomes: Attempt['outcome'][], end: End, attempts: number][] = [
  ['a 200', [told(1)], 'told', 1],
  ['a 202, after which it never comes back', [accepted()], 'accepted', 1],
  ['a 503, then a 202', [busy, accepted()], 'accepted', 2],
  ['a 503, then a 200', [busy, told(1)], 'told', 2],
  ...[429, 500, 502, 503].map(
    (status) =>
      [`nothing but ${status}: 17 retries`, [{ status, word: 'x' }], 'exhausted', 18] satisfies [
        string,
        Attempt['outcome'][],
        End,
        number,
      ],
  ),
  ...[400, 401, 404, 408, 409, 422, 504].map(
    (status) =>
      [`a ${status}, which it never repeats`, [{ status, word: 'x' }], 'refused', 1] satisfies [
        string,
        Attempt['outcome'][],
        End,
        number,
      ],
  ),
  ['a broken connection, then a 200', ['broken', told(1)], 'told', 2],
];

describe('the caller of the chaos run', () => {
  for (const [name, outcomes, end, attempts] of ends) {
    it(`takes ${name}`, async () => {
      const delivery: Delivery = await deliverTo(outcomes);
      expect([delivery.end, delivery.attempts.length]).to.deep.equal([end, attempts]);
    });
  }

  it('can be told not to repeat after a broken connection', async () => {
    expect((await deliverTo(['broken', told(1)], 'final')).end).to.equal('silent');
  });

  it('does the same with the same luck', async () => {
    const [one, same, other] = await Promise.all([3, 3, 4].map((luck) => deliverTo([busy], 'retry', luck)));
    expect(one!.slots).to.deep.equal(same!.slots);
    expect(one!.slots).not.to.deep.equal(other!.slots);
  });
});
