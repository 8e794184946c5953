import { expect } from 'chai';
import { shapeOf } from '../../../src/omneo/rewards/shape.ts';

const now = Date.parse('2026-03-28T13:30:00Z');
const kindOf = (external_id: string, more = {}): string => shapeOf({ external_id, ...more }, now).kind;

describe('the shape of a reward', () => {
  it('is that of another whose id has the same kinds of characters', () => {
    expect(shapeOf({ external_id: 'order-17' }, now)).to.deep.equal(
      shapeOf({ external_id: 'a1-b2-c3' }, now),
    );
  });

  for (const [one, other] of [
    ['order-1', 'order_1'],
    ['order-1', 'Order-1'],
    ['order-1', 'ORDER-1'],
    ['order-1', 'order-a'],
    ['order-1', '0-1'],
    ['order-1', 'order 1'],
    ['a.b:1', 'a.b1'],
  ] as const)
    it(`is another for ${one} than for ${other}`, () => {
      expect(kindOf(one)).to.not.equal(kindOf(other));
    });

  it('has the length of its id', () => {
    expect(shapeOf({ external_id: 'order-17' }, now).length).to.equal(8);
  });

  for (const [what, dates] of [
    ['is issued later', { issued_at: '2026-03-30 00:00:00' }],
    ['is issued later, in another form', { issued_at: '2026-03-30T00:00:00+11:00' }],
    ['may be issued later somewhere', { issued_at: '2026-03-28 20:00:00' }],
    ['is over', { expires_at: '2026-03-27 00:00:00' }],
  ] as const)
    it(`is another for one that ${what}`, () => {
      expect(kindOf('order-1', dates)).to.not.equal(kindOf('order-1'));
    });

  for (const [what, dates] of [
    ['was issued before', { issued_at: '2026-03-01 00:00:00' }],
    ['is over later', { expires_at: '2026-06-01 00:00:00' }],
    ['has dates that cannot be read', { issued_at: 'soon', expires_at: 7 }],
  ] as const)
    it(`is the usual one for a reward that ${what}`, () => {
      expect(kindOf('order-1', dates)).to.equal(kindOf('order-1'));
    });
});
