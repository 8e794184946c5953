import { expect } from 'chai';
import { shapeOf } from '../../../src/omneo/resources/provenshapes.ts';

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
    ['may be issued later, as only Omneo can read', { issued_at: '1. Januar 2999' }],
    ['is over', { expires_at: '2026-03-27 00:00:00' }],
  ] as const)
    it(`is another for one that ${what}`, () => {
      expect(kindOf('order-1', dates)).to.not.equal(kindOf('order-1'));
    });

  for (const [what, dates] of [
    ['was issued before', { issued_at: '2026-03-01 00:00:00' }],
    ['is over later', { expires_at: '2026-06-01 00:00:00' }],
    ['has an end that is no text', { expires_at: 7 }],
  ] as const)
    it(`is the usual one for a reward that ${what}`, () => {
      expect(kindOf('order-1', dates)).to.equal(kindOf('order-1'));
    });

  for (const [what, dates, proves] of [
    ['is issued now', { issued_at: '2026-03-28 13:30:00' }, ''],
    ['is surely issued later', { issued_at: '2026-03-30 00:00:00' }, ' ahead'],
    ['ends within the day', { expires_at: '2026-03-28 23:30:00' }, ''],
    ['has surely ended', { expires_at: '2026-03-27 00:00:00' }, ' over'],
    ['has dates that only Omneo can read', { issued_at: 'soon', expires_at: 'never' }, ''],
  ] as const)
    it(`proves what it must be, not what it may be: one that ${what}`, () => {
      expect(shapeOf({ external_id: 'a-1', ...dates }, now).proves).to.equal(`a0-${proves}`);
    });
});
