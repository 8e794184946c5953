import { expect } from 'chai';
import type { Delivery } from './caller.ts';
import { type Outcome, judgeRun } from './outcome.ts';
import { accepted, attemptOf, deliveryOf, told, unfinishedOf, webhookOf } from './samples.ts';
import { usualTimes } from './times.ts';
import type { Unfinished } from './unfinished.ts';

function judged(deliveries: readonly Delivery[], unfinished: readonly Unfinished[] = []): Outcome {
  const nothing = {
    actions: ['rewards'] as const,
    books: [],
    calls: [],
    scrapes: [],
    calm: [],
    exceeded: [],
    heldAtOnce: 0,
    crashes: 0,
    killed: new Map<number, number>(),
    injected: [],
  };
  return judgeRun({ deliveries, unfinished, ...nothing });
}

describe('the judgement of a chaos run', () => {
  for (const [late, count] of [
    [0, 0],
    [1, 1],
  ] as const)
    it(`${count === 0 ? 'takes' : 'is worth nothing with'} a retry that comes ${late} ms after the repeat window`, () => {
      const sentAt = 100 + usualTimes.repeatWindow + late;
      const attempts = [attemptOf('timed out', { sentAt: 100 }), attemptOf(told(1), { sentAt })];
      const { sections } = judged([{ webhook: webhookOf({ hasId: false }), end: 'told', attempts }]);
      const name = 'retries too late to be known from new ones';
      expect(sections['sent']).to.deep.include({ name, count, mustBe: 0 });
      const { sections: withId } = judged([{ webhook: webhookOf(), end: 'told', attempts }]);
      expect(withId['sent']).to.deep.include({ name, count: 0, mustBe: 0 });
    });

  it('counts what was accepted, what is parked by its reason, and what waits, which has to be nothing', () => {
    const [one, flawed, late] = ['a', 'b', 'c'].map((key) => webhookOf({ key }));
    const { sections } = judged(
      [one!, flawed!, late!].map((webhook) => deliveryOf(webhook, 'accepted', accepted())),
      [unfinishedOf(flawed!, 'parked', 'rejected'), unfinishedOf(late!, 'waiting', 'throttled')],
    );
    expect(sections['promised']).to.deep.equal([
      { name: 'answered 200', count: 0 },
      { name: 'accepted', count: 3 },
      { name: 'parked, rejected', count: 1 },
    ]);
    expect(sections['books']).to.deep.include({ name: 'waiting at the end', count: 1, mustBe: 0 });
  });

  it('names some suspects of every kind, however many there are of one', () => {
    const unfinished = Array.from({ length: 200 }, (_, n) =>
      deliveryOf(webhookOf({ n, key: `order-${n}` }), 'unfinished', 'broken'),
    );
    const lost = deliveryOf(webhookOf({ n: 200, key: 'lost' }), 'told', told(1, 'lost'));
    const { suspects } = judged([...unfinished, lost]);
    expect(suspects).to.include('lost');
    expect(suspects.length).to.be.below(50);
  });
});
